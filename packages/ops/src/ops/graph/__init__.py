"""Graphs: recorded functions that run on every backend, and can be printed, saved and loaded."""

from ops.graph.function import Function
from ops.graph.graph import Graph, prepare
from ops.graph.making import make_graph
from ops.graph.operation import Input, Operation
from ops.graph.saving import load_graph
from ops.transform.compilation import PREPARATIONS

PREPARATIONS.append(prepare)

__all__ = ["Function", "Graph", "Input", "Operation", "load_graph", "make_graph"]


def __dir__() -> list[str]:
    return sorted(__all__)
