"""Replicas of `tf.distribute.MirroredStrategy`: each one runs the user's function in a thread of its own."""

from __future__ import annotations

import functools
from typing import Any

from tensorflow.python.distribute import mirrored_run

from ops_common.runtime import nesting


def share_scopes() -> None:
    """Makes the scopes of `ops` around a call of the strategy apply in the threads of its replicas, as those of
    TensorFlow do. The class of these threads is private; without it, each replica uses the process's default backend.
    """
    thread: Any = getattr(mirrored_run, "_MirroredReplicaThread", None)
    if thread is None or hasattr(thread.run, "__wrapped__"):
        return
    create, run = thread.__init__, thread.run

    @functools.wraps(create)
    def created(self: Any, *args: Any, **kwargs: Any) -> None:
        create(self, *args, **kwargs)
        self.ops_scopes = nesting.captured()

    @functools.wraps(run)
    def in_scopes(self: Any) -> None:
        self.ops_scopes()
        run(self)

    thread.__init__, thread.run = created, in_scopes
