"""Which errors are the user's own: those that a function of the user's raised, and not `ops` or a framework."""

from __future__ import annotations

import opcode
import sys
from types import TracebackType

from ops._declaration.tracebacks import FRAMEWORKS, is_ours, package_of
from ops_common.errors import OpsError

# With the libraries that frameworks call.
_LIBRARIES = FRAMEWORKS | {
    *("functorch", "gast", "ml_dtypes", "numpy", "opt_einsum", "optree", "scipy", "sympy", "torchgen", "triton"),
    *("typing_extensions", "wrapt"),
}
# Types of errors that frameworks raise in C, where no frame shows who raised them.
_OF_FRAMEWORKS = (IndexError, NotImplementedError, OverflowError, RecursionError, RuntimeError, TypeError, ValueError)
_RAISE = opcode.opmap["RAISE_VARARGS"]


def left_function(error: Exception) -> bool:
    """Returns whether an error that is not of `ops` left a function of the user's."""
    if isinstance(error, OpsError):
        return not type(error).__module__.startswith("ops_common.")  # a class of the user's
    traceback = error.__traceback__
    while traceback is not None:
        if _is_of_user(traceback):
            return True
        traceback = traceback.tb_next
    return False


def is_raised_by_user(error: Exception) -> bool:
    """Returns whether code of the user's raised an error; False if it may also be the error of a framework's operator,
    which a symbolic run explains."""
    if isinstance(error, OpsError):
        return not type(error).__module__.startswith("ops_common.")
    last = traceback = error.__traceback__
    of_user = False
    while traceback is not None:
        if package_of(traceback.tb_frame) not in sys.stdlib_module_names:  # it raises errors for its caller
            of_user = _is_of_user(traceback)
        last, traceback = traceback, traceback.tb_next
    if last is None or not of_user:
        return False
    return type(error) not in _OF_FRAMEWORKS or last.tb_frame.f_code.co_code[last.tb_lasti] == _RAISE


def _is_of_user(traceback: TracebackType) -> bool:
    package = package_of(traceback.tb_frame)
    return not (is_ours(package) or package in _LIBRARIES or package in sys.stdlib_module_names)
