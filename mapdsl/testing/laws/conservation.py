"""Law 9: nothing vanishes. What differs on one side is told apart on the other, or reported, and comes home.

The law knows nothing of rules. It changes one place of a message in several ways (see `edits`) and translates each. Of
those that became one and the same message

- what `lost` says must differ, unless the spec declares that they mean the same (see `mapdsl.ir.joins`);
- what comes home with residue must differ, but for what is never shown (a credential).

What arrives as it was, where a rule should translate it, must be told of, and so must a place of a reply that only the
request can fill, where none is at hand. Both are declared there, too.

A change that is refused is told of. Messages of an exchange have a law of their own (7).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain, combinations, islice
from random import Random
from typing import Any

import attrs

from mapdsl import ir
from mapdsl.conversions import ABSENT, same
from mapdsl.errors import MapError
from mapdsl.paths import Where
from mapdsl.runtime import OWED, UNTRANSLATED, Loss, TranslatedRequest, TranslatedResponse, found, spell, spell_place
from mapdsl.testing.generation import Drawn

from .blame import excused
from .edits import ADDED, NEW, absent, edited, general, places, renamed, value_at, values
from .laws import Broken, OwnLaw, Trial
from .views import Joins, view_of

__all__ = ["Conservation"]

_REMEMBERED = 3  # values of one place
_NAME = re.compile(r"[\[\].]")  # what stands around the names of a parameter


@attrs.frozen
class _Made:
    """A changed message, and what became of it."""

    value: Any
    changed: dict[str, Any]
    there: Any

    @property
    def arrived(self) -> str:
        """What goes out, as text that compares."""
        there = self.there
        several = there.requests if isinstance(there, TranslatedRequest) else there.responses
        return repr([_ordered(each.to_dict()) for each in several])

    @property
    def lost(self) -> str:
        return repr([(loss.path, _ordered(loss.value), loss.reason, loss.kind) for loss in self.there.lost])


@attrs.frozen
class _World:
    """What answers the changes of one message, and what they became: those of other places must be told apart, too."""

    lookups: Any
    joins: Joins
    met: dict[tuple[str, str], _Made] = attrs.field(factory=dict)


@attrs.define(slots=False)
class Conservation:
    """The changes of the messages on one trial. `covered`: places that were changed already, without numbers; `seen`:
    some values that stood at such a place; `most`: how many values are tried at a place, all of them by default."""

    trial: Trial
    random: Random
    most: int | None = None
    covered: set[Where] = attrs.field(factory=set)
    seen: dict[Where, list[Any]] = attrs.field(factory=dict)
    changes: int = 0

    def learn(self, drawn: Drawn) -> None:
        """Remember what stands in a message, to put it where another has nothing."""
        message = drawn.message.to_dict()
        for where in self._places(message):
            value, seen = value_at(message, where), self.seen.setdefault(general(where), [])
            if len(seen) < _REMEMBERED and value is not ABSENT and not any(same(value, each) for each in seen):
                seen.append(value)

    def faults(self, drawn: Drawn, fresh: int, more: int = 0) -> Iterator[Broken]:
        """Change up to `fresh` places of a message that none before it had, and `more` places whatever they are."""
        if self.trial.own or not self.trial.holds(9):
            return
        yield from self._unfilled(drawn)
        message = drawn.message.to_dict()
        there = self._places(message)
        there += [] if drawn.failure else self._left_out(message, there)
        new = [where for where in there if general(where) not in self.covered]
        self.random.shuffle(new)
        chosen = new[:fresh] + self.random.sample(there, min(len(there), more))
        world = self._world(drawn)
        for where in chosen:
            self.covered.add(general(where))
            yield from self.at(drawn, message, where, world)

    def _unfilled(self, drawn: Drawn) -> Iterator[Broken]:
        """A place that only the request can fill, of which nothing is told where none is at hand."""
        trial = self.trial
        if trial.sent is None:
            return
        lookups = trial.messages.lookups()
        joins = trial.joins(lookups, drawn.failure)
        if not joins.owes:
            return
        try:
            made = trial.messages.translate(trial.part, [drawn.message], trial.to, lookups)
        except MapError:
            return
        if any(loss.path == "body" and loss.kind == UNTRANSLATED for loss in made.lost):
            return  # a failure that its block does not take, which passes as it is
        told = {loss.path for loss in made.lost if loss.kind == OWED}
        assert isinstance(made, TranslatedResponse)
        for message in made.responses:
            for place in joins.owed(view_of(message.to_dict(), trial.route_there, trial.part)):
                if spell_place(place) not in told:
                    where = tuple(str(step) for step in place)
                    broken = trial.broken(9, (where, ABSENT, ABSENT), drawn.message)
                    text = f"{spell_place(place)}: expected a report that nothing fills it, found none"
                    yield attrs.evolve(broken, difference=text, drawn=drawn)
                    return

    def like(self, drawn: Drawn, place: Where) -> Iterator[Broken]:
        """Change every place of a message that is that place, whatever the numbers of its items."""
        message = drawn.message.to_dict()
        there = self._places(message)
        for where in there + self._left_out(message, there):
            if general(where) == general(place):
                yield from self.at(drawn, message, where, self._world(drawn))

    def _places(self, message: dict[str, Any]) -> list[Where]:
        return places(message, [route.path for route in self.trial.routes()])

    def _left_out(self, message: dict[str, Any], there: list[Where]) -> list[Where]:
        """Members that rules read, or look for, and the message does not have, in objects that it has. `there`: its
        places."""
        if self.trial.routes()[0].params is not None:
            return []
        found = [where for names, _ in self.trial.blame.read for where in absent(message, names)]
        added = [where[:-1] for where in there if where[0] == "body" and where[-1] == ADDED]
        return list(dict.fromkeys(found + [(*where, name) for where in added for name in self._sought]))

    @cached_property
    def _sought(self) -> list[str]:
        """The names of the members that selections find."""
        ops = (op for block in ir.blocks_of(self.trial.mapping.ops) for op in block)
        steps = (step for op in ops if isinstance(op, ir.Prune) for step in op.selector.steps)
        return sorted({name for step in steps for name in step.names})

    def _world(self, drawn: Drawn) -> _World:
        """Half of the messages meet lookups that do not know what changes bring."""
        lookups = self.trial.messages.lookups(NEW if self.random.random() < 0.5 else ())
        return _World(lookups, self.trial.joins(lookups, drawn.failure))

    def at(self, drawn: Drawn, message: dict[str, Any], where: Where, world: _World) -> Iterator[Broken]:
        """The first two values at a place of which nobody can tell which it was."""
        lookups, joins = world.lookups, world.joins
        value = value_at(message, where)
        tried = values(where, value, self.random, self.seen.get(general(where), ()))
        tried += renamed(value, [each["keys"] for each in joins.declared if "keys" in each])
        tried = tried if self.most is None else self.random.sample(tried, min(self.most, len(tried)))
        groups: dict[str, list[_Made]] = {}
        for each in (value, *tried):
            self.changes += 1
            changed = edited(message, where, each)
            try:
                there = self.trial.there(type(drawn.message).from_any(changed), lookups)
            except MapError:
                continue
            except Exception as error:
                yield attrs.evolve(self.trial.unexpected(error, changed), drawn=drawn)
                return
            if isinstance(there, TranslatedRequest) and not there.requests:
                continue  # a filter that lets nothing through: no message goes out
            made = _Made(each, changed, there)
            groups.setdefault(made.arrived, []).append(made)
        yield from islice(self._silent(drawn, where, groups.values(), joins), 1)
        for several in groups.values():
            fault = self._fault(where, several, joins, lookups) if len(several) > 1 else None
            for made in several if fault is None else ():
                other = world.met.setdefault((made.arrived, made.lost), made)
                if other is not made and not self._alike(other, made, joins.normal):
                    fault = self._broken(where, other, made, "one message, and the same is lost")
            if fault is not None:
                yield attrs.evolve(fault, drawn=drawn, where=where)
                return

    def _fault(self, where: Where, several: list[_Made], joins: Joins, lookups: Any) -> Broken | None:
        """What nobody can tell of messages that became the same."""
        for one, other in combinations(several, 2):
            if one.lost == other.lost and not self._alike(one, other, joins.normal):
                return self._broken(where, one, other, "one message, and the same is lost")
        homes: dict[str, _Made] = {}
        for made in several if self.trial.holds(1) else ():
            try:
                if excused(made.there.lost)(spell(where)):
                    # What a case lost comes home where the same choice is made there: it is enough that residue has it.
                    home = repr(_ordered(made.there.residue))
                else:
                    home = repr([_ordered(each.to_dict()) for each in self.trial.home(made.there, lookups)])
            except (MapError, OwnLaw):
                continue
            first = homes.setdefault(home, made)
            if first is not made and not self._alike(first, made, joins.hiding):
                return self._broken(where, first, made, "one message, also when it comes home")
        return None

    def _alike(self, one: _Made, other: _Made, form: Callable[[dict[str, Any]], dict[str, Any]]) -> bool:
        """Whether two messages mean the same, in that form of them."""
        return len({repr(_ordered(form(self._view(made)))) for made in (one, other)}) == 1

    def _view(self, made: _Made) -> dict[str, Any]:
        return view_of(made.changed, self.trial.routes()[0], self.trial.part)

    def _silent(self, drawn: Drawn, where: Where, groups: Iterable[list[_Made]], joins: Joins) -> Iterator[Broken]:
        """What passes untranslated in one of the messages, and is not told of."""
        for made in chain.from_iterable(groups):
            for place, value in self._guesses(made, joins):
                told = f"{spell_place(place)}: expected a report that {found(value)} is made up, found none"
                broken = self.trial.broken(9, (where, made.value, made.value), made.changed)
                yield attrs.evolve(broken, difference=told, drawn=drawn, where=where)
            for place, value in joins.untold(self._view(made)):
                if not _told(made.there.lost, place, value):
                    told = (
                        f"{spell_place(place)}: expected a report that {found(value)} passes untranslated, found none"
                    )
                    broken = self.trial.broken(9, (where, value, value), made.changed)
                    yield attrs.evolve(broken, difference=told, drawn=drawn, where=where)

    def _guesses(self, made: _Made, joins: Joins) -> Iterator[tuple[Where, Any]]:
        """What a rule made up, because no document says it, and did not tell of."""
        there = made.there
        for message in there.requests if isinstance(there, TranslatedRequest) else there.responses:
            for place, value in joins.made_up(view_of(message.to_dict(), self.trial.route_there, self.trial.part)):
                if not any(loss.kind == UNTRANSLATED and same(loss.value, value) for loss in there.lost):
                    yield place, value

    def _broken(self, where: Where, one: _Made, other: _Made, what: str) -> Broken:
        broken = self.trial.broken(9, (where, one.value, other.value), one.changed)
        values = " and ".join(found(each) for each in (one.value, other.value))
        told = f"{spell(where)}: expected {values} to be told apart, found {what}"
        return attrs.evolve(broken, difference=told, changed=other.changed)


def _told(lost: Iterable[Loss], place: Where, value: Any) -> bool:
    """Whether something says that a value stayed as it is: of the value, of an item of it, or of what it is in."""
    ends = [str(step) for step in place[1:] if isinstance(step, str)]
    name = _NAME.split(ends[-1])[0].lower() if len(ends) > 1 else ""  # those of headers are told as they came
    values = [value, *value] if isinstance(value, list) else [value]
    return any(name in loss.path.lower() and (loss.value == "***" or _holds(loss.value, values)) for loss in lost)


def _holds(value: Any, wanted: list[Any]) -> bool:
    """Whether a value is one of those, or holds one."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(same(value, each) for each in wanted) or any(_holds(each, wanted) for each in inner)


def _ordered(value: Any) -> Any:
    """A JSON value as one that compares by its text: members in order, numbers by value."""
    if isinstance(value, dict):
        members = ((str(name), _ordered(member)) for name, member in value.items())
        return dict(sorted(members, key=lambda pair: pair[0]))
    if isinstance(value, (list, tuple)):
        return [_ordered(item) for item in value]
    return value if value is not ABSENT else "ABSENT"
