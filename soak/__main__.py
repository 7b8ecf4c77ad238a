"""`python soak`, in or outside the repository, or `python -m soak` at its root."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # `python soak` puts the folder itself there

from soak.command import main  # noqa: E402  # after the path is set

if __name__ == "__main__":
    sys.exit(main())
