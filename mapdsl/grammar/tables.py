"""The parser with its tables: as they come with the package, or out of the cache, or worked out in half a second.

`mapdsl.tables` holds what Lark of one version makes of `mapdsl.lark`. `python -m tests.grammar.tables` writes it anew.
"""

from __future__ import annotations

import hashlib
import marshal
import zlib
from importlib import resources
from typing import Any

from lark import Lark
from lark import __version__ as lark_version
from lark.grammar import Rule
from lark.lexer import TerminalDef

from mapdsl.cache import fetch, in_use, keep, key_of

__all__ = ["FILE", "load_parser", "packed_tables", "shipped_tables"]

FILE = "mapdsl.tables"
_FORMAT = 4  # of marshal: the same for all versions of Python that mapdsl runs on
Tables = tuple[Any, Any]  # plain data: what Lark keeps of a grammar, and the terminals and rules that it refers to


def load_parser() -> Lark:
    """The parser of the language."""
    grammar = _resource("mapdsl.lark").decode()
    tables = shipped_tables(_resource(FILE), grammar)
    if tables is None:
        key = key_of("grammar", (grammar, lark_version))
        tables = fetch(key)
        if tables is None:
            tables = _worked_out(grammar)
            if in_use():
                keep(key, tables)
    data, memo = tables
    return Lark.__new__(Lark)._load({"data": data, "memo": memo})


def shipped_tables(packed: bytes, grammar: str) -> Tables | None:
    """The tables in the file; None where they are of another grammar, or of another version of Lark."""
    about, data, memo = marshal.loads(zlib.decompress(packed))
    return (data, memo) if about == _about(grammar) else None


def packed_tables() -> bytes:
    """What is to stand in the file."""
    grammar = _resource("mapdsl.lark").decode()
    return zlib.compress(marshal.dumps((_about(grammar), *_worked_out(grammar)), _FORMAT), 9)


def _about(grammar: str) -> tuple[str, str]:
    return hashlib.sha256(grammar.encode()).hexdigest(), lark_version


def _worked_out(grammar: str) -> Tables:
    made = Lark(grammar, parser="lalr", lexer="contextual", propagate_positions=True, maybe_placeholders=False)
    data, memo = made.memo_serialize([TerminalDef, Rule])
    return data, memo


def _resource(name: str) -> bytes:
    return resources.files(__package__).joinpath(name).read_bytes()
