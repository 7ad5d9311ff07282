#!/bin/sh
# Write requirements.lock: the newest versions that pyproject.toml allows, all extras together.
# Run it with the oldest Python that must work, so that every pin installs there:
#     make lock PYTHON=/usr/bin/python3        (3.11.2 on Debian 12)
set -eu

python=${PYTHON:-python3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM

"$python" -m venv "$folder"
"$folder/bin/python" -m pip install -qq --disable-pip-version-check \
    --editable ".[dev,postgres,server]"
{
    printf '# Written by make lock with Python %s; used as constraints (pip install --constraint).\n' \
        "$("$folder/bin/python" -c 'import platform; print(platform.python_version())')"
    "$folder/bin/python" -m pip freeze --exclude-editable --disable-pip-version-check
} > "$folder/requirements.lock"
mv "$folder/requirements.lock" requirements.lock
printf '%s packages in requirements.lock\n' "$(grep -c == requirements.lock)"
