"""Short tracebacks: without the frames inside frameworks, and without the errors that frameworks handled themselves.

A compiler that traces a function adds a hundred frames to the traceback of an error in it, and its own errors on the
way. `config.tracebacks` of "full" keeps them, as JAX_TRACEBACK_FILTERING=off does in JAX.
"""

from __future__ import annotations

from types import FrameType, TracebackType
from typing import TypeVar

from ops_common.runtime import config

_Error = TypeVar("_Error", bound=BaseException)

FRAMEWORKS = frozenset({"absl", "jax", "jaxlib", "keras", "openvino", "tensorflow", "torch"})
_HIDDEN = FRAMEWORKS | {"contextlib", "functools"}
_OURS = frozenset({"", "ops", "ops_common"})  # generated functions have no module


def shortened(error: _Error) -> _Error:
    """Returns the error; removes the frames inside frameworks from its traceback and from those of its causes.

    The causes of the framework's error are removed too, unless they passed a frame of the user.
    """
    if config.tracebacks() == "full":
        return error
    part: BaseException | None = error
    last: BaseException = error  # the last one that is shown
    seen: set[int] = set()
    while part is not None and id(part) not in seen:
        seen.add(id(part))
        part.__traceback__ = _shown(part.__traceback__)
        if part is not error and _has_frame_of_user(part.__traceback__):
            last = part
        part = part.__cause__ or (None if part.__suppress_context__ else part.__context__)
    last.__cause__ = None  # it also suppresses the context
    return error


def package_of(frame: FrameType) -> str:
    """Returns the name of the package that a frame is in."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def is_ours(package: str) -> bool:
    """Returns whether a package is one of this project's."""
    return package in _OURS or package.startswith("ops_backend_")


def _shown(traceback: TracebackType | None) -> TracebackType | None:
    """Returns the traceback without the frames inside frameworks."""
    kept: list[TracebackType] = []
    while traceback is not None:
        if package_of(traceback.tb_frame) not in _HIDDEN:
            kept.append(traceback)
        traceback = traceback.tb_next
    following: TracebackType | None = None
    for part in reversed(kept):
        following = TracebackType(following, part.tb_frame, part.tb_lasti, part.tb_lineno)
    return following


def _has_frame_of_user(traceback: TracebackType | None) -> bool:
    while traceback is not None:
        top = package_of(traceback.tb_frame)
        if not is_ours(top):
            return True
        traceback = traceback.tb_next
    return False
