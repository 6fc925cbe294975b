"""Mistakes that somebody might make in a spec, each as one change of its text.

A mutant is the text of one file with a few characters replaced. What is changed is found by the spans of the syntax
tree: ends, arrows, rows, guards, defaults, lookups, windows, routes. Examples are never changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import attrs

from mapdsl import syntax
from mapdsl.syntax import Node

__all__ = ["Mutant", "mutants"]

_ARROW = re.compile(r"<->|->|<-")
_NUMBER = re.compile(r"\b(first|default|max)=(\d+)")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_OTHER_WAY = {
    "lower": "upper",
    "upper": "lower",
    "string": "integer",
    "integer": "string",
    "csv": "one_or_many",
    "one_or_many": "csv",
    "day_start": "day_after",
    "day_after": "day_start",
}
_METHODS = {"GET": "DELETE", "POST": "PUT", "PUT": "POST", "PATCH": "PUT", "DELETE": "GET"}


@attrs.frozen
class Mutant:
    """One change: the characters from `start` to `end` of the file become `text`; `name` says what kind of mistake."""

    name: str
    file: str
    start: int
    end: int
    text: str

    def apply(self, source: str) -> str:
        return source[: self.start] + self.text + source[self.end :]

    def line(self, source: str) -> int:
        return source.count("\n", 0, self.start) + 1

    def shown(self, source: str) -> str:
        """The line as it was and as it is."""
        number, changed = self.line(source), self.apply(source)
        first, last = source.rfind("\n", 0, self.start) + 1, source.find("\n", self.end)
        before = source[first : last if last >= 0 else None]
        after = changed[first : len(changed) - (len(source) - last) if last >= 0 else None]
        lines = [f"{self.file}:{number}: {self.name}"]
        lines += [f"    - {' '.join(before.split())}", f"    + {' '.join(after.split())}"]
        return "\n".join(lines)


def mutants(file: str, text: str, tree: syntax.File, wanted: Callable[[syntax.Statement], bool]) -> Iterator[Mutant]:
    """All mutants of the items of a file that are `wanted`, in the order of its text."""
    making = _Making(file, text)
    for item in tree.items:
        if wanted(item):
            yield from making.of(item)


def inside(node: Node) -> Iterator[Node]:
    """A node and all below it, examples and what they are given left out."""
    if isinstance(node, (syntax.Example, syntax.Given)):
        return
    yield node
    for field in attrs.fields(type(node)):
        value = getattr(node, field.name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Node):
                yield from inside(each)


@attrs.frozen
class _Making:
    file: str
    text: str

    def of(self, item: Node) -> Iterator[Mutant]:
        for node in inside(item):
            for kind, make in _MAKERS.items():
                if isinstance(node, kind):
                    yield from make(self, node)

    def new(self, name: str, start: int, end: int, text: str = "") -> Mutant:
        return Mutant(name, self.file, start, end, text)

    def cut(self, node: Node) -> str:
        return self.text[node.span.start : node.span.end]

    def without(self, name: str, node: Node) -> Mutant:
        """The text without a statement."""
        return self.new(name, node.span.start, node.span.end)

    # --- blocks ----------------------------------------------------------------------------------------------------

    def block(self, block: syntax.Block) -> Iterator[Mutant]:
        """Two neighbours that have each other's targets, or each other's sources."""
        rules = [each for each in block.statements if isinstance(each, syntax.Rule)]
        for one, other in pairwise(rules):
            yield from self._swapped("targets of two rules swapped", one.new, other.new)
        for one, other in zip(rules, rules[2:], strict=False):
            yield from self._swapped("targets of two rules swapped", one.new, other.new)

    def _swapped(self, name: str, one: Node, other: Node) -> Iterator[Mutant]:
        a, b = self.cut(one), self.cut(other)
        if a != b and one.span.end <= other.span.start:
            between = self.text[one.span.end : other.span.start]
            yield self.new(name, one.span.start, other.span.end, b + between + a)

    def rule(self, rule: syntax.Rule) -> Iterator[Mutant]:
        yield self.without("a rule dropped", rule)
        yield from self._swapped("ends of a rule swapped", rule.old, rule.new)
        yield from self._turned("an arrow turned", rule.old.span.end, rule.new.span.start, rule.arrow)
        yield from (mutant for end in (rule.old, rule.new) for mutant in self._renamed(end))
        yield from self._unpiped(rule.new, rule.pipe)
        if rule.otherwise is not None:
            yield self._policy(rule.otherwise)

    def _turned(self, name: str, start: int, end: int, arrow: str) -> Iterator[Mutant]:
        found = _ARROW.search(self.text, start, end)
        if found is not None:
            for other in ("<->", "->", "<-"):
                if other != arrow:
                    yield self.new(name, found.start(), found.end(), other)

    def _renamed(self, end: Node) -> Iterator[Mutant]:
        """The last name of a path, as somebody misspells it."""
        text = self.cut(end)
        if re.search(r"[a-z_]\Z", text):
            yield self.new("a name misspelt", end.span.end, end.span.end, "_x")

    def conversion(self, node: syntax.Conversion) -> Iterator[Mutant]:
        other = _OTHER_WAY.get(node.name)
        if other is not None:
            yield self.new("another conversion", node.span.start, node.span.start + len(node.name), other)

    def body(self, node: syntax.Request | syntax.Response | syntax.Query) -> Iterator[Mutant]:
        """What no rule names treated otherwise."""
        if not any(isinstance(each, syntax.Rest) for each in node.block.statements):
            at = self.text.index("{", node.span.start) + 1
            yield self.new("a rest added", at, at, " rest drop\n")
            yield self.new("a rest added", at, at, " rest error\n")
        yield self.without("a block left out", node)

    def endpoint(self, node: syntax.Endpoint) -> Iterator[Mutant]:
        """A success code that nobody meant."""
        at = self.text.index("{", node.span.start) + 1
        if not any(isinstance(each, syntax.Status) for each in inside(node)):
            for row in ("200 <-> 202", "201 <-> 200", "200 -> 204"):
                yield self.new("a status added", at, at, f" status {row}\n")
        routes = [each for each in node.parts if isinstance(each, syntax.Route)]
        old, new = ([each for each in routes if each.side == side] for side in ("old", "new"))
        if old and new and not old[0].is_rpc and not new[0].is_rpc:
            yield from self._swapped(
                "routes of both sides swapped", *(_Path.of(self.text, r) for r in (old[0], new[0]))
            )

    def _unpiped(self, before: Node, pipe: tuple[syntax.Conversion, ...]) -> Iterator[Mutant]:
        """A conversion, a lookup or a table left out."""
        if len(pipe) == 1:
            yield self.new("a conversion left out", before.span.end, pipe[0].span.end)
            return
        for number, step in enumerate(pipe):
            start = pipe[number - 1].span.end if number else step.span.start
            end = step.span.end if number else pipe[1].span.start
            yield self.new("a conversion left out", start, end)

    def _policy(self, policy: syntax.Policy) -> Mutant:
        start = self.text.rfind("else", 0, policy.span.start)
        return self.new("a policy left out", start, policy.span.end)

    def single(self, node: syntax.Drop | syntax.Add) -> Iterator[Mutant]:
        yield self.without("a drop or an add left out", node)
        if node.origin is None:
            return
        yield self.new("a default left out", node.of.span.end, node.origin.span.end)
        if isinstance(node.origin, syntax.LiteralArg):
            yield from self._literal(node.origin)

    def _literal(self, node: Node) -> Iterator[Mutant]:
        text = self.cut(node)
        other = {"true": "false", "false": "true", "null": '"x"'}.get(text)
        if other is None and re.fullmatch(r"-?\d+", text):
            other = str(int(text) + 1)
        elif other is None and _STRING.fullmatch(text):
            other = text[:-1] + '_x"'
        if other is not None:
            yield self.new("another value", node.span.start, node.span.end, other)

    def default(self, node: syntax.Default) -> Iterator[Mutant]:
        yield self.without("a default left out", node)

    def rest(self, node: syntax.Rest) -> Iterator[Mutant]:
        yield self.without("a rest left out", node)
        for other in ("keep", "drop", "error"):
            if other != node.policy:
                yield self.new("another rest", node.span.start, node.span.end, f"rest {other}")

    def whole(self, node: Node) -> Iterator[Mutant]:
        yield self.without("a statement left out", node)

    # --- choices ---------------------------------------------------------------------------------------------------

    def case(self, node: syntax.Case) -> Iterator[Mutant]:
        yield from self._guards(node.guards, node.block.span.start)
        yield self.without("a case left out", node)

    def _guards(self, guards: tuple[syntax.Guard, ...], end: int) -> Iterator[Mutant]:
        """A guard left out; of several with the comma beside it, a single one with the `when` before it."""
        for number, guard in enumerate(guards):
            yield from self._guard(guard)
            if len(guards) == 1:
                when = self.text.rfind("when", max(0, guard.span.start - 8), guard.span.start)
                if when >= 0:
                    yield self.new("a guard left out", when, guard.span.end)
            elif number:
                yield self.new("a guard left out", guards[number - 1].span.end, guard.span.end)
            else:
                yield self.new("a guard left out", guard.span.start, guards[1].span.start)

    def _guard(self, guard: syntax.Guard) -> Iterator[Mutant]:
        start, text = guard.span.start, self.cut(guard)
        for one, other in ((" is present", " is absent"), (" is absent", " is present"), (" is not ", " is ")):
            if one in text:
                at = start + text.index(one)
                yield self.new("a guard turned round", at, at + len(one), other)
                return
        found = _STRING.search(text)
        if found is not None:
            yield self.new("another value", start + found.end() - 1, start + found.end() - 1, "_x")

    # --- tables ----------------------------------------------------------------------------------------------------

    def table(self, node: syntax.Enum | syntax.Table) -> Iterator[Mutant]:
        for row in node.rows:
            yield self.without("a row left out", row)
            text = self.cut(row)
            found = _ARROW.search(text)
            if found is None:
                continue
            yield from self._turned("an arrow turned", row.span.start, row.span.end, row.arrow)
            for cell in list(_STRING.finditer(text))[-1:]:
                at = row.span.start + cell.end() - 1
                yield self.new("another cell", at, at, "_x")
        for one, other in pairwise(node.rows):
            yield from self._cells_swapped(one, other)
        if node.otherwise is not None:
            yield self._policy(node.otherwise)
        rule = node.rule if isinstance(node, syntax.Enum) else None
        if rule is not None:
            colon = self.text.rfind(":", node.span.start, rule.span.start)
            yield self.new("a table's rule left out", colon, rule.span.end, "")
        elif isinstance(node, syntax.Enum):
            said, meant = ("open", "closed") if node.open else ("closed", "open")
            at = self.text.find(f" {said} ", node.span.start, node.span.start + 200)
            if at >= 0:
                yield self.new("a table opened or closed", at + 1, at + 1 + len(said), meant)

    def _cells_swapped(self, one: syntax.Row, other: syntax.Row) -> Iterator[Mutant]:
        texts = [self.cut(row) for row in (one, other)]
        arrows = [_ARROW.search(text) for text in texts]
        if arrows[0] is None or arrows[1] is None:
            return
        (left, mine), (right, yours) = (
            (text[: arrow.end()], text[arrow.end() :]) for text, arrow in zip(texts, arrows, strict=True) if arrow
        )
        if mine.strip() != yours.strip():
            between = self.text[one.span.end : other.span.start]
            yield self.new(
                "cells of two rows swapped", one.span.start, other.span.end, left + yours + between + right + mine
            )

    # --- endpoints -------------------------------------------------------------------------------------------------

    def route(self, node: syntax.Route) -> Iterator[Mutant]:
        yield from self._guards(node.guards, node.span.end)
        text = self.cut(node)
        if node.is_rpc:
            at = node.span.start + text.index(node.path) + len(node.path)
            yield self.new("another method", at, at, "_x")
            yield from self._params(node)
            return
        at = node.span.start + text.index(node.method)
        yield self.new("another method", at, at + len(node.method), _METHODS.get(node.method, "GET"))
        place = node.span.start + text.index(node.path)
        yield self.new("another path", place + len(node.path), place + len(node.path), "s")
        yield self.new("another path", place, place, "/x")
        yield self.without("a route left out", node)

    def _params(self, node: syntax.Route) -> Iterator[Mutant]:
        text = self.cut(node)
        opened, closed = text.index("("), text.index(")")
        names = [name.strip() for name in text[opened + 1 : closed].split(",") if name.strip()]
        start, end = node.span.start + opened + 1, node.span.start + closed
        for number in range(len(names) - 1):
            swapped = [*names[:number], names[number + 1], names[number], *names[number + 2 :]]
            yield self.new("two parameters swapped", start, end, ", ".join(swapped))

    def status(self, node: syntax.Status) -> Iterator[Mutant]:
        yield self.without("a status left out", node)
        for number in re.finditer(r"\b\d{3}\b", self.cut(node)):
            at = node.span.start + number.start()
            yield self.new("another status", at, at + 3, str(int(number[0]) + 1))
        yield from self._turned("an arrow turned", node.span.start, node.span.end, node.arrow)
        yield from self._guards(node.guards, node.span.end)

    def failure(self, node: syntax.Failure) -> Iterator[Mutant]:
        yield from self._guards(node.guards, node.block.span.start)
        yield self.without("a statement left out", node)

    def paging(self, node: syntax.PagingSide) -> Iterator[Mutant]:
        """Windows that are one off, and totals, sizes and echoes left out."""
        text, start = self.cut(node), node.span.start
        if node.scheme == "page":
            names = [name for name, _ in node.arguments]
            if "first" not in names:
                yield self.new("pages counted from another number", node.span.end, node.span.end, " first=0")
        for found in _NUMBER.finditer(text):
            other = "0" if found[1] == "first" and found[2] == "1" else str(int(found[2]) + 1)
            yield self.new("a window shifted", start + found.start(2), start + found.end(2), other)
        for found in re.finditer(r"\s(total|size|limit|echo|max|default)=\S+", text):
            yield self.new("a part of paging left out", start + found.start(), start + found.end())

    def filter(self, node: syntax.Filter) -> Iterator[Mutant]:
        yield self.without("a filter left out", node)
        yield from self._renamed(node.of)

    def fan(self, node: syntax.Fan) -> Iterator[Mutant]:
        yield from self._unpiped(node.of, node.pipe)

    def hole(self, node: syntax.Hole) -> Iterator[Mutant]:
        yield self.without("a statement left out", node)
        policy = self.cut(node.policy)
        other = "ignore" if policy == "pass" else "pass"
        yield self.new("another policy", node.policy.span.start, node.policy.span.end, other)

    def include(self, node: syntax.Include) -> Iterator[Mutant]:
        yield self.without("an include left out", node)

    def lookup(self, node: syntax.Lookup) -> Iterator[Mutant]:
        yield from self._turned("an arrow turned", node.span.start, node.span.end, node.arrow)


@attrs.frozen
class _Path(Node):
    """The path of a route, which has no node of its own."""

    @classmethod
    def of(cls, text: str, route: syntax.Route) -> _Path:
        start = text.index(route.path, route.span.start)
        return cls(span=attrs.evolve(route.span, start=start, end=start + len(route.path)))


_MAKERS: dict[type[Node], Callable[..., Iterator[Mutant]]] = {
    syntax.Add: _Making.single,
    syntax.AuthUse: _Making.whole,
    syntax.Block: _Making.block,
    syntax.Case: _Making.case,
    syntax.Conversion: _Making.conversion,
    syntax.Default: _Making.default,
    syntax.Drop: _Making.single,
    syntax.Endpoint: _Making.endpoint,
    syntax.Enrich: _Making.whole,
    syntax.Enum: _Making.table,
    syntax.Failure: _Making.failure,
    syntax.Fan: _Making.fan,
    syntax.Filter: _Making.filter,
    syntax.Hole: _Making.hole,
    syntax.Include: _Making.include,
    syntax.Lookup: _Making.lookup,
    syntax.Only: _Making.whole,
    syntax.Opaque: _Making.whole,
    syntax.Paging: _Making.whole,
    syntax.PagingSide: _Making.paging,
    syntax.Query: _Making.body,
    syntax.Replace: _Making.whole,
    syntax.Request: _Making.body,
    syntax.Response: _Making.body,
    syntax.Rest: _Making.rest,
    syntax.Route: _Making.route,
    syntax.Rule: _Making.rule,
    syntax.Scan: _Making.whole,
    syntax.Status: _Making.status,
    syntax.Table: _Making.table,
}
