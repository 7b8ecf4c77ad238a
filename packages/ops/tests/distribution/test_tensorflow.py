"""The TensorFlow engine: transforms, control flow, Variables, what DTensor refuses, and replicas of a strategy."""

from __future__ import annotations

import subprocess
import sys

import launch

_CONTEXT = """
import ops
ops.set_backend("tensorflow")
ops.namespace("tensorflow").add
import tensorflow as tf
parts = [tf.config.LogicalDeviceConfiguration()] * 3
tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], parts)
print(ops.distribution.get_device_count())
"""


def test_devices_are_configured_after_the_backend_is_loaded() -> None:
    result = subprocess.run([sys.executable, "-c", _CONTEXT], capture_output=True, text=True, timeout=300, check=True)
    assert result.stdout.split() == ["3"]


def test_programs_equal_one_device() -> None:
    (differences,) = launch.run("tensorflow", "tensorflow_programs:differences")
    assert {name: x for name, x in differences.items() if not x < 1e-5} == {}


def test_what_dtensor_refuses() -> None:
    (messages,) = launch.run("tensorflow", "tensorflow_programs:refused")
    assert "without ops.jit" in messages[0]
    assert "one mesh axis only" in messages[1]


def test_scopes_reach_replicas() -> None:
    (found,) = launch.run("tensorflow", "tensorflow_programs:replicas", devices=2)
    assert found == {"seen": ["tensorflow"] * 2, "results": [2.0, 3.0], "total": 3.0, "first": 1.0}
