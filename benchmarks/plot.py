"""The plot of what each call adds to the framework's own expression."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

# The target of theme `calls` for the median of the ops, for 95 % of them, and for all of them, in us.
_LIMITS = ((0.5, "median"), (2.0, "95 %"), (8.0, "all"))


def draw(calls: Mapping[str, Any], path: Path) -> None:
    """Draws the result of theme `calls`: for each backend, the ops by what they add, and by their ratio to keras.

    Raises:
        ImportError: if matplotlib is not installed.
    """
    import matplotlib

    matplotlib.use("Agg")  # writes files, and needs no display
    from matplotlib import pyplot

    figure, (adds, ratios) = pyplot.subplots(1, 2, figsize=(12, 5))
    for backend, result in calls["backends"].items():
        ops: dict[str, dict[str, float]] = result["ops"]
        for axes, name, factor in ((adds, "adds", 1e6), (ratios, "over keras", 1.0)):
            values = sorted(by[name] * factor for by in ops.values() if name in by)
            shares = [100 * (i + 1) / len(values) for i in range(len(values))]
            axes.plot(shares, values, label=f"{backend} ({len(values)} ops)")
    for limit, which in _LIMITS:
        adds.axhline(limit, color="gray", linewidth=0.7, linestyle=":")
        adds.annotate(f"{which}: {limit:g}", (0, limit), fontsize=8, color="gray")
    adds.set_yscale("symlog", linthresh=1.0)
    adds.set(xlabel="% of the ops", ylabel="us that ops add to the framework's own expression")
    ratios.axhline(1.0, color="gray", linewidth=0.7, linestyle=":")
    ratios.set_yscale("log")
    ratios.set(xlabel="% of the ops", ylabel="time of ops over keras's")
    for axes in (adds, ratios):
        axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)
