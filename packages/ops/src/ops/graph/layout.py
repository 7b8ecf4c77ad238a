"""Where boxes and edges of a picture are: layers by the longest path, ordered so that few edges cross."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_GAP_X, _GAP_Y, _MARGIN = 22, 34, 14
_PASSES = 6

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A box of the picture: its identifier, its kind, and its lines of text; its size, if that is not given by them."""

    name: str
    kind: str
    lines: tuple[str, ...]
    size: Point | None = None

    @property
    def width(self) -> float:
        """The width in pixels: an estimate for a font of 11 pixels."""
        return self.size[0] if self.size else 18 + 6.4 * max((len(line) for line in self.lines), default=4)

    @property
    def height(self) -> float:
        """The height in pixels."""
        return self.size[1] if self.size else 10 + 14 * max(1, len(self.lines))


@dataclass(frozen=True)
class Frame:
    """The rectangle around the boxes of an inner function."""

    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass
class Layout:
    """Positions of boxes (their upper left corners) by name, the points through which edges go, and frames."""

    width: float
    height: float
    places: dict[str, Point]
    routes: list[list[Point]]
    frames: list[Frame] = field(default_factory=list[Frame])

    def include(self, part: Layout, corner: Point, box: Box, label: str, offset: Point) -> None:
        """Adds the layout of an inner function in place of its box."""
        x, y = corner
        self.frames.append(Frame(x, y, box.width, box.height, label))
        x, y = x + offset[0], y + offset[1]
        self.places |= {name: (a + x, b + y) for name, (a, b) in part.places.items()}
        self.routes += [[(a + x, b + y) for a, b in points] for points in part.routes]
        self.frames += [Frame(f.x + x, f.y + y, f.width, f.height, f.label) for f in part.frames]


def arrange(boxes: Sequence[Box], edges: Sequence[tuple[str, str]]) -> Layout:
    """Returns the layout of boxes that are connected by edges without cycles.

    An edge that passes other layers goes through a place of its own in each of them.
    """
    by_name = {box.name: box for box in boxes}
    levels = _levels([box.name for box in boxes], edges)
    layers: list[list[str]] = [[] for _ in range(max(levels.values(), default=0) + 1)]
    for name, level in levels.items():
        layers[level].append(name)
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    chains: list[list[str]] = []
    for number, (start, end) in enumerate(edges):
        chain = [start]
        for level in range(levels[start] + 1, levels[end]):
            chain.append(f"{number}/{level}")
            layers[level].append(chain[-1])
        chain.append(end)
        chains.append(chain)
        for a, b in itertools.pairwise(chain):
            above.setdefault(b, []).append(a)
            below.setdefault(a, []).append(b)
    for turn in range(_PASSES):
        downward = turn % 2 == 0
        neighbours = above if downward else below
        for layer, before in _pairs(layers, downward):
            order = {name: place for place, name in enumerate(before)}
            _sort(layer, order, neighbours)
    widths = {name: by_name[name].width if name in by_name else 4.0 for layer in layers for name in layer}
    x = _across(layers, widths, above, below)
    heights = [max((by_name[n].height for n in layer if n in by_name), default=0) for layer in layers]
    tops = [_MARGIN + sum(heights[:level]) + _GAP_Y * level for level in range(len(layers))]
    left = min((x[name] for name in x), default=0)
    places = {box.name: (x[box.name] - left + _MARGIN, tops[levels[box.name]]) for box in boxes}
    routes: list[list[Point]] = []
    for chain in chains:
        start, end = by_name[chain[0]], by_name[chain[-1]]
        points = [(places[start.name][0] + start.width / 2, places[start.name][1] + start.height)]
        for offset, name in enumerate(chain[1:-1], levels[start.name] + 1):
            middle = x[name] - left + _MARGIN + widths[name] / 2
            points += [(middle, tops[offset]), (middle, tops[offset] + heights[offset])]
        points.append((places[end.name][0] + end.width / 2, places[end.name][1]))
        routes.append(points)
    width = max((x[name] + widths[name] - left for name in x), default=0) + 2 * _MARGIN
    return Layout(width, tops[-1] + heights[-1] + _MARGIN, places, routes)


def _levels(names: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Returns the layer of each box: the longest path to it; boxes without predecessors are just above their users."""
    successors: dict[str, list[str]] = {name: [] for name in names}
    waiting = dict.fromkeys(names, 0)
    for start, end in edges:
        successors[start].append(end)
        waiting[end] += 1
    first = {name for name in names if not waiting[name]}
    levels = dict.fromkeys(names, 0)
    ready = [name for name in names if name in first]
    for name in ready:  # grows while it is read
        for after in successors[name]:
            levels[after] = max(levels[after], levels[name] + 1)
            waiting[after] -= 1
            if not waiting[after]:
                ready.append(after)
    for name in first:
        if successors[name]:
            levels[name] = min(levels[after] for after in successors[name]) - 1
    return levels


def _pairs(layers: list[list[str]], downward: bool) -> list[tuple[list[str], list[str]]]:
    """Returns each layer with the one that was ordered before it."""
    ordered = layers if downward else layers[::-1]
    return list(zip(ordered[1:], ordered, strict=False))


def _sort(layer: list[str], order: Mapping[str, int], neighbours: Mapping[str, list[str]]) -> None:
    """Orders a layer by the mean place of the neighbours."""
    own = {name: float(place) for place, name in enumerate(layer)}
    for name in layer:
        if near := neighbours.get(name):
            own[name] = statistics.fmean(order[other] for other in near)
    layer.sort(key=own.__getitem__)


def _across(
    layers: list[list[str]],
    widths: Mapping[str, float],
    above: Mapping[str, list[str]],
    below: Mapping[str, list[str]],
) -> dict[str, float]:
    """Returns the left sides: near the middle of the neighbours, without overlaps."""
    x: dict[str, float] = {}
    for layer in layers:
        position = -sum(widths[name] + _GAP_X for name in layer) / 2
        for name in layer:
            x[name] = position
            position += widths[name] + _GAP_X
    for turn in range(2 * _PASSES):
        downward = turn % 2 == 0
        neighbours = above if downward else below
        for layer in layers if downward else layers[::-1]:
            wanted = [
                statistics.fmean(x[other] + widths[other] / 2 for other in near) - widths[name] / 2
                if (near := neighbours.get(name))
                else x[name]
                for name in layer
            ]
            x |= _separated(layer, wanted, widths)
    return x


def _separated(layer: list[str], wanted: list[float], widths: Mapping[str, float]) -> dict[str, float]:
    """Returns positions in the layer's order, close to the wanted ones: overlapping boxes move apart as a group."""
    groups: list[tuple[list[float], float, list[str]]] = []  # offsets to the wanted places, start, names
    for name, place in zip(layer, wanted, strict=True):
        group: tuple[list[float], float, list[str]] = ([place], place, [name])
        while groups and group[1] < groups[-1][1] + _extent(groups[-1][2], widths):
            starts, _, names = groups.pop()
            shift = _extent(names, widths)
            starts = [*starts, *(start - shift for start in group[0])]
            group = (starts, statistics.fmean(starts), [*names, *group[2]])
        groups.append(group)
    result: dict[str, float] = {}
    for _, start, names in groups:
        for name in names:
            result[name] = start
            start += widths[name] + _GAP_X
    return result


def _extent(names: list[str], widths: Mapping[str, float]) -> float:
    return sum(widths[name] + _GAP_X for name in names)
