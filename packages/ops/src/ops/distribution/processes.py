"""The processes of a program."""

from __future__ import annotations

from collections.abc import Sequence

from ops.distribution.engine import engine_of
from ops_common.errors import ArgumentError, ArgumentTypeError
from ops_common.runtime import active
from ops_common.runtime.backend import short


def initialize(
    job_addresses: str | Sequence[str] | None = None,
    num_processes: int | None = None,
    process_id: int | None = None,
    timeout: float = 300.0,
) -> None:
    """Joins the processes of a program. Call it first: before anything else uses the framework's devices.

    Args:
        job_addresses: the addresses ``"host:port"`` of all processes, or of the first one, which coordinates; a
            sequence, or a string with commas. None takes them from the environment that a launcher such as torchrun or
            SLURM has set.
        num_processes: the number of processes; None as above.
        process_id: this process's number, from 0; None as above.
        timeout: the time in seconds after which a missing process is an error.

    Raises:
        ArgumentError: the numbers do not fit.
        UnsupportedError: the backend runs in one process only.

    Example:
        >>> import ops
        >>> ops.distribution.num_processes()
        1
    """
    addresses: tuple[str, ...] | None = None
    if job_addresses is not None:
        given = job_addresses.split(",") if isinstance(job_addresses, str) else list(job_addresses)
        if not given or not all(isinstance(address, str) and ":" in address for address in given):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(f"job_addresses must be addresses of the form 'host:port'; got {short(job_addresses)}")
        addresses = tuple(address.strip() for address in given)
    for name, value in (("num_processes", num_processes), ("process_id", process_id)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentTypeError(f"{name} must be an integer or None; got {short(value)}")
    count = len(addresses) if num_processes is None and addresses and len(addresses) > 1 else num_processes
    if count is not None and count < 1:
        raise ArgumentError(f"num_processes must be positive; got {count}")
    if addresses and len(addresses) not in (1, count):
        raise ArgumentError(f"there are {len(addresses)} job_addresses for {count} processes; give one, or all")
    if process_id is not None and not 0 <= process_id < (count or process_id + 1):
        raise ArgumentError(f"process_id must be from 0 to {(count or 1) - 1}; got {process_id}")
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or timeout <= 0:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ArgumentError(f"timeout must be a positive number of seconds; got {short(timeout)}")
    engine_of(active.current_backend()).initialize(addresses, count, process_id, float(timeout))


def process_id() -> int:
    """Returns this process's number, from 0.

    Example:
        >>> import ops
        >>> ops.distribution.process_id()
        0
    """
    return engine_of(active.current_backend()).processes()[0]


def num_processes() -> int:
    """Returns the number of processes.

    Example:
        >>> import ops
        >>> ops.distribution.num_processes()
        1
    """
    return engine_of(active.current_backend()).processes()[1]
