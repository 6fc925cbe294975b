"""The laws, on one message: what it breaks, where, and by which rule.

1. back(to(x), residue) == x
2. to(back(to(x))) == to(x) without residue, wherever back(to(x)) returns
3. back(to(x)) == x without residue wherever analysis claims that the rules are lossless
4. generated code and the interpreter of the IR agree on every document, problems and their order included
5. a translation returns or raises MapError; documents are never changed
6. the same text gives the same code (see `campaign`)
7. an exchange answers as one unlimited server would (see `exchange_law`)
8. residue that has grown stale brings nothing back that a client deleted or changed since (see `stale_residue`)
9. what differs on one side is told apart on the other, or reported, and comes home (see `conservation`)

Responses are translated with their request at hand. Windows of several calls, lists that are shown in part and updates
that read first are no matter of translations: laws 1 to 3, 8 and 9 leave them out. A document that is only nearly
valid may pass one way and be refused on the other: laws 2 and 3 speak of domains.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from random import Random
from typing import Any

import attrs

from mapdsl import ir
from mapdsl.conversions import ABSENT
from mapdsl.errors import MapError, TranslationError
from mapdsl.paths import Where
from mapdsl.runtime import (
    BODILESS,
    DROPPED,
    CompiledMapping,
    Loss,
    Request,
    Response,
    TranslatedRequest,
    TranslatedResponse,
    spell_place,
)
from mapdsl.testing.generation import OTHER, Document, Drawn, Messages, answered, stub_answers
from mapdsl.testing.interpreter import Known

from .agreement import disagreements
from .blame import Blame, excused, in_message, without_case
from .case_edits import choices_of
from .compare import Difference, comparable, diverging, told
from .stale_residue import Stale, Way
from .views import Joins, declared_joins

__all__ = ["LAWS", "Broken", "Trial", "Verdict", "has_own_law"]

LAWS = {
    1: "comes home with its residue",
    2: "there and back without residue changes nothing more",
    3: "comes home without residue where nothing is lost",
    4: "both engines agree",
    5: "returns or raises MapError, and leaves its input alone",
    6: "the same text gives the same code",
    7: "an exchange answers as one unlimited server",
    8: "residue does not bring back what was changed since",
    9: "nothing vanishes",
}


@attrs.frozen
class Broken:
    """A message that broke a law: what differs, and the rule that it belongs to.

    `difference` tells the first place that differs, what was expected and what was found; `message` is what was
    translated, `came` what came of it in the end, `changed` (law 8) what was made of the translation in between.
    Law 9: `changed` is another message, which differs at the place `where` and can not be told from the first.
    `request` is that of the exchange, where the message is a reply.
    """

    law: int
    part: str
    side: str
    difference: str
    message: Any
    came: Any = None
    changed: Any = None
    rule: ir.RuleInfo | None = None
    endpoint: str = ""
    request: TranslatedRequest | None = attrs.field(default=None, repr=False)
    drawn: Drawn | None = attrs.field(default=None, repr=False)
    where: Where = attrs.field(default=(), repr=False)
    lookups: dict[str, list[tuple[Any, Any]]] = attrs.field(factory=dict, repr=False)

    @property
    def key(self) -> tuple[Any, ...]:
        """Two breaks with one key are one mistake, as far as one can tell."""
        path = _INDEX.sub("[]", self.difference.split(": expected ", 1)[0])
        return self.law, self.part, self.side, path, self.rule and (self.rule.file, self.rule.line)


@attrs.frozen
class Verdict:
    """How one message fared. `refusal`: why it was not translated, None where it was; `lost`: reasons, one for each."""

    refusal: str | None
    broken: tuple[Broken, ...] = ()
    lost: tuple[str, ...] = ()


_INDEX = re.compile(r"\[\d+\]")


class OwnLaw(MapError):
    """These messages are for an exchange, and the laws of translations do not speak of them."""


def has_own_law(unit: ir.Unit, part: str, side: str) -> bool:
    """Whether messages from a side do not come home by a translation."""
    shown_to = {"old"} if unit.only_new else set()
    shown_to |= ({"new"} if unit.only_old else set()) | {residual.side for residual in unit.residuals}
    if part == "response":
        return side in shown_to
    return bool(shown_to) or unit.replace is not None


@attrs.define
class Trial:
    """The messages of one part that come from one side of a unit, on trial.

    `reach` hears what the interpreter reaches. `exempt` are laws that are not held against them.
    """

    messages: Messages
    part: str
    side: str
    sent: TranslatedRequest | None = None
    reach: Callable[[tuple[Any, ...]], None] | None = None
    exempt: Collection[int] = ()
    facts: dict[Any, Any] = attrs.field(factory=dict)
    known: tuple[Known, Known] = attrs.field(factory=lambda: (Known(), Known()))  # of success, of failure

    @property
    def to(self) -> str:
        return OTHER[self.side]

    @property
    def unit(self) -> ir.Unit:
        return self.messages.unit

    @cached_property
    def own(self) -> bool:
        return any(has_own_law(self.unit, self.part, side) for side in ("old", "new"))

    @cached_property
    def mapping(self) -> ir.Mapping:
        return self.messages.mapping(self.part, self.side)

    @cached_property
    def blame(self) -> Blame:
        return Blame(self.mapping)

    @cached_property
    def stale(self) -> Stale:
        blocks = self.ways(False).blocks
        choices = choices_of(self.mapping.ops) if self._route(self.to).params is None else ()
        return Stale(blocks, self.to, self._located(self.side), self._located(self.to), choices)

    def _located(self, side: str) -> Callable[[tuple[str, ...]], Where]:
        """Where in a message of a side a place of a body stands."""
        params = self._route(side).params
        if params is None:
            return lambda names: names
        if self.part == "response":
            return lambda names: ("body", "result", *names[1:])
        numbers = {name: number for number, (name, _) in enumerate(params)}

        def inside(names: tuple[str, ...]) -> Where:
            return ("body", "params", numbers[names[1]], *names[2:]) if len(names) > 1 else ("body", "params")

        return inside

    def _route(self, side: str) -> ir.RouteDecl:
        return (self.unit.old if side == "old" else self.unit.new)[0]

    def ways(self, failure: bool) -> CompiledMapping:
        unit = self.messages.api[self.unit.endpoint].named(self.unit.variant).unit
        if failure and unit.failure is not None:
            ways: CompiledMapping = getattr(unit.failure, f"to_{self.to}")
            return ways
        return unit.ways(self.part, self.to)

    def judge(self, drawn: Drawn, random: Random | None = None) -> Verdict:
        """Put one message through every law that applies to it; with `random`, its residue through changes too."""
        broken = [found for document in drawn.documents for found in self._agreement(document, drawn)]
        before = repr(drawn.message.to_dict())
        lost: list[str] = []
        refusal, found = self._round(drawn, random, lost)
        broken += found
        if repr(drawn.message.to_dict()) != before:
            broken.append(self.broken(5, ((), before, repr(drawn.message.to_dict())), drawn.message))
        found = [attrs.evolve(each, drawn=drawn) for each in broken if each.law not in self.exempt]
        return Verdict(refusal, tuple(found), tuple(lost))

    # --- law 4 -----------------------------------------------------------------------------------------------------

    def _agreement(self, document: Document, drawn: Drawn) -> Iterator[Broken]:
        ways = self.ways(drawn.failure)
        mapping = self.messages.failing(self.side) if drawn.failure else self.mapping
        if mapping is None:
            return
        declared = self._declared
        status = next((row.old if self.to == "new" else row.new for row in self.unit.statuses), 200)
        _, found = disagreements(
            mapping,
            ways,
            document,
            lambda asked: stub_answers(asked, declared, self.to),
            status,
            hook=self.reach,
            known=self.known[drawn.failure],
        )
        for text in found[:1]:
            parts = {name: getattr(document.parts, name) for name in ("body", "path", "query", "header", "item")}
            message = {name: part for name, part in parts.items() if part is not None}
            yield self._new(4, text, message, None, _named_in(text, mapping))

    @cached_property
    def _declared(self) -> dict[str, Any]:
        return {decl.name: decl for decl in self.messages.program.lookups}

    # --- laws 1, 2, 3, 5 -------------------------------------------------------------------------------------------

    def _round(self, drawn: Drawn, random: Random | None, lost: list[str]) -> tuple[str | None, list[Broken]]:
        lookups = self.messages.lookups()
        refusal, found = self._there_and_back(drawn, random, lost, lookups)
        pairs = answered(lookups) if found else {}
        return refusal, [attrs.evolve(each, lookups=pairs) for each in found]

    def _there_and_back(
        self, drawn: Drawn, random: Random | None, lost: list[str], lookups: Any
    ) -> tuple[str | None, list[Broken]]:
        message = drawn.message
        try:
            there = self._translate([message], self.to, lookups, None)
        except MapError as error:
            return refusal_of(error), []
        except Exception as error:
            return None, [self.unexpected(error, message)]
        lost += (loss.reason for loss in there.lost)
        try:
            arrived = self._arrived(there)
            return None, self._home(drawn, there, arrived, lookups, random)
        except OwnLaw:
            return None, []
        except Exception as error:
            return None, [self.unexpected(error, message)]

    def _home(self, drawn: Drawn, there: Any, arrived: list[Any], lookups: Any, random: Random | None) -> list[Broken]:
        message, broken = drawn.message, []
        strict = drawn.kind == "valid"
        try:
            home = self._arrived(self._translate(arrived, self.side, lookups, there.residue))
            broken += self._compared(1, [message], home, drawn, _hidden(there))
        except OwnLaw:
            raise
        except MapError as error:
            broken += [self.refused(1, error, message)] * strict
        try:
            back = self._translate(arrived, self.side, lookups, None)
            bare = self._arrived(back)
        except MapError:
            return broken
        if strict:
            broken += self._claims(message, bare, there)
            broken += self._again(drawn, arrived, back, bare, lookups)
            if random is not None and not self.own and not broken and not drawn.failure:
                broken += self._stale(message, there, arrived, back, bare, lookups, random)
        return broken

    def _hides(self, bare: list[Any]) -> bool:
        """Whether a message came home under a code that has no body: then less of it is told once more."""
        return self.part == "response" and any(each.status in BODILESS for each in bare)

    def _again(self, drawn: Drawn, arrived: list[Any], back: Any, bare: list[Any], lookups: Any) -> list[Broken]:
        if self._hides(bare):
            return []
        try:
            again = self._arrived(self._translate(bare, self.to, lookups, None))
        except MapError as error:
            return [self.refused(2, error, drawn.message)]
        return self._compared(2, arrived, again, drawn, lost=self._partly_lost(back.lost))

    def _partly_lost(self, lost: Iterable[Loss]) -> Callable[[Where], bool]:
        """Whether the way home told that a part of the value at a place of the other side's message does not arrive."""
        paths = {re.sub(r"\[[0-9]+\]", "[]", without_case(loss.path)) for loss in lost if loss.kind == DROPPED}
        route = self._route(self.to)
        return lambda where: spell_place(in_message(where, route)).replace('."[]"', "[]") in paths

    def _claims(self, message: Any, bare: list[Any], there: Any) -> list[Broken]:
        if self.own or len(bare) != 1 or there.residue.get("part") == "failure" or self._hides(bare):
            return []  # a failure goes through rules of its own, of which the claims do not speak
        before, home = comparable(message.to_dict(), _hidden(there)), comparable(bare[0].to_dict())
        if before == home:
            return []
        passed, lost, route = excused(there.lost), excused(there.lost, True), self._route(self.side)
        for difference in diverging(before, home):
            where = in_message(difference[0], route)
            path = told(difference).split(": ", 1)[0]
            if self.blame.claims(where) and not (lost if self.blame.depends(where) else passed)(path):
                nothing = all(value is None or value is ABSENT for value in difference[1:])
                if nothing and self._becomes_param():
                    continue  # a parameter that is null and one that is absent are one thing on the wire
                return [self.broken(3, difference, message, home)]
        return []

    def _becomes_param(self) -> bool:
        return self.part == "request" and any(self._route(side).params is not None for side in ("old", "new"))

    def _stale(
        self, message: Any, there: Any, arrived: list[Any], back: Any, bare: list[Any], lookups: Any, random: Random
    ) -> list[Broken]:
        if len(arrived) != 1 or len(bare) != 1:
            return []
        kind, before = type(message), comparable(message.to_dict(), _hidden(there))

        def home(changed: dict[str, Any], with_residue: bool) -> dict[str, Any]:
            residue = there.residue if with_residue else None
            return _only(self._arrived(self._translate([kind.from_any(changed)], self.side, lookups, residue)))

        def again(changed: dict[str, Any]) -> dict[str, Any]:
            return _only(self._arrived(self._translate([kind.from_any(changed)], self.to, lookups, None)))

        partly_lost = self._partly_lost(back.lost)

        def quiet(difference: Difference) -> bool:
            return self._means_nothing(difference) or (ABSENT not in difference[1:] and partly_lost(difference[0]))

        way = Way(before, comparable(arrived[0].to_dict()), home, again, quiet)
        for changed, difference in self.stale.faults(way, random):
            return [attrs.evolve(self.broken(8, difference, message), changed=changed)]
        return []

    def _means_nothing(self, difference: Difference) -> bool:
        """What an edit does to the fields that `paging` names, to the length of a call, and to a code with guards."""
        where, one, other = difference
        rows = self.unit.statuses
        if where in (("status",), ("body",)) and any(row.guards_old or row.guards_new for row in rows):
            return True
        hides = any(row.old in BODILESS or row.new in BODILESS for row in rows)
        if where[:1] == ("body",) and hides and len(rows) > 1:
            return True
        names = tuple(str(step) for step in where)
        if "params" in names and {repr(one), repr(other)} == {"None", "ABSENT"}:
            return True
        return any(names[-len(path) :] == path for path in self._paged)

    @cached_property
    def _paged(self) -> tuple[tuple[str, ...], ...]:
        sides = self.unit.paging or ()
        named = [path for side in sides for path in (side.total, side.next, side.more, *(p for _, p in side.echo))]
        return tuple(path for path in named if path is not None)

    def _compared(
        self,
        law: int,
        expected: list[Any],
        made: list[Any],
        drawn: Drawn,
        hidden: Collection[str] = (),
        lost: Callable[[Where], bool] = lambda where: False,
    ) -> list[Broken]:
        """The first difference between two values or lists of messages, but for parts of values that are `lost`."""
        wanted = [comparable(each.to_dict(), hidden) for each in expected]
        came = [comparable(each.to_dict()) for each in made]
        if repr(wanted) == repr(came):
            return []
        pair = (wanted[0], came[0]) if len(wanted) == len(came) == 1 else (wanted, came)
        found = [each for each in diverging(*pair) if not (drawn.kind == "near" and _is_listed(each, pair[1]))]
        found = [each for each in found if ABSENT in each[1:] or not lost(each[0])]
        return [self.broken(law, each, drawn.message, pair[1]) for each in found[:1]]

    # --- translating -----------------------------------------------------------------------------------------------

    def routes(self) -> tuple[ir.RouteDecl, ...]:
        """The routes of the side that the messages come from."""
        return self.unit.old if self.side == "old" else self.unit.new

    @property
    def route_there(self) -> ir.RouteDecl:
        """The first route of the side that the messages go to."""
        return self._route(self.to)

    def holds(self, law: int) -> bool:
        """Whether the law is held against these messages."""
        return law not in self.exempt

    def joins(self, lookups: Any, failure: bool) -> Joins:
        """What the spec declares to mean the same, of what these messages say."""
        mapping = self.messages.failing(self.side) if failure else self.mapping
        key = "joins", failure
        if key not in self.facts:
            self.facts[key] = declared_joins(self.unit, self.part, self.to, mapping)
        return Joins(self.facts[key], lookups, self.sent, self.known[failure])

    def there(self, message: Any, lookups: Any) -> Any:
        """A message on the other side. Raises MapError."""
        return self._translate([message], self.to, lookups, None)

    def home(self, there: Any, lookups: Any) -> list[Any]:
        """What comes home of a translation with its residue. Raises MapError; OwnLaw for messages of an exchange."""
        return self._arrived(self._translate(self._arrived(there), self.side, lookups, there.residue))

    def _translate(self, several: list[Any], to: str, lookups: Any, residue: Any) -> Any:
        return self.messages.translate(self.part, several, to, lookups, self.sent, residue)

    def _arrived(self, made: TranslatedRequest | TranslatedResponse) -> list[Any]:
        """The messages of a translation. Raises OwnLaw for what has one, and for windows of several calls."""
        found: list[Request | Response] = list(made.requests if isinstance(made, TranslatedRequest) else made.responses)
        if self.own and has_own_law(self.unit, self.part, OTHER[made.to]):
            raise OwnLaw("messages of an exchange")
        if len(found) != 1 and self.unit.fan is None:
            raise OwnLaw(f"{len(found)} messages of an exchange")
        return found

    # --- reports ---------------------------------------------------------------------------------------------------

    def broken(self, law: int, difference: Difference, message: Any, came: Any = None) -> Broken:
        side = self.to if law == 2 else self.side
        where = difference[0][1:] if difference[0] and isinstance(difference[0][0], int) else difference[0]
        rule = self.blame.rule(in_message(where, self._route(side)), written=law == 2)
        return self._new(law, told(difference), _shown(message), came, rule)

    def refused(self, law: int, error: MapError, message: Any) -> Broken:
        """A way on that was refused, where the message came so far."""
        text = f"$: expected a translation, found a refusal: {error}"
        rule = _blamed(error, self.mapping)
        return self._new(law, text, _shown(message), None, rule)

    def unexpected(self, error: Exception, message: Any) -> Broken:
        """A translation that ended in an error that is none of ours."""
        return self.broken(5, _unexpected(error), message)

    def _new(self, law: int, text: str, message: Any, came: Any, rule: ir.RuleInfo | None) -> Broken:
        endpoint = self.unit.endpoint
        return Broken(law, self.part, self.side, text, message, came, None, rule, endpoint, self.sent)


def _only(several: list[Any]) -> dict[str, Any]:
    if len(several) != 1:
        raise OwnLaw("several messages")
    return comparable(several[0].to_dict())


def _hidden(made: TranslatedRequest | TranslatedResponse) -> frozenset[str]:
    """Where credentials stood that nobody declares: they go nowhere, and do not come home."""
    return frozenset(loss.path for loss in made.lost if loss.value == "***")


def _is_listed(difference: Difference, made: Any) -> bool:
    """A parameter of a list that came without its brackets comes home with them."""
    where, _, _ = difference
    if len(where) != 2 or where[0] != "query" or not isinstance(made, dict):
        return False
    name = str(where[1])
    return name.endswith("[]") or f"{name}[]" in made["query"]


def _shown(message: Any) -> Any:
    return message.to_dict() if isinstance(message, (Request, Response)) else message


def _unexpected(error: Exception) -> Difference:
    return (), "a translation, or MapError", repr(error)


def refusal_of(error: MapError) -> str:
    """What a refusal wanted, in words that are the same for all messages that lack the same."""
    if isinstance(error, TranslationError) and error.problems:
        problem = error.problems[0]
        return f"{_INDEX.sub('[]', problem.path)}: expected {problem.expected}"
    return str(error).split("\n", 1)[0]


def _blamed(error: MapError, mapping: ir.Mapping) -> ir.RuleInfo | None:
    lines = [(p.rule.file, p.rule.line) for p in getattr(error, "problems", ()) if p.rule is not None]
    return next((info for info in mapping.rules if (info.file, info.line) in lines), None)


def _named_in(text: str, mapping: ir.Mapping) -> ir.RuleInfo | None:
    """The rule whose line a text names."""
    return next((info for info in mapping.rules if f"{info.file}:{info.line}:" in text), None)
