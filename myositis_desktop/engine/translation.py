"""Expressions of the knowledge pack as Python: the text of one under way, and its compiled form."""

from collections.abc import Iterable
from functools import lru_cache
from types import CodeType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from myositis_desktop.engine.logic import Expr


class Source:
    """The Python text of one expression under way: its constants and its own names for the values of its parts."""

    def __init__(self) -> None:
        self.constants: dict[str, Any] = {}
        self._locals = 0

    def constant(self, value: object) -> str:
        """The text that stands for a constant or a function."""
        if value is None or isinstance(value, bool):
            return repr(value)
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def kept(self, expr: "Expr") -> tuple[str, str]:
        """A name of its own and the text that gives it the value of a part: `(a := ...)`."""
        self._locals += 1
        name = f"a{self._locals}"
        return name, f"({name} := {expr.source(self)})"

    def known(self, parts: Iterable["Expr"], then: str) -> str:
        """Unknown where a part is unknown, otherwise `then`, in which each {} is the value of a part."""
        names, unknown = [], []
        for part in parts:
            if part.is_constant:
                names.append(part.source(self))
                continue
            name, text = self.kept(part)
            names.append(name)
            unknown.append(f"{text} is None")
        result = then.format(*names)
        return f"(None if {' or '.join(unknown)} else {result})" if unknown else f"({result})"


@lru_cache(maxsize=2048)
def compiled(text: str) -> CodeType:
    """Kept, because many expressions differ in their constants only."""
    return compile(f"lambda v: {text}", "<knowledge pack>", "eval")
