"""The command `meetingtracker` (also `python -m meetingtracker`)."""

import os
import sys

from meetingtracker import cli


def main() -> int:
    os.umask(0o077)  # nobody else on the machine reads database, uploads or exports
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
