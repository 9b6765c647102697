"""A mistake in data, with its place. Problems are values beside the result, never exceptions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a case file."""

    pointer: str
    """JSON pointer to the place, as `/findings/lab.ck/unit`; "" is the whole file."""
    text: str
    """What is wrong and what would be right, one line."""

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.text}"
