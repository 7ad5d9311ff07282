#!/bin/sh
# Make the virtual environment and install the project in it, at the versions of requirements.lock.
# Usage: scripts/environment.sh FOLDER [EXTRA]
# The interpreter is $PYTHON, else the first of python3, python3.14 … python3.11 that is 3.11 or newer.
set -eu

folder=$1
extra=${2:+[$2]}

say() { printf '%s\n' "$*" >&2; }

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# pip is the last that venv puts there: without it an earlier try was cut short.
if [ ! -x "$folder/bin/pip" ]; then
    python=
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if new_enough "$candidate"; then
            python=$candidate
            break
        fi
    done
    if [ -z "$python" ]; then
        say "Meetingtracker needs Python 3.11 or newer; install it, or name it: make run PYTHON=/path/to/python3"
        exit 1
    fi
    # Debian and Ubuntu leave ensurepip out of python3 itself, and then venv fails half way.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        say "Python's venv module is missing; install it with: apt-get install -y python3-venv"
        exit 1
    fi
    say "Making the environment in $folder (once) …"
    "$python" -m venv "$folder"
fi

say "Installing the project${extra:+ with $extra} (half a minute the first time) …"
"$folder/bin/python" -m pip install -qq --disable-pip-version-check \
    --constraint requirements.lock --editable ".$extra"
