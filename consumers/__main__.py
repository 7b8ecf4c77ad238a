"""`python consumers`, in or outside the repository, or `python -m consumers` at its root."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # `python consumers` puts the folder itself there

from consumers.command import main  # noqa: E402  # after the path is set

if __name__ == "__main__":
    sys.exit(main())
