"""`python benchmarks`: compares `ops` with the frameworks' own calls, keras and autoray, and prints tables.

The themes, in their own modules: `dispatch` (a call on 8 elements), `every_call` (each op on a few elements),
`million` (each op on a million elements), `kernels` (convolution, attention and so on), `networks` (whole networks),
`imports`, `serving` (OpenVINO), `tracing` and `jitted` (the framework's jit), and, only where it is named, `gpu` (an
accelerator). Theme `sparse` measures sparse tensors.
Contenders are measured in the same run, in turns: times of different runs on a shared machine cannot be compared. A
figure that is not available is a dash, with the reason below its table.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import (
    against,
    dispatch,
    every_call,
    gpu,
    imports,
    jitted,
    kernels,
    million,
    networks,
    plot,
    report,
    serving,
    sparse_calls,
    tracing,
)

DEFAULT_THEMES = ("dispatch", "calls", "numpy", "kernels", "networks", "import", "openvino", "jit", "sparse")
THEMES = (*DEFAULT_THEMES, "gpu")
_PACKAGES = ("numpy", "torch", "jax", "tensorflow", "tensorflow-cpu", "openvino", "keras", "autoray")


def _chosen(words: list[str] | None, allowed: tuple[str, ...], parser: argparse.ArgumentParser) -> tuple[str, ...]:
    """Returns the names in the words, separated by spaces or commas; all allowed names if there are none."""
    names = [name for word in words or allowed for name in word.split(",") if name]
    unknown = [name for name in names if name not in allowed]
    if unknown:
        parser.error(f"{', '.join(unknown)}: choose from {', '.join(allowed)}")
    return tuple(name for name in allowed if name in names)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python benchmarks", description=(__doc__ or "").splitlines()[0])
    some = "separated by spaces or commas"
    parser.add_argument("--only", nargs="+", metavar="THEME", help=f"{some}: {', '.join(THEMES)}; default: all but gpu")
    parser.add_argument(
        "--backends", nargs="+", metavar="NAME", help=f"{some}; default: those whose framework is installed"
    )
    parser.add_argument(
        "--ops",
        nargs="+",
        metavar="PATH",
        help=f"of themes calls, numpy and kernels, {some}: nn.relu, sum; default: all",
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds: faster, with more noise")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the medians, quartiles and targets to this file"
    )
    parser.add_argument(
        "--against", type=Path, metavar="FILE", help="compare with an earlier run, which wrote this file by --json"
    )
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help="draw what the calls of theme calls add in this file (png, svg, pdf)"
    )
    options = parser.parse_args()
    options.only = _chosen(options.only or [*DEFAULT_THEMES], THEMES, parser)
    if options.against is not None and not options.against.is_file():
        parser.error(f"--against: there is no file {options.against}")
    if options.plot is not None and ("calls" not in options.only or importlib.util.find_spec("matplotlib") is None):
        parser.error("--plot: needs theme calls, and matplotlib")
    installed = [name for name in dispatch.BACKENDS if importlib.util.find_spec(name) is not None]
    paths = dict.fromkeys([*every_call.paths(), *(path for path, _ in kernels.CASES.values())])
    options.ops = _chosen(options.ops, tuple(paths), parser) if options.ops else ()
    options.backends = _chosen(options.backends or installed, dispatch.BACKENDS, parser)
    return options


def _machine() -> dict[str, Any]:
    versions: dict[str, str] = {}
    for name in _PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "cores": cores,
        "versions": versions,
    }


def _measure(options: argparse.Namespace, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    backends: tuple[str, ...] = options.backends
    results: dict[str, Any] = {}
    if "dispatch" in options.only:
        results["dispatch"] = dispatch.run(backends, options.quick, progress)
    if "calls" in options.only:
        results["calls"] = every_call.run(backends, options.ops, options.quick, progress)
    if "numpy" in options.only:
        results["numpy"] = million.run(backends, options.ops, options.quick, progress)
    if "kernels" in options.only:
        results["kernels"] = kernels.run(backends, options.ops, options.quick, progress)
    if "networks" in options.only:
        results["networks"] = networks.run(backends, options.quick, progress)
    if "import" in options.only:
        results["import"] = imports.run(options.quick, progress)
    if "openvino" in options.only and "openvino" in backends:
        results["openvino"] = serving.run(options.quick, progress)
    if "jit" in options.only:
        both = tuple(name for name in tracing.BACKENDS if name in backends)
        others = tuple(name for name in ("openvino",) if name in backends)
        results["jit"] = tracing.run(both, others, options.quick, progress)
        results["jitted"] = jitted.run(backends, options.quick, progress)
    if "sparse" in options.only:
        results["sparse"] = sparse_calls.run(backends, options.quick, progress)
    if "gpu" in options.only:
        results["gpu"] = gpu.run(backends, progress)
    return results


def main() -> int:
    """Measures and prints the tables; returns 1 if theme `gpu` found wrong values, places or copies."""
    options = _options()
    # A pipe has no width and needs no progress bar.
    console = Console(width=None if sys.stdout.isatty() else report.WIDTH)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    tasks: dict[str, Any] = {}

    def progress(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            for earlier in tasks.values():
                bar.update(earlier, visible=False)
            tasks[stage] = bar.add_task(stage, total=total)
            if bar.disable:
                print(stage, "...", file=sys.stderr, flush=True)
        bar.update(tasks[stage], completed=done, total=total)

    machine = _machine()
    with bar:
        results = _measure(options, progress)
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    console.print(
        f"Python {machine['python']} on {machine['machine']}, {machine['cores']} cores; {versions}\n", highlight=False
    )
    shown = {
        "dispatch": dispatch.show,
        "calls": every_call.show,
        "numpy": million.show,
        "kernels": kernels.show,
        "networks": networks.show,
        "import": imports.show,
        "openvino": serving.show,
        "jit": tracing.show,
        "jitted": jitted.show,
        "sparse": sparse_calls.show,
        "gpu": gpu.show,
    }
    for theme, result in results.items():
        shown[theme](console, result)
    if options.against is not None:
        results["against"] = against.compare(results, json.loads(options.against.read_text()))
        against.show(console, results["against"])
    if options.plot is not None:
        plot.draw(results["calls"], options.plot)
        console.print(f"Written: {options.plot}", highlight=False, markup=False)
    if options.json is not None:
        for result in results.get("dispatch", {}).values():
            result.pop("samples", None)  # only their medians and quartiles are written
        options.json.write_text(json.dumps({**machine, **results}, indent=1) + "\n")
        console.print(f"Written: {options.json}", highlight=False, markup=False)
    return 0 if "gpu" not in results or gpu.is_correct(results["gpu"]) else 1
