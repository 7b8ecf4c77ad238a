"""The contract's lock: a change of the contract requires a change of its version."""

from __future__ import annotations

from ops_common import contract
from ops_common.contract import lock


def test_the_contract_matches_its_lock() -> None:
    wrong = lock.problems(contract.CONTRACT_VERSION, lock.PATH.read_text("utf-8"), lock.entries())
    assert wrong == []


def test_changes_require_a_new_version() -> None:
    before: lock.Entries = {
        "core.cast": (True, "(x, dtype)"),
        "core.size": (False, "(x)"),
        "core.TYPES": (True, ": tuple[type, ...]"),
        "core.TRACES": (False, ": bool = False"),
    }
    text = lock.written((2, 3), before)
    assert lock.read(text) == ((2, 3), before)
    assert lock.problems((2, 3), text, before) == []
    for changed, version, change in [
        ({"core.more": (False, "(x)")}, (2, 4), "core.more was added, as optional"),
        ({"core.more": (True, "(x)")}, (3, 0), "core.more was added, as required"),
        ({"core.cast": (True, "(x, dtype, copy)")}, (3, 0), "core.cast was (x, dtype), is (x, dtype, copy)"),
        ({"core.cast": (False, "(x, dtype)")}, (2, 4), "core.cast is optional now"),
        ({"core.size": (True, "(x)")}, (3, 0), "core.size is required now"),
        ({"core.MORE": (False, ": int = 0")}, (2, 4), "core.MORE was added, as optional"),
        ({"core.MORE": (True, ": int")}, (3, 0), "core.MORE was added, as required"),
        ({"core.TYPES": (True, ": frozenset[type]")}, (3, 0), "core.TYPES was tuple[type, ...], is frozenset[type]"),
        ({"core.TYPES": (False, ": tuple[type, ...] = ()")}, (2, 4), "core.TYPES is optional now"),
        ({"core.TRACES": (True, ": bool")}, (3, 0), "core.TRACES is required now"),
        ({"core.TRACES": (False, ": bool = True")}, (3, 0), "core.TRACES was bool = False, is bool = True"),
    ]:
        after: lock.Entries = {**before, **changed}
        assert lock.problems((2, 3), text, after) == [
            change,
            f"CONTRACT_VERSION is (2, 3); since (2, 3) it must become {version}",
        ]
        assert lock.problems(version, text, after)[-1].startswith("rewrite the contract's lock")
        assert lock.problems(version, lock.written(version, after), after) == []
    gone: lock.Entries = {key: before[key] for key in before if key != "core.size"}
    assert lock.problems((2, 4), text, gone) == [
        "core.size was removed",
        "CONTRACT_VERSION is (2, 4); since (2, 3) it must become (3, 0)",
    ]
    assert lock.problems((2, 4), text, before) == ["CONTRACT_VERSION is (2, 4); since (2, 3) it must become (2, 3)"]
