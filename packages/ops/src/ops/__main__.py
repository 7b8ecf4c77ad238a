"""``python -m ops``."""

import sys

from ops._cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
