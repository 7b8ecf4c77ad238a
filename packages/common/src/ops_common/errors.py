"""The exceptions of `ops`: one type for one kind of mistake, whichever backend runs.

Each also derives from the built-in exception that a NumPy user would catch, so `except ValueError` keeps working.
"""

from __future__ import annotations

import numpy as np


class OpsError(Exception):
    """Base of every error that `ops` raises on its own account."""


class ShapeError(OpsError, ValueError):
    """Shapes, axes or sizes that do not fit together."""


class AxisError(ShapeError, IndexError):
    """An axis that a tensor's rank does not have."""


class ArgumentError(OpsError, ValueError):
    """A value that an argument cannot take."""


class LinAlgError(OpsError, np.linalg.LinAlgError):
    """A matrix that has no such inverse, solution or decomposition, by its values."""


class DtypeError(OpsError, TypeError, ValueError):
    """A dtype that is unknown, or that an op or a backend does not accept."""


class ArgumentTypeError(OpsError, TypeError):
    """An argument of a type that an op does not accept."""


class ForeignTensorError(ArgumentTypeError):
    """A tensor that belongs to another framework than the one in use."""


class BackendError(OpsError, ImportError):
    """A backend that is unknown, not installed, broken at import, or built for another contract."""


class DeviceError(OpsError, RuntimeError):
    """A device that is not there."""


class UnsupportedError(OpsError, NotImplementedError):
    """Something that a framework cannot do; the message says which backends can."""


def unknown_shape(name: str, instead: str) -> UnsupportedError:
    """The error for an op whose answer's shape depends on values, inside a compiled function that cannot have such."""
    return UnsupportedError(
        f"the shape of {name}'s answer depends on values, which a compiled function cannot have here; {instead}"
    )


class KernelError(OpsError, RuntimeError):
    """A framework's kernel failed on arguments that satisfy the op's own rules."""


class IndexRangeError(KernelError, IndexError):
    """An index that is out of range, on a backend that checks the values of indices."""
