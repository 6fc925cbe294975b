"""Which rule is which: numbers in the order of the text, and what `show` says of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import attrs

from mapdsl import syntax
from mapdsl.analysis import NBlock, NCase, NDrop, NEach, NFilter, NHole, NMatch, NRule, Scope, Spot
from mapdsl.diagnostics import Source
from mapdsl.ir import ForEach, Look, Op, Reference, RuleInfo, Step
from mapdsl.paths import Path, Ref

from .literals import literals, literals_of
from .pipes import conversion_of, lower_pipe, rule_pipe
from .placed import beaten_across_cases, met_across_cases, placed_in, read_instead
from .standing import Places

__all__ = ["RuleTable", "cited_fields"]

T = TypeVar("T")

LOSSLESS = "lossless"
_FORM = "form: another spelling"
_ASKED = "needs: the request"
_CITE = re.compile(r"\d+ (?P<part>req|query|type|resp(?: call| sms| digital)?) (?P<row>.+)\Z")


def cited_part(cites: tuple[str, ...]) -> str:
    """The part of the guide that the first citation names: `resp call` of `19 resp call uuid`."""
    found = _CITE.match(cites[0]) if cites else None
    return found["part"] if found is not None else ""


def cited_fields(cite: str) -> tuple[str, ...]:
    """The fields that a citation names: `page` and `total` of `19 resp call page / total`."""
    found = _CITE.match(cite)
    return tuple(re.split(r" [/+] ", found["row"])) if found is not None else ()


@attrs.define
class RuleTable:
    """Numbers statements as they come and keeps what is said of them. One table for both directions of a part."""

    sources: Mapping[str, Source]
    scope: Scope
    part: str
    infos: list[RuleInfo] = attrs.field(factory=list)
    made: dict[object, tuple[Op, ...]] = attrs.field(factory=dict)  # the operations of a block where it was lowered
    _numbers: dict[int, int] = attrs.field(factory=dict)
    _of_blocks: dict[tuple[int, str], tuple[NBlock, Any]] = attrs.field(factory=dict)
    _places: Places = attrs.field(factory=Places)
    _entered: set[int] = attrs.field(factory=set)
    _rests: dict[int, int] = attrs.field(factory=dict)  # rows of what no rule of a block of several places names
    _meeting: set[tuple[int, str]] = attrs.field(factory=set)  # rules that meet others in their target, by side
    _beaten: set[tuple[int, str]] = attrs.field(factory=set)  # two-way rules that others may beat on the way back
    _replaced: set[tuple[int, str]] = attrs.field(factory=set)  # those of them that the value of another field beats
    _told: tuple[tuple[str, Spot], ...] = ()  # what cases and routes around give a literal, by side
    _filled: set[tuple[int, str]] = attrs.field(factory=set)  # rules whose object takes a literal, by side
    _asked: bool = False  # in a case of a choice that hangs on what a client asked

    def once(self, block: NBlock, what: str, make: Callable[[], T]) -> T:
        """What is the same for all statements of a block: worked out for the first of them."""
        key = (id(block), what)
        if key not in self._of_blocks:
            self._of_blocks[key] = (block, make())  # the block is kept, so that no other has its id()
        made: T = self._of_blocks[key][1]
        return made

    def number(self, statement: object) -> int:
        return self._numbers[id(statement)]

    def beaten(self, rule: NRule, to: str) -> bool:
        """Whether on the way back from a side another rule may decide what stands at the end of this one."""
        return (id(rule), to) in self._beaten

    def enter(self, block: NBlock, query: bool = False, old: Path = (), new: Path = ()) -> None:
        """Number every statement of a block, outermost first; those of a block with several places once."""
        self._places.enter(block, old, new)
        self._meet(block)
        self._number(block, query)

    def rest(self, block: NBlock, each: int) -> int:
        """The rule of what no rule of a block names: that of its one `each`, or a row of its own."""
        return self._rests.get(id(block), each)

    def _meet(self, block: NBlock) -> None:
        """Find the rules of a block, those of its cases included, that meet in one target."""
        placed = list(placed_in(block.statements))
        for side in ("old", "new"):
            self._meeting |= {(id(rule), side) for rule in met_across_cases(placed, side)}
            self._beaten |= {(id(rule), side) for rule in beaten_across_cases(placed, side)}
            self._replaced |= {(id(rule), side) for rule in read_instead(placed, side)}

    def _number(self, block: NBlock, query: bool) -> None:
        rules = [statement for statement in block.statements if isinstance(statement, NRule)]
        ends = Counter((side, end) for rule in rules for side, end in (("old", rule.old), ("new", rule.new)))
        for rule in rules:
            for side, spots in (("old", rule.old), ("new", rule.new)):
                if ends[side, spots] > 1:
                    self._meeting.add((id(rule), side))
        for to in ("new", "old"):
            self._beaten |= {(id(rule), to) for rule in _beaten_on(rules, to)}
        around = self._told
        self._told = (
            *around,
            *((side, spot) for side in ("old", "new") for spot in literals_of(block.statements, side)),
        )
        above = {(side, spot.root, spot.names[:n]) for side, spot in self._told for n in range(len(spot.names))}
        for rule in rules:
            for side, (end, *_) in (("old", rule.old), ("new", rule.new)):
                if (side, end.root, end.names) in above:
                    self._filled.add((id(rule), side))
        for statement in block.statements:
            self._enter(statement, query, block)
        self._told = around

    def tell(self, side: str, spots: Iterable[Spot]) -> None:
        """Say what the routes give a literal."""
        self._told = (*self._told, *((side, spot) for spot in spots))

    def add(
        self, node: syntax.Node, part: str, old: str | None, new: str | None, kind: str, cites: tuple[str, ...] = ()
    ) -> int:
        """Number something that has no statement of its own, such as a path parameter of one name on both sides."""
        file, line, text = self.place(node)
        self.infos.append(RuleInfo(file, line, text, cited_part(cites) or part, old, new, kind, cites=cites))
        return len(self.infos) - 1

    def place(self, node: syntax.Node) -> tuple[str, int, str]:
        """File, line and first line of a node's text."""
        source = self.sources.get(node.span.source)
        if source is None:
            return node.span.source or "<text>", 1, ""
        line, _ = source.position(node.span.start)
        text = source.text[node.span.start : node.span.end].split("\n", 1)[0]
        return source.name, line, text.split(" #", 1)[0].strip()

    def _enter(self, statement: Any, query: bool, around: NBlock) -> None:
        self._numbers[id(statement)] = len(self.infos)
        self.infos.append(self._info(statement, query, around))
        if isinstance(statement, NEach):
            if id(statement.body) not in self._entered:
                self._entered.add(id(statement.body))
                told, self._told = self._told, ()
                self._meet(statement.body)
                self._number(statement.body, query)
                self._told = told
                if self._places.are_several(statement.body):
                    node = self._written(statement)
                    self._rests[id(statement.body)] = self.add(node, self.part, None, None, "rest")
        elif isinstance(statement, NMatch):
            outside = self._asked
            self._asked = outside or any(guard.reads_request for case in statement.cases for guard in case.guards)
            for case in statement.cases:
                self._numbers[id(case)] = len(self.infos)
                self.infos.append(self._info(case, query, around))
                self._number(case.body, query)
            if isinstance(statement.otherwise, NBlock):
                self._number(statement.otherwise, query)
            self._asked = outside

    def _written(self, each: NEach) -> syntax.Node:
        """Where the block of an Each is written: the shape, where it is one."""
        inner: tuple[syntax.Statement, ...] = each.node.block.statements if each.node.block is not None else ()
        only = inner[0] if len(inner) == 1 else None
        shape = self.scope.shapes.get(only.name) if isinstance(only, syntax.Include) else None
        node: syntax.Node = each.node if shape is None else shape
        return node

    def _info(self, statement: Any, query: bool, around: NBlock) -> RuleInfo:
        file, line, text = self.place(statement.node)
        part = "query" if query else self.part
        cites = tuple(getattr(statement.node, "cites", ()))
        olds, news = _ends(statement)
        kind, *ways = self._classes(statement, query)
        to_new, to_old = (_ASKED if self._asked and way in (LOSSLESS, _FORM) else way for way in ways)
        part = "query" if any(spot.root == "query" for spot in (*olds, *news)) else part
        part = cited_part(cites) or part
        says = tuple(dict.fromkeys(self._refusals(statement)))
        places, count = self._places.of(around)
        (old, new), *also = dict.fromkeys((_spelled(olds, o, query), _spelled(news, n, query)) for o, n in places)
        more = count - len(places) if also else 0
        return RuleInfo(file, line, text, part, old, new, kind, to_new, to_old, cites, says, tuple(also), more)

    def _refusals(self, statement: Any) -> Iterator[str]:
        """The texts with which the author refuses what a statement does not take."""
        policies = [getattr(statement, "policy", None), getattr(statement, "otherwise", None)]
        for step in (*getattr(statement, "pipe", ()), *getattr(statement, "keys", ())):
            policies += self._policies(step)
        for policy in policies:
            if isinstance(policy, syntax.Policy) and policy.kind == "reject" and policy.value:
                yield str(policy.value)

    def _policies(self, step: syntax.Conversion | syntax.LiteralArg) -> Iterator[syntax.Policy | None]:
        """What the enums and tables of a step say of values that they do not list."""
        if isinstance(step, syntax.Conversion):
            declared = self.scope.enums.get(step.name) or self.scope.tables.get(step.name)
            if declared is not None:
                yield declared.otherwise
            for argument in step.args:
                yield from self._policies(argument)

    def _classes(self, statement: Any, query: bool) -> tuple[str, str, str]:
        """Kind, and what becomes of a value to new and to old: lossless, lossy: ..., needs: ..."""
        if isinstance(statement, NRule):
            return self._rule_classes(statement, query)
        if isinstance(statement, NEach):
            to_new, to_old = (_class_of(lower_pipe(statement.keys, self.scope, to)) for to in ("new", "old"))
            return statement.kind, to_new, to_old
        if isinstance(statement, NDrop):
            given = LOSSLESS if statement.origin is None else "needs: a value made up"
            kind, lost = ("drop", "lossy: no place in the new API"), ("add", "lossy: no place in the old API")
            return (kind[0], kind[1], given) if statement.side == "old" else (lost[0], given, lost[1])
        if isinstance(statement, NHole):
            return "hole", "lossy: the guide is silent", "lossy: the guide is silent"
        if isinstance(statement, NFilter):
            residual = statement.policy.kind == "residual"
            refused = "needs: the items that come back" if residual else f"lossy: {statement.policy.kind}"
            return "filter", *((refused, LOSSLESS) if statement.side == "old" else (LOSSLESS, refused))
        olds, news = _ends(statement)
        to_new, to_old = (
            f"lossy: no place in the {to} API" if lost else LOSSLESS for to, lost in (("new", olds), ("old", news))
        )
        return ("case" if isinstance(statement, NCase) else "match"), to_new, to_old

    def _rule_classes(self, rule: NRule, query: bool) -> tuple[str, str, str]:
        ways = []
        for to, arrow in (("new", "->"), ("old", "<-")):
            if rule.arrow not in ("<->", arrow):
                ways.append("lossy: the rule does not hold this way")
            elif (id(rule), to) in self._meeting or (id(rule), to) in self._replaced:
                ways.append("lossy: meets other fields")
            else:
                found = [_class(step) for step in rule_pipe(rule, self.scope, to, query)]
                ways.append(_worst([*found, *([_FORM] if (id(rule), to) in self._filled else [])], rule))
        kind = "joint" if len(rule.old) + len(rule.new) > 2 else "convert" if rule.pipe else "copy"
        if kind == "copy" and rule.old != rule.new:
            kind = "rename" if len(rule.old[0].names) == len(rule.new[0].names) == 1 else "nest"
        return kind, ways[0], ways[1]


def _beaten_on(rules: list[NRule], to: str) -> Iterator[NRule]:
    """The two-way rules that, on the way back from a side, another one comes before, or meets by its value."""
    way = "->" if to == "new" else "<-"
    homes: dict[tuple[Spot, ...], list[NRule]] = {}
    for rule in rules:
        if rule.arrow != way:
            homes.setdefault(rule.old if to == "new" else rule.new, []).append(rule)
    for first, *others in homes.values():
        by_value = any(other.combine != "first" for other in others)
        yield from (
            rule for rule in (first, *others) if rule.arrow == "<->" and others and (rule is not first or by_value)
        )


def _worst(classes: list[str], rule: NRule) -> str:
    if any(spot.root.startswith("request.") for spot in (*rule.old, *rule.new)):
        return _ASKED
    for word in ("lossy", "needs", "form"):
        for found in classes:
            if found.startswith(word):
                return found
    return LOSSLESS


def _class_of(steps: tuple[Step, ...]) -> str:
    """What becomes of a value in a pipe: of its first step that loses anything."""
    return next((found for found in map(_class, steps) if found != LOSSLESS), LOSSLESS)


def _class(step: Step) -> str:
    if isinstance(step, Look):
        return f"needs: lookup {step.lookup}"
    if isinstance(step, ForEach):
        return _class_of(step.steps)
    if isinstance(step, Reference):
        if step.to == "new":
            return LOSSLESS if step.look is None else f"needs: lookup {step.look.lookup}"
        return f"lossy: other members have no place in the {step.side} API"
    way = conversion_of(step).way(step.to)
    if way.passes_unlisted:
        return "lossy: unlisted values pass untranslated"
    if way.passes_unread:
        return "lossy: what cannot be read passes untranslated"
    return LOSSLESS if way.injective else f"lossy: {way.lossy}" if way.lossy else _FORM


def _ends(statement: Any) -> tuple[tuple[Spot, ...], tuple[Spot, ...]]:
    if isinstance(statement, NRule):
        return statement.old, statement.new
    if isinstance(statement, NEach):
        return (statement.old,), (statement.new,)
    if isinstance(statement, (NDrop, NFilter)):
        spots = (statement.of,) if isinstance(statement.of, Spot) else ()
        return (spots, ()) if statement.side == "old" else ((), spots)
    if isinstance(statement, NHole):
        spots = (statement.of,)
        return (spots if "old" in statement.sides else ()), (spots if "new" in statement.sides else ())
    if isinstance(statement, NCase):
        return _lost_literals(statement, "old", "new"), _lost_literals(statement, "new", "old")
    return (), ()


def _lost_literals(case: NCase, side: str, to: str) -> tuple[Spot, ...]:
    """The literals of a case on a side that go nowhere: no guard on the other one tells the case apart there."""
    return () if any(guard.side == to for guard in case.guards) else tuple(literals(case.guards, side))


def _spelled(spots: tuple[Spot, ...], outer: Path, query: bool) -> str | None:
    if not spots:
        return None
    return " + ".join(_one(spot, outer) for spot in spots)


def _one(spot: Spot, outer: Path) -> str:
    if spot.root in ("", "body", "query"):
        base = outer if spot.root == "" else ()
        return str(Ref("", (*base, *spot.names)))
    return str(Ref(f"@{spot.root}", spot.names))
