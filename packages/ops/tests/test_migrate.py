"""`python -m ops migrate`: kinds of imports and uses, what the rewritten code computes, findings, and files."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ops import _cli
from ops._cli import differences
from ops._cli.migrate import names, rewrite

pytestmark = pytest.mark.once

# Modules that need nothing else of keras: source, and what it becomes.
MOVED = {
    "the line that most code has": ("from keras import ops\n", "import ops\n"),
    "an alias": ("from keras import ops as K\ny = K.zeros(2)\n", "import ops as K\ny = K.zeros(2)\n"),
    "random": ("from keras import random\n", "from ops import random\n"),
    "several names": (
        "from keras import ops, random, tree\n",
        "import ops\nfrom ops import random\nfrom ops.keras import tree\n",
    ),
    "a function": ("from keras.ops import take, exp as e\n", "from ops import take, exp as e\n"),
    "a function of a family": ("from keras.ops.nn import softmax\n", "from ops.nn import softmax\n"),
    "a random function": ("from keras.random import normal\n", "from ops.random import normal\n"),
    "names in lines, with comments": (
        "from keras.ops import (\n    take,  # by index\n    exp,\n)\n",
        "from ops import (\n    take,  # by index\n    exp,\n)\n",
    ),
    "settings": ("from keras.config import floatx\n", "from ops.keras.config import floatx\n"),
    "backend": ("from keras.backend import standardize_dtype\n", "from ops.keras.backend import standardize_dtype\n"),
    "classes": ("from keras import KerasTensor, Variable\n", "from ops.keras import KerasTensor, Variable\n"),
    "the module": (
        "import keras\n\ny = keras.ops.ones(2)\n",
        "import ops.keras as keras\n\ny = keras.ops.ones(2)\n",
    ),
    "the module with an alias": (
        "import keras as k\ny = k.tree.flatten([1])\n",
        "import ops.keras as k\ny = k.tree.flatten([1])\n",
    ),
    "a module of it": ("import keras.ops\nkeras.ops.ones(2)\n", "import ops.keras as keras\nkeras.ops.ones(2)\n"),
    "a module of it with an alias": ("import keras.ops as K\nK.ones(2)\n", "import ops as K\nK.ones(2)\n"),
    "a family with an alias": ("import keras.ops.linalg as L\nL.det(x)\n", "import ops.linalg as L\nL.det(x)\n"),
    "the module and a module of it": (
        "import keras, keras.ops\nkeras.ops.ones(2)\n",
        "import ops.keras as keras\nkeras.ops.ones(2)\n",
    ),
    "one of several modules": (
        "import os, keras.ops as K, sys\nK.ones(2)\n",
        "import os, ops as K, sys\nK.ones(2)\n",
    ),
    "statements on a line": ("import os; from keras import ops\n", "import os; import ops\n"),
    "comments on names that move to several modules": (
        "from keras import (\n    ops,  # keep me\n    tree,  # and me\n)\n",
        "import ops  # keep me\nfrom ops.keras import tree  # and me\n",
    ),
    "comments in all places of a list": (
        "from keras import (  # head\n    # above\n    ops,  # noqa: F401\n    random,\n    config,  # beside\n"
        "    tree  # last\n    # below\n)  # end\n",
        "# above\nimport ops  # noqa: F401  # head  # end\nfrom ops import random\nfrom ops.keras import (\n"
        "    config,  # beside\n    # below\n    tree,  # last\n)\n",
    ),
    "a directive for all names of a statement": (
        "from keras import ops, tree  # noqa: F401\n",
        "import ops  # noqa: F401\nfrom ops.keras import tree  # noqa: F401\n",
    ),
    "comments in a list in a function": (
        "def f():\n    from keras import (\n        # a\n        ops,\n        tree,  # b\n        config,\n    )\n",
        "def f():\n    # a\n    import ops\n    from ops.keras import (\n        tree,  # b\n        config,\n    )\n",
    ),
    "comments in a list among statements": (
        "import os; from keras import (ops,  # a\n    tree)  # b\n",
        "# a\nimport os; import ops; from ops.keras import tree  # b\n",
    ),
    "comments in a list on the line of its condition": (
        "if True: from keras import (ops,  # a\n    tree)  # b\n",
        "if True: import ops; from ops.keras import tree  # a  # b\n",
    ),
    "a comment": ("# all of it\nfrom keras import ops  # noqa\n", "# all of it\nimport ops  # noqa\n"),
    "in a function": (
        "def f(x):\n    from keras import ops\n    return ops.abs(x)\n",
        "def f(x):\n    import ops\n    return ops.abs(x)\n",
    ),
    "on the line of its condition": (
        "if True: from keras import ops, tree\n",
        "if True: import ops; from ops.keras import tree\n",
    ),
    "in try": (
        "try:\n    import keras\nexcept ImportError:\n    keras = None\nkeras.ops.abs(1)\n",
        "try:\n    import ops.keras as keras\nexcept ImportError:\n    keras = None\nkeras.ops.abs(1)\n",
    ),
    "private modules": ("from keras.src import ops, backend\n", "import ops\nfrom ops.keras import backend\n"),
    "a private function": ("from keras.src.ops.core import cond\n", "from ops import cond\n"),
    "a private class": (
        "from keras.src.backend.common.keras_tensor import KerasTensor\n",
        "from ops.keras import KerasTensor\n",
    ),
    "a private path": (
        "import keras\nkeras.src.backend.KerasTensor((2,))\n",
        "import ops.keras as keras\nkeras.KerasTensor((2,))\n",
    ),
    "of tensorflow": (
        "from tensorflow import keras\nkeras.ops.abs(1)\n",
        "from ops import keras\nkeras.ops.abs(1)\n",
    ),
    "of tensorflow, with other names": (
        "from tensorflow import keras, linalg\nkeras.ops.abs(1)\n",
        "from tensorflow import linalg\nfrom ops import keras\nkeras.ops.abs(1)\n",
    ),
    "of tensorflow, with an alias": (
        "import tensorflow.keras as keras\nkeras.ops.abs(1)\n",
        "import ops.keras as keras\nkeras.ops.abs(1)\n",
    ),
    "of tensorflow, a function": ("from tensorflow.keras.ops import abs\n", "from ops import abs\n"),
    "through tensorflow": (
        "import tensorflow as tf\ny = tf.keras.ops.abs(tf.ones(2))\n",
        "import tensorflow as tf\nimport ops\ny = ops.abs(tf.ones(2))\n",
    ),
    "modules through tensorflow": (
        "import tensorflow as tf\ny = tf.keras.backend.floatx()\n",
        "import tensorflow as tf\nimport ops.keras as keras\ny = keras.backend.floatx()\n",
    ),
    "a star import": ("from keras.ops import *\n", "from ops import *\n"),
    "after the header": (
        '"""Text."""\n\nfrom __future__ import annotations\n\nfrom keras import ops\n',
        '"""Text."""\n\nfrom __future__ import annotations\n\nimport ops\n',
    ),
    "a decorator and a default": (
        "import keras\n\n@keras.saving.register_keras_serializable()\ndef f(x, g=keras.ops.abs): ...\n",
        "import ops.keras as keras\n\n@keras.saving.register_keras_serializable()\ndef f(x, g=keras.ops.abs): ...\n",
    ),
}
# Modules that need keras: only keras.ops comes from ops.
MIXED = {
    "comments on names of which some stay": (
        "from keras import (  # noqa\n    layers,  # stays\n    # about ops\n    ops,  # moves\n    models,\n)\n",
        "from keras import (  # noqa\n    layers,  # stays\n    models,\n)\n# about ops\nimport ops  # moves  # noqa\n",
    ),
    "a layer": (
        "import keras\n\nclass A(keras.layers.Layer):\n    def call(self, x):\n        return keras.ops.abs(x)\n",
        "import keras\nimport ops\n\nclass A(keras.layers.Layer):\n    def call(self, x):\n        return ops.abs(x)\n",
    ),
    "a layer by name": (
        "from keras import layers, ops, random\n",
        "from keras import layers, random\nimport ops\n",
    ),
    "names on several lines": (
        "from keras import (\n    layers,\n    ops,\n)\n",
        "from keras import (\n    layers,\n)\nimport ops\n",
    ),
    "a variable of a layer": (
        "import keras\nv = keras.Variable(1.0)\nm = keras.Model\ny = keras.ops.abs(v)\n",
        "import keras\nimport ops\nv = keras.Variable(1.0)\nm = keras.Model\ny = ops.abs(v)\n",
    ),
    "the module and ops": (
        "import keras\nfrom keras import ops\nkeras.Model, keras.ops.abs, ops.exp\n",
        "import keras\nimport ops\nkeras.Model, ops.abs, ops.exp\n",
    ),
    "ops is another name": (
        "import keras\nkeras.Model\n\ndef f(ops):\n    return keras.ops.stack(ops)\n",
        "import keras\nimport ops as array_ops\nkeras.Model\n\ndef f(ops):\n    return array_ops.stack(ops)\n",
    ),
    "a line after the header": (
        '"""Text."""\nfrom __future__ import annotations\n\ndef f(x):\n    import keras\n    keras.Model\n'
        "    return keras.ops.abs(x)\n",
        '"""Text."""\nfrom __future__ import annotations\nimport ops\n\ndef f(x):\n    import keras\n    keras.Model\n'
        "    return ops.abs(x)\n",
    ),
    "through tensorflow": (
        "import tensorflow as tf\ntf.keras.Model, tf.keras.ops.abs, tf.keras.backend.floatx\n",
        "import tensorflow as tf\nimport ops\ntf.keras.Model, ops.abs, tf.keras.backend.floatx\n",
    ),
    "the module as a value": (
        "import keras\nprint(keras)\nkeras.ops.abs\n",
        "import keras\nimport ops\nprint(keras)\nops.abs\n",
    ),
    "a star import of all": (
        "from keras import *\nfrom keras import tree\n",
        "from keras import *\nfrom keras import tree\n",
    ),
}
UNTOUCHED = (
    "from . import ops\nfrom .keras import ops as K\n",
    "import ops\nfrom ops import keras\n",
    "import keras_hub\nfrom keras_core import ops\n",
    "keras = 1\nkeras.ops.abs\n",
    "def f(keras):\n    return keras.ops.abs(1)\n",
    "text = 'from keras import ops'\n# from keras import ops\n",
    "",
)


@pytest.mark.parametrize(("source", "expected"), [*MOVED.values(), *MIXED.values()], ids=[*MOVED, *MIXED])
def test_rewriting(source: str, expected: str) -> None:
    new, _ = rewrite(source, "file.py")
    assert new == expected
    compile(new, "file.py", "exec")
    assert rewrite(new, "file.py")[0] == new


@pytest.mark.parametrize("source", [source for source, _ in MOVED.values()], ids=MOVED)
def test_modules_that_need_nothing_else_are_free_of_keras(source: str) -> None:
    findings = [finding for finding in rewrite(source)[1] if finding.kind not in ("differs", "check")]
    assert findings == []


@pytest.mark.parametrize("source", UNTOUCHED)
def test_other_modules_are_left_alone(source: str) -> None:
    assert rewrite(source) == (source, [])


def test_uses_of_a_name_follow_scopes() -> None:
    source = (
        "import keras\n\ndef f(keras):\n    return keras.Model\n\n\nclass A:\n    keras = 1\n\n"
        "g = dict(keras=keras.ops.abs)\nh = g['keras'].ops\n"
    )
    new, findings = rewrite(source)
    assert new == source.replace("import keras\n", "import ops.keras as keras\n", 1)
    assert findings == []


PROGRAM = """
import numpy as np
import keras
from keras import ops as K, random
from keras.ops import softmax
from keras.src.backend import standardize_dtype


def attention(query, key, value):
    scores = K.matmul(query, K.transpose(key)) / keras.ops.sqrt(K.cast(K.shape(query)[-1], query.dtype))
    return softmax(scores) @ value


class Net:
    def __init__(self, seed):
        generator = random.SeedGenerator(seed)
        self.weights = {"w": keras.Variable(random.normal((3, 3), seed=generator)), "b": keras.Variable(K.zeros(3))}

    def __call__(self, x):
        x = K.convert_to_tensor(x, dtype=standardize_dtype("float32"))
        y = keras.activations.get("tanh")(K.matmul(x, self.weights["w"]) + self.weights["b"])
        return attention(y, y, x)


net = Net(1)
x = np.arange(6.0).reshape(2, 3)
result = keras.tree.map_structure(K.convert_to_numpy, {"y": net(x), "w": net.weights["w"].value})
symbolic = net(keras.KerasTensor((5, 3)))
shape = tuple(symbolic.shape)
"""


def test_a_migrated_program_computes_the_same(backend: str) -> None:
    new, findings = rewrite(PROGRAM)
    assert "import keras" not in new.replace("import ops.keras as keras", "")
    assert [finding for finding in findings if finding.kind != "differs"] == []
    space: dict[str, Any] = {"__name__": "migrated"}
    exec(compile(new, "program.py", "exec"), space)
    x, w = space["x"].astype("float32"), space["result"]["w"]
    y = np.tanh(x @ w)
    scores = np.exp(y @ y.T / np.sqrt(3.0))
    expected = scores / scores.sum(-1, keepdims=True) @ x
    np.testing.assert_allclose(space["result"]["y"], expected, rtol=1e-5, atol=1e-5)
    assert space["shape"] == (5, 3)


def _of(source: str, kind: str) -> list[tuple[int, str, str]]:
    return [(f.line, f.name, f.difference) for f in rewrite(source)[1] if f.kind == kind]


def test_differences_are_told_at_calls_that_pass_the_argument() -> None:
    source = "from keras import ops\nops.unique(x)\nops.unique(x, size=3)\nops.unique(x, size=None)\nops.unique(*x)\n"
    fixed = [line for line, _, name in _of(source, "differs") if name == "unique of a fixed size"]
    assert fixed == [3, 5]
    position = [item[0] for item in differences.parameters("unique")].index("size")
    positional = f"from keras import ops\nops.unique(x, {', '.join(['True'] * (position - 1))}, 3)\n"
    assert (2, "keras.ops.unique", "unique of a fixed size") in _of(positional, "differs")


@pytest.mark.parametrize(
    "use",
    [
        "import keras\nkeras.ops.argsort(x)",
        "from keras import ops as K\nK.argsort(x)",
        "from keras.ops import argsort as s\nmap(s, x)",
        "import keras.ops.numpy as n\nn.argsort(x)",
        "import tensorflow as tf\ntf.keras.ops.argsort(x)",
    ],
)
def test_differences_are_found_through_all_names(use: str) -> None:
    assert {name for _, _, name in _of(use, "differs")} == {"order of equal elements", "indices and counts"}


@pytest.mark.parametrize("difference", [d for d in differences.differences() if d.ops], ids=lambda d: d.name)
def test_each_difference_of_an_op_is_reported(difference: differences.Difference) -> None:
    for path in difference.ops:
        assert callable(differences.lookup(path)), path
        known = {name for name, _ in differences.parameters(path)}
        passed = [name for name in difference.arguments if name in known]
        if difference.arguments and not passed:
            continue  # another op of this entry has the parameter
        arguments = f"{passed[0]}=other" if passed else ""
        found = _of(f"from keras import ops\ny = ops.{path}({arguments})\n", "differs")
        assert difference.name in {name for _, _, name in found}, path
    if difference.arguments:
        every = {name for path in difference.ops for name, _ in differences.parameters(path)}
        assert {*difference.arguments} <= every


def test_missing_names_say_why() -> None:
    source = "import keras\nfrom keras import layers\nkeras.Model\nlayers.Dense(2)\nkeras.ops.no_such_op(1)\n"
    assert _of(source, "missing") == [
        (2, "keras.layers", ""),
        (3, "keras.Model", ""),
        (5, "keras.ops.no_such_op", ""),
    ]
    messages = {finding.name: finding.message for finding in rewrite(source)[1]}
    assert "ops has no layers and models" in messages["keras.Model"]
    assert messages["keras.ops.no_such_op"] == "ops has no such name"
    assert "keras.layers (line 2)" in messages["keras"]


@pytest.mark.parametrize(
    "source",
    [
        "import keras\nprint(keras)\n",
        "from keras import *\n",
        "from keras.ops import *\n",
        "import importlib\nimportlib.import_module('keras.ops')\n",
        "__import__('keras')\n",
    ],
)
def test_what_cannot_be_decided_is_to_be_checked(source: str) -> None:
    assert len(_of(source, "check")) == 1


def test_an_unused_import_stays() -> None:
    new, findings = rewrite("import keras\nfrom keras import ops\n")
    assert new == "import keras\nimport ops\n"
    assert [finding.kind for finding in findings] == ["kept"]


def test_source_that_is_not_python() -> None:
    with pytest.raises(SyntaxError) as error:
        rewrite("from keras import ops\nx = (\n", "file.py")
    assert error.value.filename == "file.py"


def test_every_public_name_of_keras_arrays_has_a_place() -> None:
    """All names of keras.ops, keras.random and the modules that ops.keras mirrors are found."""
    folder = Path(__file__).parent / "data"
    rows = [line.split("\t") for line in (folder / "signatures.tsv").read_text().splitlines() if line[0] != "#"]
    for family, name, _ in rows:
        path = ("random", name.rpartition(".")[2]) if family == "random" else ("ops", *name.split("."))
        assert names.target(path) == path, path
    for line in (folder / "keras_signatures.tsv").read_text().splitlines():
        if line[0] != "#":
            module, name, _ = line.split("\t")
            path = (*(module.split(".") if module else ()), name)
            if names.target(path) is None:
                assert names.why_missing(path) != "ops has no such name", path  # ops.keras says why
            else:
                assert names.target(path) == path


# --- files -----------------------------------------------------------------------------------------------------------


def _migrate(*arguments: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "ops", "migrate", *arguments]
    process = subprocess.run(command, capture_output=True, check=False)
    return process.returncode, process.stdout.decode(), process.stderr.decode()


def test_files_are_written_on_demand_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "package" / "module.py"
    file.parent.mkdir()
    file.write_text("from keras import ops\nprint(ops.argsort)\n")
    file.chmod(0o750)
    before = file.read_bytes()
    assert _cli.main(["migrate", str(tmp_path)]) == 1  # something is to be rewritten
    report = capsys.readouterr().out
    assert f"{file}: to be rewritten" in report
    assert "keras.ops.argsort: keras sorts unstably on NumPy" in report
    assert _cli.main(["migrate", str(tmp_path), "--diff"]) == 1
    assert "-from keras import ops\n+import ops\n" in capsys.readouterr().out
    assert file.read_bytes() == before
    assert _cli.main(["migrate", str(tmp_path), "--write"]) == 0
    assert file.read_bytes() == b"import ops\nprint(ops.argsort)\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o750
    assert os.listdir(file.parent) == ["module.py"]
    assert _cli.main(["migrate", str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith("nothing to do: no import of keras\n")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"from keras import ops\r\nx = 1\r\n", b"import ops\r\nx = 1\r\n"),
        (b"from keras import ops, tree\r\nx = 1\r\n", b"import ops\r\nfrom ops.keras import tree\r\nx = 1\r\n"),
        (b"\xef\xbb\xbffrom keras import ops\n", b"\xef\xbb\xbfimport ops\n"),
        (b"# coding: latin-1\nfrom keras import ops\nx = '\xe9'\n", b"# coding: latin-1\nimport ops\nx = '\xe9'\n"),
        (b"from keras import ops", b"import ops"),
        (b"def f():\n\tfrom keras import ops\n\tx = 1\n", b"def f():\n\timport ops\n\tx = 1\n"),
        ("from keras import ops\nx = 'ж'\n".encode(), "import ops\nx = 'ж'\n".encode()),
    ],
)
def test_encodings_and_line_ends_are_kept(content: bytes, expected: bytes, tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_bytes(content)
    assert _cli.main(["migrate", str(file), "--write"]) == 0
    assert file.read_bytes() == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"import keras\nx = (\n", "not valid Python"),
        (b"import keras\nx = '\xff'\n", "cannot be decoded"),
        (b"# coding: no-such-encoding\nimport keras\n", "cannot be decoded"),
        (b"import keras\x00\n", ""),
    ],
)
def test_files_that_cannot_be_read_are_reported_and_the_others_migrated(
    content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.py").write_bytes(content)
    (tmp_path / "b.py").write_text("from keras import ops\n")
    assert _cli.main(["migrate", str(tmp_path), "--write", "--json"]) == 1
    first, second = json.loads(capsys.readouterr().out)["files"]
    assert [finding["kind"] for finding in first["findings"]] == ["error"]
    assert message in first["findings"][0]["message"]
    assert (tmp_path / "a.py").read_bytes() == content
    assert second["written"]
    assert (tmp_path / "b.py").read_text() == "import ops\n"


def test_which_files_of_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.py", "b.pyi", "c.txt", ".git/d.py", "venv/lib/e.py", "sub/f.py", "g.ipynb"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("from keras import ops\n")
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    os.symlink(tmp_path / "a.py", tmp_path / "z.py")
    assert _cli.main(["migrate", str(tmp_path), str(tmp_path / "a.py"), "--json"]) == 1
    files = {Path(file["path"]).name: file for file in json.loads(capsys.readouterr().out)["files"]}
    assert sorted(files) == ["a.py", "b.pyi", "f.py", "g.ipynb"]
    assert "notebooks are not rewritten" in files["g.ipynb"]["findings"][0]["message"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_regular_file_is_not_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    (tmp_path / "a.py").write_text("from keras import ops\n")
    os.mkfifo("b.py")
    os.symlink("b.py", "c.py")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("d.py")
        assert _cli.main(["migrate", ".", "--write", "--json"]) == 0
        assert [file["path"] for file in json.loads(capsys.readouterr().out)["files"]] == ["a.py"]
        for name in ("b.py", "c.py", "d.py", os.devnull):
            assert _cli.main(["migrate", "a.py", name]) == 2
            assert f"neither a regular file nor a folder: {name}" in capsys.readouterr().err


def test_a_link_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from keras import ops\n")
    os.symlink("a.py", tmp_path / "link.py")
    assert _cli.main(["migrate", str(tmp_path / "link.py"), "--write"]) == 0
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "a.py").read_text() == "import ops\n"


def test_the_command_in_a_process(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import keras\nkeras.layers.Dense(2)\n")
    code, text, errors = _migrate(str(tmp_path), "--json")
    document = json.loads(text)
    assert (code, errors) == (1, "")
    assert document["summary"]["missing"] == 1
    assert len(document["differences_of_any_op"]) == len(differences.general())
    assert "\x1b" not in _migrate(str(tmp_path))[1]
    code, text, errors = _migrate(str(tmp_path / "absent"))
    assert (code, text) == (2, "")
    assert errors.startswith("error: no such file or folder")
    assert _migrate(str(tmp_path), "--diff", "--write")[0] == 2


def test_without_libcst_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['libcst'] = None; from ops._cli import main; sys.exit(main(['migrate', '.']))"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr == 'error: migrate needs libcst: pip install "ops[cli]"\n'
