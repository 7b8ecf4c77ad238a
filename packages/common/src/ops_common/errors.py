"""The exceptions of `ops`: one type for each kind of mistake, the same on every backend.

Each also derives from the built-in exception that a NumPy user would catch, so `except ValueError` keeps working.
"""

from __future__ import annotations

import numpy as np


class OpsError(Exception):
    """Base class of every error that `ops` itself raises."""


class ShapeError(OpsError, ValueError):
    """Shapes, axes or sizes are incompatible."""


class AxisError(ShapeError, IndexError):
    """An axis is out of range for a tensor's rank."""


class ArgumentError(OpsError, ValueError):
    """An argument has an invalid value."""


class LinAlgError(OpsError, np.linalg.LinAlgError):
    """A matrix has no such inverse, solution or decomposition because of its values."""


class DtypeError(OpsError, TypeError, ValueError):
    """A dtype is unknown, or an op or a backend does not accept it."""


class ArgumentTypeError(OpsError, TypeError):
    """An argument has a type that an op does not accept."""


class ForeignTensorError(ArgumentTypeError):
    """A tensor belongs to another framework than the one in use."""


class BackendError(OpsError, ImportError):
    """A backend is unknown, not installed, fails at import, or was built for another contract."""


class DeviceError(OpsError, RuntimeError):
    """A device does not exist."""


class UnsupportedError(OpsError, NotImplementedError):
    """The framework does not support an operation; the message says which backends do."""


def unknown_shape(name: str, instead: str) -> UnsupportedError:
    """Returns the error for an op whose result's shape depends on values, in a compiled function that does not support
    that."""
    return UnsupportedError(f"the shape of {name}'s result depends on values; in a compiled function, {instead}")


class KernelError(OpsError, RuntimeError):
    """A framework's kernel failed on arguments that satisfy the op's own rules."""


class IndexRangeError(KernelError, IndexError):
    """An index is out of range, on a backend that checks the values of indices."""
