#!/bin/sh
# Build the wheel, unpack it far from the checkout, and ask the program in it for its routes:
# the wheel must carry all that it needs, templates, static files and migrations too.
# Usage: scripts/check-wheel.sh PYTHON
set -eu

python=$(pwd)/$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM

"$python" -m pip wheel -qq --no-deps --no-build-isolation --wheel-dir "$folder/dist" .
"$python" -m pip install -qq --no-deps --target "$folder/site" "$folder"/dist/*.whl

for carried in templates static meetingtracker; do
    git ls-files "$carried"
done | sed 's|^meetingtracker/||; s|^|meetingtracker/|' | while read -r file; do
    [ -f "$folder/site/$file" ] || { echo "The wheel lacks $file" >&2; exit 1; }
done

cd "$folder"
PYTHONPATH=$folder/site MEETINGTRACKER_HOME=$folder/home "$python" -m meetingtracker routes >routes
[ -s routes ]
echo "The wheel is whole ($(wc -l <routes) lines of routes)."
