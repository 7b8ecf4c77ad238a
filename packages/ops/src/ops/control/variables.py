"""The variables of a loop, and their dtypes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ops.control.nests import any_traced, leaves_of, spec_of, tensors_of, with_leaves
from ops_common import dtypes
from ops_common.errors import ArgumentError, KernelError, OpsError
from ops_common.runtime.backend import Backend, number_dtype
from ops_common.symbolic import SymbolicTensor


class _WiderError(Exception):
    """Raised when a loop variable that was given as a Python number has a wider dtype after a step."""

    def __init__(self, wider: dict[int, str]) -> None:
        super().__init__(wider)
        self.wider = wider


class LoopVariables:
    """The variables of a loop, and the dtypes of those that were given as Python numbers.

    A Python number has no dtype: its variable takes the dtype to which the steps promote it. The frameworks' constructs
    need that dtype at the start, so the loop is restarted with it once a step has shown it.
    """

    def __init__(self, backend: Backend, tree: Any) -> None:
        self.backend, self.tree = backend, tree
        leaves = leaves_of(tree)
        self.numbers = {i: number_dtype(leaf) for i, leaf in enumerate(leaves) if type(leaf) in dtypes.NUMBERS}
        self.values = tensors_of(backend, tree)

    def proceed(self, values: Any) -> None:
        """Stores the variables after a step."""
        self.values = values
        if self.numbers:
            leaves = leaves_of(values)
            self._same_count(leaves)
            self.numbers = {i: self.backend.dtype(leaves[i]) for i in self.numbers}

    def start(self) -> Any:
        """Returns the variables in their current dtypes."""
        return self.settled(self.values)

    def settled(self, values: Any) -> Any:
        """Returns the values, with those of Python numbers cast to their variables' dtypes."""
        if not self.numbers:
            return values
        leaves = leaves_of(values)
        self._same_count(leaves)
        for i, dtype in self.numbers.items():
            if spec_of(self.backend, leaves[i]).dtype != dtype:
                leaves[i] = self._cast(leaves[i], dtype)
        return with_leaves(values, leaves)

    def _same_count(self, leaves: Sequence[Any]) -> None:
        count = len(leaves_of(self.tree))
        if len(leaves) != count:
            raise ArgumentError(
                f"a step of a loop must return as many tensors as the loop has, {count}; got {len(leaves)}"
            )

    def _cast(self, leaf: Any, dtype: str) -> Any:
        return SymbolicTensor(leaf.shape, dtype) if isinstance(leaf, SymbolicTensor) else self.backend.cast(leaf, dtype)

    def wider(self, values: Any) -> dict[int, str]:
        """Returns wider dtypes for the variables of Python numbers that cannot hold these values of the next step."""
        leaves = leaves_of(values)
        wider_dtypes: dict[int, str] = {}
        for i, dtype in self.numbers.items():
            if i < len(leaves):
                joint = dtypes.promote([dtype, spec_of(self.backend, leaves[i]).dtype])
                if joint != dtype:
                    wider_dtypes[i] = joint
        return wider_dtypes

    def checked(self, values: Any) -> Any:
        """Returns the values of the next step in the variables' dtypes; raises an error if one needs a wider dtype."""
        if not self.numbers:
            return values
        wider_dtypes = self.wider(values)
        if wider_dtypes:
            raise _WiderError(wider_dtypes)
        return self.settled(values)

    def run(self, function: Callable[[], Any], body: Callable[[Any], Any]) -> Any:
        """Returns the function's result; calls it again as long as its steps promote a Python number.

        If a step fails with a number converted to a tensor (TensorFlow's operators do not promote tensors), the body is
        called with the number itself to find the wider dtype.
        """
        while True:
            try:
                return function()
            except _WiderError as error:
                self.numbers |= error.wider
            except Exception as error:
                # (A KernelError comes from a loop inside the body whose variables are those of this loop.)
                if not self.numbers or (isinstance(error, OpsError) and not isinstance(error, KernelError)):
                    raise
                wider_dtypes = self._of_numbers(body)
                if not wider_dtypes:
                    raise
                self.numbers |= wider_dtypes

    def _of_numbers(self, body: Callable[[Any], Any]) -> dict[int, str]:
        leaves = leaves_of(self.values)
        try:
            for i, number in enumerate(leaves_of(self.tree)):
                if i in self.numbers:
                    leaves[i] = self._number(leaves[i], number)
            return self.wider(tensors_of(self.backend, body(with_leaves(self.values, leaves))))
        except Exception:  # ignored: the loop's own error is the one to report
            return {}

    def _number(self, leaf: Any, number: Any) -> Any:
        if any_traced(self.backend, leaf):
            return number
        return self.backend.core.convert_to_numpy(leaf).item()

    def probe(self, step: Callable[[Any], Any]) -> None:
        """Widens dtypes by running steps outside the loop: torch's compiler cannot raise out of an operator's body."""
        while self.numbers:
            wider_dtypes = self.wider(step(self.start()))
            if not wider_dtypes:
                return
            self.numbers |= wider_dtypes
