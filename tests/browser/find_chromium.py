"""Where Chromium is on this machine. As a program: print its path, or say what is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    # Put here by scripts/ensure-browser.sh
    Path(__file__).parents[2] / ".cache/chromium/chromium",
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)


class NoBrowser(Exception):
    """Browser tests can't run here; the message says what is missing."""


def find_chromium() -> str:
    """The path of a Chromium to start: `$CHROMIUM` wins, then PATH, then the usual places.

    Raises NoBrowser where there is none, or nothing to drive it.
    """
    named = os.environ.get("CHROMIUM")
    on_path = [shutil.which(name) for name in ([named] if named else NAMES)]
    in_place = [] if named else [str(place) for place in PLACES if os.access(place, os.X_OK)]
    path = next(filter(None, on_path + in_place), None)
    if path is None:
        raise NoBrowser("no Chromium: install it (apt-get install -y chromium) or set CHROMIUM")
    # Playwright drives it through a Node of its own, which a bare Debian can't load.
    driver = [sys.executable, "-m", "playwright", "--version"]
    if subprocess.run(driver, capture_output=True, check=False).returncode:
        raise NoBrowser("Playwright doesn't start: apt-get install -y libatomic1")
    return path


if __name__ == "__main__":
    try:
        print(find_chromium())
    except NoBrowser as missing:
        sys.exit(str(missing))
