"""The command `meetingtracker` (also `python -m meetingtracker`)."""

import sys

from meetingtracker.cli import main

if __name__ == "__main__":
    sys.exit(main())
