"""The contract's lock: the contract does not change without its version."""

from __future__ import annotations

from ops_common import contract
from ops_common.contract import lock


def test_the_contract_is_as_its_lock_says() -> None:
    wrong = lock.problems(contract.CONTRACT_VERSION, lock.PATH.read_text("utf-8"), lock.functions())
    assert wrong == []


def test_changes_ask_for_their_version() -> None:
    before: lock.Functions = {"core.cast": (True, "(x, dtype)"), "core.size": (False, "(x)")}
    text = lock.written((2, 3), before)
    assert lock.read(text) == ((2, 3), before)
    assert lock.problems((2, 3), text, before) == []
    for changed, least, said in [
        ({"core.more": (False, "(x)")}, (2, 4), "core.more is new, and optional"),
        ({"core.more": (True, "(x)")}, (3, 0), "core.more is new, and required"),
        ({"core.cast": (True, "(x, dtype, copy)")}, (3, 0), "core.cast was (x, dtype), is (x, dtype, copy)"),
        ({"core.cast": (False, "(x, dtype)")}, (2, 4), "core.cast is optional now"),
        ({"core.size": (True, "(x)")}, (3, 0), "core.size is required now"),
    ]:
        after: lock.Functions = {**before, **changed}
        assert lock.problems((2, 3), text, after) == [
            said,
            f"CONTRACT_VERSION is (2, 3); since (2, 3) it must become {least}",
        ]
        assert lock.problems(least, text, after)[-1].startswith("write the contract's lock anew")
        assert lock.problems(least, lock.written(least, after), after) == []
    gone: lock.Functions = {"core.cast": before["core.cast"]}
    assert lock.problems((2, 4), text, gone) == [
        "core.size is gone",
        "CONTRACT_VERSION is (2, 4); since (2, 3) it must become (3, 0)",
    ]
    assert lock.problems((2, 4), text, before) == ["CONTRACT_VERSION is (2, 4); since (2, 3) it must become (2, 3)"]
