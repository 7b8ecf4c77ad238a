"""LayoutMap: layouts of weights by patterns of their paths."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any

from ops.distribution.meshes import DeviceMesh, TensorLayout, pattern
from ops_common.errors import ArgumentError, ArgumentTypeError
from ops_common.runtime.backend import short


class LayoutMap(MutableMapping[str, Any]):
    """Layouts by patterns of paths.

    The path of a Variable is its `path`; that of a tensor in a nest is the keys and positions that lead to it, joined
    by slashes. A key of the map is a regular expression that is searched for in the path. A path that is a key itself
    has that key's layout. A path that no key matches has no layout: its tensor is replicated.

    Args:
        device_mesh: the mesh of the layouts.

    Raises:
        ArgumentError: a key is set twice, is no regular expression, or a path matches two keys.

    Example:
        >>> import ops
        >>> mesh = ops.distribution.DeviceMesh((1, 1), ("data", "model"), ["cpu:0"])
        >>> layouts = ops.distribution.LayoutMap(mesh)
        >>> layouts[".*/mlp/in"] = (None, "model")
        >>> layouts["block0/mlp/in"].axes
        (None, 'model')
    """

    def __init__(self, device_mesh: DeviceMesh) -> None:
        if not isinstance(device_mesh, DeviceMesh):  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
            raise ArgumentTypeError(f"device_mesh must be a DeviceMesh; got {short(device_mesh)}")
        self.device_mesh = device_mesh
        self._layouts: dict[str, TensorLayout] = {}

    def __setitem__(self, key: str, layout: TensorLayout | Sequence[Any]) -> None:
        if not isinstance(key, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
            raise ArgumentTypeError(f"a key of a LayoutMap must be a string; got {short(key)}")
        if key in self._layouts:
            raise ArgumentError(f"{key!r} has the layout {self._layouts[key].axes} already; delete it first")
        pattern(key)
        if not isinstance(layout, TensorLayout):
            layout = TensorLayout(layout, self.device_mesh)
        self._layouts[key] = layout.on(self.device_mesh)

    def match(self, path: str) -> str | None:
        """Returns the key that matches a path; None if none does."""
        if path in self._layouts:
            return path
        keys = [key for key in self._layouts if pattern(key).search(path)]
        if len(keys) > 1:
            layouts = " and ".join(f"{key!r} ({self._layouts[key].axes})" for key in keys)
            raise ArgumentError(f"the path {path!r} matches {layouts}: change the patterns so that one of them matches")
        return keys[0] if keys else None

    def __getitem__(self, key: str) -> Any:
        """Returns the layout of a path; None if no key matches it."""
        found = self.match(key)
        return None if found is None else self._layouts[found]

    def get(self, key: str, default: Any = None) -> Any:
        """Returns the layout of a path, or the default."""
        layout = self[key]
        return default if layout is None else layout

    def __contains__(self, key: object) -> bool:
        return key in self._layouts

    def __delitem__(self, key: str) -> None:
        del self._layouts[key]

    def __len__(self) -> int:
        return len(self._layouts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._layouts)
