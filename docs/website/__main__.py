"""`python docs/website`: builds, serves and checks the site."""

import sys
from pathlib import Path

# `python docs/website` puts the folder itself there. Nothing else below docs is imported by name.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from website.command import main  # noqa: E402  # after the path is set

if __name__ == "__main__":
    sys.exit(main())
