"""The exceptions of `ops`: one type for each kind of mistake, the same on every backend.

Each also derives from the built-in exception that a NumPy user would catch, so `except ValueError` keeps working.
"""

from __future__ import annotations

import numpy as np


class OpsError(Exception):
    """Base class of every error that `ops` itself raises.

    Example:
        >>> import ops
        >>> try:
        ...     ops.reshape(ops.ones(3), (2,))
        ... except ops.OpsError as error:
        ...     type(error).__name__
        'ShapeError'
    """


class ShapeError(OpsError, ValueError):
    """Shapes, axes or sizes are incompatible.

    Example:
        >>> import ops
        >>> try:
        ...     ops.add(ops.ones(2), ops.ones(3))
        ... except ops.ShapeError as error:
        ...     isinstance(error, ValueError)
        True
    """


class AxisError(ShapeError, IndexError):
    """An axis is out of range for a tensor's rank.

    Example:
        >>> import ops
        >>> try:
        ...     ops.sum(ops.ones((2, 3)), axis=2)
        ... except ops.AxisError as error:
        ...     isinstance(error, IndexError)
        True
    """


class ArgumentError(OpsError, ValueError):
    """An argument has an invalid value.

    Example:
        >>> import ops
        >>> try:
        ...     ops.nn.max_pool(ops.ones((1, 4, 1)), 2, padding="wide")
        ... except ops.ArgumentError as error:
        ...     isinstance(error, ValueError)
        True
    """


class LinAlgError(OpsError, np.linalg.LinAlgError):
    """A matrix has no such inverse, solution or decomposition because of its values.

    Example:
        >>> import ops
        >>> try:
        ...     ops.cholesky([[1.0, 2.0], [2.0, 1.0]])
        ... except ops.LinAlgError as error:
        ...     isinstance(error, ValueError)
        True
    """


class DtypeError(OpsError, TypeError, ValueError):
    """A dtype is unknown, or an op or a backend does not accept it.

    Example:
        >>> import ops
        >>> try:
        ...     ops.subtract(ops.ones(2, dtype="bool"), ops.ones(2, dtype="bool"))
        ... except ops.DtypeError as error:
        ...     isinstance(error, TypeError)
        True
    """


class ArgumentTypeError(OpsError, TypeError):
    """An argument has a type that an op does not accept.

    Example:
        >>> import ops
        >>> try:
        ...     ops.sum(ops.ones(3), axis="rows")
        ... except ops.ArgumentTypeError as error:
        ...     isinstance(error, TypeError)
        True
    """


class ForeignTensorError(ArgumentTypeError):
    """A tensor belongs to another framework than the one in use.

    Example:
        >>> import ops
        >>> def total(x):
        ...     try:
        ...         return ops.sum(x)
        ...     except ops.ForeignTensorError:
        ...         return ops.sum(ops.convert_to_tensor(ops.convert_to_numpy(x)))
    """


class BackendError(OpsError, ImportError):
    """A backend is unknown, not installed, fails at import, or was built for another contract.

    Example:
        >>> import ops
        >>> try:
        ...     ops.set_backend("theano")
        ... except ops.BackendError as error:
        ...     isinstance(error, ImportError)
        True
    """


class DeviceError(OpsError, RuntimeError):
    """A device does not exist.

    Example:
        >>> import ops
        >>> try:
        ...     with ops.device("gpu:99"):
        ...         pass
        ... except ops.DeviceError as error:
        ...     isinstance(error, RuntimeError)
        True
    """


class UnsupportedError(OpsError, NotImplementedError):
    """The framework does not support an operation; the message says which backends do.

    Example:
        >>> import ops
        >>> def svd_or_none(x):
        ...     try:
        ...         return ops.svd(x)
        ...     except ops.UnsupportedError:  # such as in a function that is compiled for OpenVINO
        ...         return None
    """


def unknown_shape(name: str, instead: str) -> UnsupportedError:
    """Returns the error for an op whose result's shape depends on values, in a compiled function that does not support
    that."""
    return UnsupportedError(f"the shape of {name}'s result depends on values; in a compiled function, {instead}")


class KernelError(OpsError, RuntimeError):
    """A framework's kernel failed on arguments that satisfy the op's own rules.

    Example:
        >>> import ops
        >>> issubclass(ops.KernelError, RuntimeError)  # the framework's own error is its cause
        True
    """


class IndexRangeError(KernelError, IndexError):
    """An index is out of range, on a backend that checks the values of indices.

    Example:
        >>> import ops
        >>> with ops.use_backend("numpy"):
        ...     try:
        ...         ops.take(ops.ones(3), 5)
        ...     except ops.IndexRangeError as error:
        ...         isinstance(error, IndexError)
        True
    """
