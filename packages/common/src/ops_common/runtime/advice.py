"""What a user has to type where a backend or a device is missing: the ends of error messages."""

from __future__ import annotations

import difflib
import importlib.util
import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

# Frameworks that are installed make their backend the likely wish; NumPy always is.
_FRAMEWORKS = ("torch", "jax", "tensorflow", "openvino")
# The folders of a clone whose names are not the backend's.
_FOLDERS = {"tensorflow": "backend-tf"}
_OTHER_NAMES = {
    "pytorch": "torch",
    "np": "numpy",
    "ov": "openvino",
    "jnp": "jax",
    "tensorflow-cpu": "tensorflow",
    "tensorflow_cpu": "tensorflow",
}
_GPU = {
    "torch": 'type `nvidia-smi` to test the driver, and `python -c "import torch; print(torch.version.cuda)"` to see '
    "whether torch is a build for GPUs",
    "jax": 'type `nvidia-smi` to test the driver, and `pip install "jax[cuda12]"` to install JAX\'s plug-in for GPUs',
    "tensorflow": 'type `nvidia-smi` to test the driver, and `pip install "tensorflow[and-cuda]"` to install what '
    "TensorFlow needs for GPUs",
    "numpy": 'NumPy computes on CPUs only: select another backend, as by `ops.set_backend("torch")`',
}


def install(extra: str) -> str:
    """Returns the command that installs the backend of an extra of `ops`, from where `ops` itself came from.

    `ops` on the public index is another project, and the backends are not there.
    """
    origin = _origin()
    if origin is not None and origin.is_dir():  # a clone, or the folder of the package `ops` in it
        backend = origin.parent / _FOLDERS.get(extra, f"backend-{extra}")
        if backend.is_dir():
            return f'pip install "{backend}" "{origin}[{extra}]"'
    if origin is not None and origin.suffix == ".whl" and origin.parent.is_dir():
        return f'pip install --find-links "{origin.parent}" "ops[{extra}]"'
    return f'pip install "ops[{extra}]"'


def _origin() -> Path | None:
    """Returns the folder or wheel that pip has installed `ops` from; None if it came from an index."""
    from importlib.metadata import PackageNotFoundError, distribution  # late, as in the registry

    try:
        text = distribution("ops").read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    address = urlsplit(json.loads(text)["url"]) if text else None
    return None if address is None or address.scheme != "file" else Path(url2pathname(unquote(address.path)))


def no_backend(known: Iterable[str]) -> str:
    """Returns the message if no backend is installed: it suggests that of an installed framework."""
    wish = next((name for name in _FRAMEWORKS if importlib.util.find_spec(name) is not None), "numpy")
    others = ", ".join(name for name in known if name != wish)
    reason = "" if wish == "numpy" else f" for the {wish} that is installed"
    return f"no backend is installed; {install(wish)}{reason} (or in the same way {others})"


def similar(name: str, known: Iterable[str]) -> str:
    """Returns the end of a message about an unknown name: the backend that was probably meant, or ""."""
    near = _OTHER_NAMES.get(name.lower()) or next(iter(difflib.get_close_matches(name.lower(), list(known), 1)), None)
    return f'; type "{near}"' if near else ""


def gpu(backend: str, device: str, present: Iterable[str]) -> str:
    """Returns the end of a message about a device that does not exist: how to find out why there is no GPU, or ""."""
    hint = _GPU.get(backend)
    wanted = device.startswith("gpu") and not any(name.startswith("gpu") for name in present)
    return f"; {hint}" if wanted and hint else ""
