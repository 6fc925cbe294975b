"""What every reader of parse trees needs: spans, comments, findings, and the values of the language."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import attrs
from lark import Token, Tree

from mapdsl.diagnostics import Diagnostic, Label, Source, Span
from mapdsl.syntax import ABSENT, Comments, Json

__all__ = ["Branch", "TreeBuilder", "branches", "tokens"]

Branch = Tree[Token]

MAX_DIGITS = 400
MAX_EXPONENT = 400
_ESCAPE = re.compile(r"\\(?![\"\\/bfnrt]|u[0-9A-Fa-f]{4})")
_ESCAPES = (
    'Write `\\\\` for a backslash; the escapes are \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hex digits.'
)
_WORDS: dict[str, Json] = {"TRUE": True, "FALSE": False, "NULL": None, "ABSENT": ABSENT}


def branches(tree: Branch, *names: str) -> list[Branch]:
    """The children that are trees, of the given names or all."""
    return [c for c in tree.children if isinstance(c, Tree) and (not names or c.data in names)]


def tokens(tree: Branch, *types: str) -> list[Token]:
    """The children that are tokens, of the given types or all."""
    return [c for c in tree.children if isinstance(c, Token) and (not types or c.type in types)]


@attrs.define
class TreeBuilder:
    """The builder of one syntax tree. `comments` is filled before nodes are made; findings gather in `found`."""

    source: Source
    comments: dict[int, Comments] = attrs.field(factory=dict)
    found: list[Diagnostic] = attrs.field(factory=list)

    def span(self, piece: Branch | Token) -> Span:
        if isinstance(piece, Token):
            return Span(self.source.name, piece.start_pos or 0, piece.end_pos or 0)
        return Span(self.source.name, piece.meta.start_pos, piece.meta.end_pos)

    def span_of_all(self) -> Span:
        return Span(self.source.name, 0, len(self.source.text))

    def place(self, statement: Branch) -> dict[str, Any]:
        """The span and the comments of a statement, as its node takes them."""
        return {"span": self.span(statement), "comments": self.comments.get(id(statement), Comments())}

    def report(self, code: str, headline: str, at: Span, label: str = "", help: str = "") -> None:
        sources = {self.source.name: self.source}
        self.found.append(Diagnostic(code, headline, Label(at, label), help=help, sources=sources))

    def said_twice(self, what: str, piece: Branch | Token) -> None:
        self.report("MAP008", f"{what} is given twice", self.span(piece), "again here", "Keep one of the two.")

    # --- values ---

    def value(self, piece: Branch | Token) -> Json:
        """The JSON value that a token, an `array` or an `object` stands for."""
        if isinstance(piece, Tree):
            if piece.data == "array":
                return [self.value(c) for c in piece.children if not (isinstance(c, Token) and c.type == "ITEMS")]
            return self._object(piece)
        if piece.type == "STRING":
            return self.string(piece)
        if piece.type in ("INT", "NUM"):
            return self.number(piece)
        return _WORDS[piece.type]

    def _object(self, tree: Branch) -> Json:
        members: dict[str, Json] = {}
        for member in branches(tree, "member"):
            name = self.name(member)
            if name in members:
                self.said_twice(f'the member "{name}"', branches(member, "name")[0])
            members[name] = self.value(member.children[-1])
        return members

    def string(self, token: Token) -> str:
        """The text that a quoted token stands for; a broken escape is reported once and read as nothing."""
        start = token.start_pos or 0
        broken = _ESCAPE.search(token.replace("\\\\", "\0\0"))
        if broken is not None:
            at = Span(self.source.name, start + broken.start(), start + broken.start() + 2)
            found = token[broken.start() : broken.start() + 2]
            self.report("MAP009", f"`{found}` is no escape of a string", at, help=_ESCAPES)
            return ""
        text = str(json.loads(token, strict=False))
        if any("\ud800" <= character <= "\udfff" for character in text):
            help = "Write the character itself, or both halves of the pair: `\\ud83d\\ude00`."
            self.report("MAP009", "half of a surrogate pair stands alone in a string", self.span(token), help=help)
            return ""
        return text

    def number(self, token: Token) -> int | Decimal:
        """The exact number of an INT or NUM token; what is out of bounds is reported and read as 0."""
        mantissa, _, exponent = token.lower().partition("e")
        digits = sum(character.isdigit() for character in mantissa)
        if digits > MAX_DIGITS or len(exponent) > 5 or abs(int(exponent or 0)) > MAX_EXPONENT:
            limit = f"at most {MAX_DIGITS} digits and an exponent within {MAX_EXPONENT}"
            self.report("MAP009", "the number is out of bounds", self.span(token), help=f"A number has {limit}.")
            return 0
        return int(token) if token.type == "INT" else Decimal(token)

    def whole(self, token: Token) -> int:
        return int(self.number(token))

    # --- names ---

    def name(self, tree: Branch) -> str:
        """The name that a tree holds: its `name` child, or, for a `name`, its token."""
        if tree.data != "name":
            tree = branches(tree, "name")[0]
        return self.word(tokens(tree)[0])

    def word(self, token: Token) -> str:
        return self.string(token) if token.type == "STRING" else str(token)
