"""The padding of windows, which OpenVINO computes where sizes are not known yet."""

from __future__ import annotations

from ops_common.host import windows


def pads_of(
    padding: str,
    spatial: tuple[int | None, ...],
    window: tuple[int, ...],
    strides: tuple[int, ...],
    dilation: tuple[int, ...],
) -> tuple[list[int], list[int], str]:
    """Returns the amounts before and after each spatial axis, and OpenVINO's name of the mode of padding."""
    if padding == "same" and None in spatial:
        none = [0] * len(window)
        return none, none, "same_upper"
    pads = windows.pad_amounts(padding, spatial, window, strides, dilation)  # type: ignore[arg-type]  # known sizes
    return [before for before, _ in pads], [after for _, after in pads], "explicit"
