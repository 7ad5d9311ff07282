#!/bin/sh
# Run the tests, with the browser ones wherever a browser can be had; the last line says how it went.
# Usage: scripts/test.sh VENV [PYTEST ARGUMENTS]
set -eu

bin=$1/bin
shift

# With CI set, a missing browser fails here and in each test; elsewhere those tests are skipped.
if browser=$(scripts/ensure-browser.sh "$bin/python"); then
    note="browser tests with $browser"
elif [ -n "${CI:-}" ]; then
    exit 1
else
    reason=$("$bin/python" tests/browser/find_chromium.py 2>&1) || true
    note="browser tests SKIPPED: $reason"
fi

if "$bin/pytest" --numprocesses "${JOBS:-2}" --dist worksteal "$@"; then
    echo "Tests passed; $note."
else
    status=$?
    echo "Tests FAILED; $note."
    exit "$status"
fi
