"""What `migrate` reports: one record for each place in a file."""

from __future__ import annotations

from dataclasses import dataclass, field

# A finding of these kinds needs a person: the exit status is 1.
ATTENTION = ("missing", "check", "error")


@dataclass(frozen=True, order=True)
class Finding:
    """One place in a file.

    Attributes:
        line: from 1; 0 for the whole file.
        column: from 1.
        kind: "differs" (ops returns something else than keras for some calls), "missing" (ops does not have the name),
            "kept" (an import that stays keras's, by design), "check" (cannot be decided from the source) or "error"
            (the file cannot be read).
        name: the name in keras, such as "keras.ops.take"; "" if it is about no name.
        message: one sentence.
        difference: the name of the difference in docs/differences.md, for "differs".
        backends: the backends of keras on which it differs.
    """

    line: int
    column: int
    kind: str
    name: str
    message: str
    difference: str = ""
    backends: tuple[str, ...] = field(default=())
