"""The oldest and the newest version of each framework whose tests passed: written by docs/matrix.py."""

TESTED: dict[str, tuple[str, str]] = {}
