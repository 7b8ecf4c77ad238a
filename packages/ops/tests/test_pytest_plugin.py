"""The pytest plug-in for users of `ops`, run by pytest in processes of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ops_common.testing import BACKENDS

pytestmark = pytest.mark.once

_LIBRARY = Path(__file__).parents[3] / "examples" / "library"
_FIRST = BACKENDS[0]
# The plug-in is named, as the entry points of an editable installation can be older than it.
_PLUGINS = ("-p", "no:cacheprovider", "-p", "no:ops", "-p", "_ops_pytest")


def run(folder: Path, *options: str, code: int = 0) -> str:
    """Returns pytest's output in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *_PLUGINS, "-rA", *options],
        cwd=folder,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def outcomes(output: str) -> set[str]:
    """Returns the lines of pytest's summary, without reasons."""
    lines = re.findall(r"^(PASSED|FAILED|ERROR|XFAIL|XPASS) (?:tests/)?test_\w+\.py::([\w\[\]]+)", output, re.MULTILINE)
    return {" ".join(line) for line in lines}


def test_it_costs_nothing_without_its_fixtures(tmp_path: Path) -> None:
    (tmp_path / "test_plain.py").write_text(
        "import sys\n"
        "def test_modules():\n"
        "    loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "    others = {'ops', 'ops_common', 'numpy', 'hypothesis', 'jax', 'torch', 'tensorflow', 'openvino'}\n"
        "    assert not loaded & others\n"
        "    assert '_ops_pytest' in loaded\n"
    )
    # Hypothesis has a plug-in of its own.
    assert outcomes(run(tmp_path, "-p", "no:hypothesispytest")) == {"PASSED test_modules"}


def test_the_module_imports_only_pytest() -> None:
    code = "import sys, pytest; before = {*sys.modules}; import _ops_pytest; print(sorted({*sys.modules} - before))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "['_ops_pytest']"


def test_fixtures_and_marks(tmp_path: Path) -> None:
    (tmp_path / "test_fixtures.py").write_text(
        f"""
import hypothesis
import pytest
import ops
from ops.testing import tensors

@pytest.fixture(scope="module")
def doubled(xp, ops_backend):
    return lambda x: xp.multiply(x, 2)

@pytest.fixture
def ending():
    yield
    assert ops.backend() == {_FIRST!r}

def test_xp(xp, doubled, ending, ops_backend):
    assert ops.backend() == ops_backend == {_FIRST!r}
    assert xp.is_tensor(doubled(ops.ones(2))) and repr(xp) == "<ops on {_FIRST}>"

@hypothesis.given(x=tensors())
@hypothesis.settings(max_examples=2, deadline=None)
def test_strategy(x, ops_backend):
    assert ops.is_tensor(x) and ops.backend() == ops_backend

@pytest.mark.skip_backends({_FIRST!r}, reason="a reason to skip")
def test_skip(xp):
    assert False

@pytest.mark.xfail_backends({_FIRST!r}, reason="a reason to fail", raises=ZeroDivisionError, strict=True)
def test_xfail(xp):
    1 / 0

@pytest.mark.xfail_backends({_FIRST!r}, reason="it passes", strict=True)
def test_xpass(xp):
    pass

class TestMethods:
    pytestmark = pytest.mark.skip_backends("openvino", "jax", "tensorflow", "torch", "numpy")
    def test_method(self, ops_backend):
        assert False

@pytest.mark.parametrize("ops_backend", [{_FIRST!r}], indirect=True)
def test_parametrized(ops_backend):
    assert ops.backend() == ops_backend == {_FIRST!r}

def test_plain():
    from ops_common.runtime import active
    assert active.selected() is None
"""
    )
    output = run(tmp_path, f"--ops-backends={_FIRST}", code=1)
    assert outcomes(output) == {
        f"PASSED test_xp[{_FIRST}]",
        f"PASSED test_strategy[{_FIRST}]",
        f"PASSED test_parametrized[{_FIRST}]",
        f"XFAIL test_xfail[{_FIRST}]",
        f"FAILED test_xpass[{_FIRST}]",
        "PASSED test_plain",
    }
    assert "a reason to skip" in output
    assert f"skipped on {_FIRST}" in output
    assert "[XPASS(strict)] it passes" in output


@pytest.mark.skipif(len(BACKENDS) < 2, reason="one backend is installed")
def test_a_test_runs_on_each_selected_backend(tmp_path: Path) -> None:
    (tmp_path / "test_two.py").write_text("import ops\ndef test(xp): assert ops.backend() in str(xp)\n")
    second, first = BACKENDS[1], BACKENDS[0]
    output = run(tmp_path, f"--ops-backends={second}, {first}")
    assert outcomes(output) == {f"PASSED test[{name}]" for name in (first, second)}


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("nope", "unknown backend 'nope'; installed: "),
        (" ,", "--ops-backends needs names of backends, such as torch,jax"),
    ],
)
def test_a_wrong_option_ends_the_run_with_one_sentence(tmp_path: Path, option: str, message: str) -> None:
    (tmp_path / "test_none.py").write_text("def test(xp): pass\n")
    output = run(tmp_path, f"--ops-backends={option}", code=4)
    assert message in output
    assert "Traceback" not in output


def test_wrong_marks_are_errors_of_the_collection(tmp_path: Path) -> None:
    marks = {
        'skip_backends("nope")': "skip_backends: unknown backends ['nope']; known are ",
        "xfail_backends(reason='none')": "xfail_backends needs names of backends, and takes raises, reason, run,",
        'skip_backends("numpy", why="typo")': "skip_backends needs names of backends, and takes reason",
    }
    for i, mark in enumerate(marks):
        (tmp_path / f"test_mark{i}.py").write_text(f"import pytest\n@pytest.mark.{mark}\ndef test(xp): pass\n")
    output = run(tmp_path, code=2)
    assert all(message in output for message in marks.values())
    assert "Traceback" not in output


def test_without_a_backend_the_error_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("from ops_common.runtime import registry\nregistry._found = {}\n")
    (tmp_path / "test_none.py").write_text("def test(xp): pass\n")
    assert "no backend is installed; pip install " in run(tmp_path, code=2)


def test_the_example_library_passes_on_all_backends() -> None:
    output = run(_LIBRARY, "-q")
    lines = outcomes(output)
    assert not [line for line in lines if line.startswith(("FAILED", "ERROR", "XPASS"))]
    for name in BACKENDS:
        assert f"PASSED tests/test_regression.py::test_fit_line[{name}]" in output


def test_the_readme_of_the_example_library_shows_its_code() -> None:
    text = (_LIBRARY / "README.md").read_text("utf-8")
    files = [path.read_text("utf-8") for path in (*_LIBRARY.rglob("*.py"), _LIBRARY / "pyproject.toml")]
    blocks = re.findall(r"```(?:python|toml)\n(.*?)```", text, re.DOTALL)
    assert len(blocks) >= 5
    for block in blocks:
        # A block may show parts of a file, with blank lines in between.
        for part in re.split(r"\n\n+(?=\S)", block.strip()):
            assert any(part in file for file in files), part
