"""Where Chromium is on this machine. As a program: print its path, exit 1 if there is none."""

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    # Put here by scripts/ensure-browser.sh
    Path(__file__).parents[2] / ".cache/chromium/chromium",
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)


def find_chromium() -> str | None:
    """The path of a Chromium to start: `$CHROMIUM` wins, then PATH, then the usual places."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    on_path = (shutil.which(name) for name in NAMES)
    in_place = (str(place) for place in PLACES if os.access(place, os.X_OK))
    return next(filter(None, on_path), None) or next(in_place, None)


if __name__ == "__main__":
    path = find_chromium()
    if path is None:
        sys.exit(1)
    print(path)
