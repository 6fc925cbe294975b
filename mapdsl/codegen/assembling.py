"""Lines of text -> code objects.

They are compiled in pieces: for a text that is twice as long Python takes more than twice the time, and the memory for
all of it at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import CodeType

__all__ = ["LARGEST", "assemble"]

LARGEST = 2_000  # lines: a piece ends with the statement that reaches it


def assemble(first: str, statements: Iterable[list[str]], filename: str) -> tuple[CodeType, ...]:
    """The code of a module, to be run piece by piece in one namespace: a first line, then the lines of each statement.

    The code has the line numbers of the whole text.
    """
    codes: list[CodeType] = []
    piece, before = [first], 0
    for lines in statements:
        if len(piece) >= LARGEST:
            codes.append(_compiled(piece, before, filename))
            piece, before = [], before + len(piece)
        piece += lines
    return (*codes, _compiled(piece, before, filename))


def _compiled(piece: list[str], before: int, filename: str) -> CodeType:
    """The code of some lines; so many others stand before them."""
    return _moved(compile("\n".join(piece), filename, "exec", dont_inherit=True), before)


def _moved(code: CodeType, by: int) -> CodeType:
    """The code further down in its file. All its positions count from its first line."""
    if not by:
        return code
    inner = tuple(_moved(each, by) if isinstance(each, CodeType) else each for each in code.co_consts)
    return code.replace(co_firstlineno=code.co_firstlineno + by, co_consts=inner)
