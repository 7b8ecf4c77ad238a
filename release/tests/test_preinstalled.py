"""What the installation beside a framework reads from the demo, and what it accepts."""

from __future__ import annotations

from release import preinstalled

OUTPUT = """
torch trained in 14.0 s

Training
┏━━━━━━━━━┳━━━━━━━━━━━━━┳━━━━━━━━━━━┳━━━━━━━━━━━━━┳━━━━━━━━━━┓
┃         ┃ first epoch ┃   seconds ┃ loss in the ┃     test ┃
┃ trainer ┃  (compiles) ┃ per epoch ┃  last epoch ┃ accuracy ┃
┡━━━━━━━━━╇━━━━━━━━━━━━━╇━━━━━━━━━━━╇━━━━━━━━━━━━━╇━━━━━━━━━━┩
│ torch   │       9.1 s │     0.082 │      0.0021 │   98.63% │
└─────────┴─────────────┴───────────┴─────────────┴──────────┘
Serving
│ torch   │ torch  │   97.00% │             - │    0.1 │   0.2 │
"""


def test_accuracy_is_that_of_the_training():
    assert preinstalled.accuracy(OUTPUT, "torch") == "98.63%"
    assert preinstalled.accuracy(OUTPUT, "jax") == ""


def test_result_is_right_if_the_framework_stays():
    result = {"before": "2.8.0", "from files": "2.8.0", "by name": "2.8.0", "accuracy": "98.63%"}
    assert preinstalled.right(result)
    assert not preinstalled.right({**result, "by name": "2.15.0"})
    assert not preinstalled.right({**result, "accuracy": ""})
