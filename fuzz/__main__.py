"""`python fuzz`, in or outside the repository, or `python -m fuzz` at its root."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # `python fuzz` puts the folder itself there

from fuzz.command import main  # noqa: E402  # after the path is set

if __name__ == "__main__":
    sys.exit(main())
