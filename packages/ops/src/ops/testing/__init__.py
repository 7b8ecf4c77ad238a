"""Tools to test code that uses `ops`: comparisons, one test for all backends, and Hypothesis strategies.

`docs/testing.md` shows them together with the pytest plug-in. The strategies need the extra `testing`. The module also
has what the tests of `ops` itself are generated from: `RECORDS` has a record of each public function. `import ops` does
not import this module.
"""

import importlib
from typing import TYPE_CHECKING

from ops.testing.closeness import assert_close
from ops.testing.everywhere import assert_same_everywhere
from ops.testing.results import assert_same_result, public_function
from ops.testing.sizes import changes, longer

if TYPE_CHECKING:
    from ops.testing.catalogue import RECORDS as RECORDS
    from ops.testing.strategies import dtypes as dtypes
    from ops.testing.strategies import shapes as shapes
    from ops.testing.strategies import tensors as tensors

__all__ = [
    "RECORDS",
    "assert_close",
    "assert_same_everywhere",
    "assert_same_result",
    "changes",
    "dtypes",
    "longer",
    "public_function",
    "shapes",
    "tensors",
]

# Loaded at their first use: records take time to import, and strategies need Hypothesis.
_LATE = {"RECORDS": "catalogue", "dtypes": "strategies", "shapes": "strategies", "tensors": "strategies"}


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = importlib.import_module(f"{__name__}.{_LATE[name]}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "hypothesis":
            raise
        message = f'{__name__}.{name} needs hypothesis: pip install "ops[testing]"'
        raise ModuleNotFoundError(message, name="hypothesis") from error
    value = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
