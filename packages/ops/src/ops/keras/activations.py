"""Activation functions, like keras.activations: those of `ops.nn`, with keras's parameters where they differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import ops
from ops.keras.saving import registered_function, registered_name
from ops.nn.activation import (
    celu,
    elu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_swish,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    squareplus,
    swish,
    tanh_shrink,
    threshold,
)
from ops_common.errors import ArgumentError, ArgumentTypeError

__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]


def exponential(x: Any) -> Any:
    """Returns the exponential of each element.

    Example:
        >>> from ops import keras
        >>> float(keras.ops.convert_to_numpy(keras.activations.exponential(0.0)))
        1.0
    """
    return ops.exp(x)


def gelu(x: Any, approximate: bool = False) -> Any:
    """Returns the Gaussian error linear unit of each element; `ops.gelu`, whose default is ``approximate=True``.

    Args:
        x: a tensor.
        approximate: whether to use the formula with tanh.

    Example:
        >>> from ops import keras
        >>> round(float(keras.ops.convert_to_numpy(keras.activations.gelu(1.0))), 4)
        0.8413
    """
    return ops.gelu(x, approximate)


def linear(x: Any) -> Any:
    """Returns x itself.

    Example:
        >>> from ops import keras
        >>> keras.activations.linear(3)
        3
    """
    return x


def mish(x: Any) -> Any:
    """Returns ``x * tanh(softplus(x))`` for each element.

    Example:
        >>> from ops import keras
        >>> round(float(keras.ops.convert_to_numpy(keras.activations.mish(1.0))), 4)
        0.8651
    """
    return ops.multiply(x, ops.tanh(ops.softplus(x)))


def relu(x: Any, negative_slope: Any = 0.0, max_value: Any = None, threshold: Any = 0.0) -> Any:
    """Returns x where it is at least `threshold`, at most `max_value`; elsewhere ``negative_slope * (x - threshold)``.

    Args:
        x: a tensor.
        negative_slope: the factor of values below the threshold; 0 for none.
        max_value: the largest result; None for no limit.
        threshold: the least value that is returned unchanged.

    Example:
        >>> from ops import keras
        >>> keras.ops.convert_to_numpy(keras.activations.relu([-2.0, 1.0, 8.0], 0.5, 6.0))
        array([-1.,  1.,  6.], dtype=float32)
    """
    if _is_number(threshold, 0) and _is_number(negative_slope, 0):
        rectified = ops.relu(x)
    elif _is_number(threshold, 0):
        rectified = ops.leaky_relu(x, negative_slope)
    elif _is_number(negative_slope, 0):
        rectified = ops.where(ops.greater(x, threshold), x, 0)
    else:
        rectified = ops.where(ops.greater(x, threshold), x, ops.multiply(negative_slope, ops.subtract(x, threshold)))
    return rectified if max_value is None else ops.minimum(rectified, max_value)


def _is_number(value: Any, number: float) -> bool:
    return isinstance(value, (int, float)) and value == number


def tanh(x: Any) -> Any:
    """Returns the hyperbolic tangent of each element.

    Example:
        >>> from ops import keras
        >>> float(keras.ops.convert_to_numpy(keras.activations.tanh(0.0)))
        0.0
    """
    return ops.tanh(x)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: globals()[name] for name in __all__ if name not in ("deserialize", "get", "serialize")
}
# Other names of the same function are written as its own name.
_ALIASES = {"hard_swish": "hard_silu", "swish": "silu"}
_NAMES = {function: _ALIASES.get(name, name) for name, function in _FUNCTIONS.items()}


def serialize(activation: Any) -> Any:
    """Returns the name of one of these functions, or of a function that was registered with `keras.saving`.

    Raises:
        ArgumentTypeError: it is not a function.
        ArgumentError: it is another function, which could not be found again by its name.

    Example:
        >>> from ops import keras
        >>> keras.activations.serialize(keras.activations.relu)
        'relu'
    """
    if not callable(activation):
        raise ArgumentTypeError(f"activation must be a function; got {activation!r}")
    name = _NAMES.get(activation) or registered_name(activation)
    if name is not None:
        return name
    # A function of `ops` with the same values, such as `ops.relu`.
    name = getattr(activation, "__name__", "")
    if name in _FUNCTIONS and getattr(ops, name, None) is activation:
        return name
    raise ArgumentError(
        f"{activation!r} is not an activation function: register it with keras.saving.register_keras_serializable"
    )


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Returns the function that `serialize` returned the name of; None for None.

    Args:
        config: the name, or keras's dict with the keys "class_name" and "config", where "config" is the name.
        custom_objects: further functions by name.

    Raises:
        ArgumentError: there is no function of this name.
        ArgumentTypeError: the dict is not that of a function.

    Example:
        >>> from ops import keras
        >>> keras.activations.deserialize("relu") is keras.activations.relu
        True
    """
    if config is None:
        return None
    name = config
    if isinstance(config, Mapping):
        parts = cast("Mapping[str, Any]", config)
        name = parts.get("config")
        if parts.get("class_name") != "function" or not isinstance(name, str):
            raise ArgumentTypeError(
                f'the dict of an activation function has the class_name "function", and its name as config; got '
                f"{config!r}"
            )
    if isinstance(name, str):
        function = registered_function(name, custom_objects) or _FUNCTIONS.get(name)
        if function is not None:
            return function
    raise ArgumentError(f"unknown activation function {config!r}; known are {', '.join(sorted(_FUNCTIONS))}")


def get(identifier: Any) -> Callable[..., Any]:
    """Returns an activation function.

    Args:
        identifier: its name, what `serialize` returned, None for `linear`, or a function, which is returned.

    Raises:
        ArgumentError: there is no such function.
        ArgumentTypeError: the identifier is a dict, but not that of a function.

    Example:
        >>> from ops import keras
        >>> keras.activations.get("tanh") is keras.activations.tanh
        True
    """
    if identifier is None:
        return linear
    return identifier if callable(identifier) else deserialize(identifier)


def __dir__() -> list[str]:
    return sorted(__all__)
