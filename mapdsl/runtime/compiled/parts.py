"""What generated code reads, writes and reports into."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from types import MappingProxyType
from typing import Any

import attrs

from mapdsl.conversions import ABSENT, same
from mapdsl.errors import Problem, RuleRef, TranslationError
from mapdsl.paths import Where
from mapdsl.records import Record
from mapdsl.runtime.messages import found, spell_place

from .joined_names import Written
from .left import Left, Rest
from .losses import DROPPED, GUESSED, OWED, UNTRANSLATED, Loss, made_of

__all__ = ["Chosen", "Claim", "Note", "Parts", "Recorder", "RequestPair", "problem", "spread"]

_WRITTEN = (OWED, GUESSED)  # of these the path is that of the target

Roots = tuple[tuple[str, Where], ...]
Chosen = tuple[int, Roots]  # the number of a `match`, and where the roots of its guards stand


class Parts:
    """The parts of one message as generated code sees them: `path`, `query`, `header` are objects or None.

    `route` is the number of the route by which a request came, among those of its endpoint and side. `item` is the item
    of a fan or gather: what one of several messages says on the side that has one.
    """

    __slots__ = ("body", "header", "item", "path", "query", "route", "status")

    def __init__(
        self,
        body: Any = None,
        path: Any = None,
        query: Any = None,
        header: Any = None,
        status: Any = None,
        route: int = 0,
        item: Any = None,
    ) -> None:
        self.body = body
        self.path = path
        self.query = query
        self.header = header
        self.status = status
        self.route = route
        self.item = item


@attrs.frozen(repr=False)
class RequestPair(Record):
    """The request of an exchange, as each side spelled it; the ids of calls."""

    old: Parts
    new: Parts
    old_id: Any = ABSENT
    new_id: Any = ABSENT

    def of(self, side: str) -> Parts:
        """The request as that side spells it."""
        return self.old if side == "old" else self.new

    def id(self, side: str) -> Any:
        """The id of the call, where that side calls by RPC; ABSENT elsewhere."""
        return self.old_id if side == "old" else self.new_id


@attrs.define(repr=False, unsafe_hash=True)  # nothing changes one; that nothing can would cost at each loss
class Note(Record):
    """What residue will keep: the value at `path` of the source (ABSENT: nothing was there), to be restored while
    each image still stands at its path of the target.

    `given`: what the way home writes there by itself whatever the images say (the constant of a `drop`): a place
    that holds it counts as free.
    `under`: places of the target from which the way home writes there by a rule of its own; what stands in them when
    the translation is done are images, too. Where nothing does, nothing is written.
    `when`: places of the target that chose the rules it comes of, and what stood there (`...`: anything): where
    another choice is made on the way home, it is nobody's.
    `chosen`: the number of each `match` in whose branch it was found, and where in the target the roots of its guards
    stand: it comes home where the target takes the same case of each then.
    """

    path: Where
    value: Any
    images: tuple[tuple[Where, Any], ...] = ()
    given: Any = ABSENT
    under: tuple[Where, ...] = ()
    when: tuple[tuple[Where, Any], ...] = ()
    chosen: tuple[Chosen, ...] = ()


@attrs.frozen(repr=False)
class Claim(Record):
    """A member that is left behind because `lookup` gives it again for `key`: lost where it gives another value.

    `default` is what the way home writes where the lookup has no answer (ABSENT: nothing).
    """

    lookup: str
    key: Any
    value: Any
    default: Any = ABSENT

    @property
    def reason(self) -> str:
        return f"another value than lookup {self.lookup} gives"

    def holds(self, answers: Mapping[str, Mapping[Any, Any]]) -> bool:
        """Whether the answers give the value; without answers of the lookup nobody can tell."""
        if self.lookup not in answers:
            return True
        given = answers[self.lookup].get(self.key, self.default)
        return given is not ABSENT and same(given, self.value)


Lost = tuple[int, Where, Any, str, str | Claim]  # rule, path, value, reason, kind


class Recorder:
    """Collects problems, losses and notes of one translation; orders them by rule and then as found.

    `respell` says where in the message a place stands that rules know by another path: in the envelope of a call.
    `came`: the headers of each message, for their spelling.
    """

    __slots__ = ("_doubts", "_lost", "_notes", "_problems", "came", "respell", "rests", "rules")

    def __init__(self, rules: tuple[RuleRef, ...]) -> None:
        self.rules = rules
        self.respell: Callable[[Where], Where] | None = None
        self.came: Sequence[Mapping[str, Any]] = ()
        self._problems: list[tuple[int, Where, str, Any, Written | None]] = []
        self._doubts: list[tuple[int, tuple[int, Where, str, Any, Written]]] = []  # each behind so many problems
        # What the rest leaves of an item is one row and one note, which `_losses` and `spread` say of each member.
        self._lost: list[Lost | Left] = []
        self._notes: list[Note | Left] = []
        self.rests: dict[tuple[int, str, str], Rest] = {}

    def problem(self, rule: int, path: Where, expected: str, value: Any, unless: Written | None = None) -> None:
        """Report a problem. `unless`: what was written all the same, and is none where it holds."""
        self._problems.append((rule, path, expected, value, unless))

    def doubt(self, rule: int, path: Where, expected: str, value: Any, unless: Written) -> None:
        """Report what is a problem only where answers say that what was written does not hold."""
        self._doubts.append((len(self._problems), (rule, path, expected, value, unless)))

    def trust(self, names: Mapping[str, Set[str]]) -> None:
        """Take back the doubts about items that the lookup itself gave (`names`, by lookup): it knows each of them."""
        self._doubts = [
            (at, row) for at, row in self._doubts if not all(item in names[row[4].lookup] for item in row[4].items)
        ]

    def written(self) -> list[Written]:
        """What problems and doubts speak of, which are none where it holds."""
        return [row[4] for row in (*self._problems, *(row for _, row in self._doubts)) if row[4] is not None]

    def ask_back(self, keys: dict[str, dict[Any, None]]) -> None:
        """Add the keys, by lookup, that decide how the texts of names will be read."""
        for written in self.written():
            written.ask(keys)

    def settle(self, answers: Mapping[str, Mapping[Any, Any]]) -> None:
        """Take back the problems of what holds by these answers. Of doubts, those stay that do not hold by them."""
        wrong = deque((at, r) for at, r in self._doubts if r[4].lookup in answers and not r[4].holds(answers))
        settled: list[tuple[int, Where, str, Any, Written | None]] = []
        for number, row in enumerate(self._problems):
            while wrong and wrong[0][0] <= number:
                settled.append(wrong.popleft()[1])
            if row[4] is None or not row[4].holds(answers):
                settled.append(row)
        self._problems = [*settled, *(row for _, row in wrong)]
        self._doubts = []

    def lose(self, rule: int, path: Where, value: Any, reason: str, kind: str | Claim = DROPPED) -> None:
        """Report a loss. If it is owed or guessed, its path is that of the target. With a claim, it is one where that
        fails."""
        self._lost.append((rule, path, value, reason, kind))

    def leave(self, left: Left) -> None:
        """Report what the rest leaves of an item, to be kept as it is."""
        self._lost.append(left)
        self._notes.append(left)

    def claims(self) -> list[tuple[Where, Any, Claim]]:
        """What is lost only where a claim does not hold: its path, its value, the claim."""
        rows = [row for row in self._lost if not isinstance(row, Left)]
        return [(path, value, kind) for _, path, value, _, kind in rows if isinstance(kind, Claim)]

    def note(
        self,
        path: Where,
        value: Any,
        images: tuple[tuple[Where, Any], ...] = (),
        given: Any = ABSENT,
        under: tuple[Where, ...] = (),
    ) -> None:
        self._notes.append(Note(path, value, images, given, under))

    def mark(self) -> int:
        """Where the notes of what follows begin, for `within`."""
        return len(self._notes)

    def within(self, mark: int, *when: tuple[Where, Any]) -> None:
        """Say what chose the rules that the notes from a mark on come of."""
        self._notes[mark:] = [attrs.evolve(note, when=(*note.when, *when)) for note in spread(self._notes[mark:])]

    def chose(self, mark: int, match: int, roots: Roots) -> None:
        """Say in a branch of which `match` the notes from a mark on were found."""
        if mark == len(self._notes):
            return
        chosen = (match, roots)
        self._notes[mark:] = [attrs.evolve(note, chosen=(*note.chosen, chosen)) for note in spread(self._notes[mark:])]

    def bind(self, mark: int, where: Where, choices: Mapping[Where, Chosen]) -> None:
        """Say of which `match` the notes from a mark on are that stand at certain paths below a place."""
        bound = []
        for note in spread(self._notes[mark:]):
            chosen = choices.get(note.path[len(where) :])
            bound.append(note if chosen is None else attrs.evolve(note, chosen=(*note.chosen, chosen)))
        self._notes[mark:] = bound

    def bind_around(self, mark: int, where: Where, matches: tuple[tuple[tuple[Where, ...], int, Roots], ...]) -> None:
        """Say of which matches the notes from a mark on are that stand at, above or below certain paths below a place.

        `matches`: of each the paths, its rule, and where the roots of its guards stand.
        """
        bound = []
        for note in spread(self._notes[mark:]):
            at = note.path[len(where) :]
            chosen = [(match, roots) for paths, match, roots in matches if any(_overlap(at, path) for path in paths)]
            bound.append(attrs.evolve(note, chosen=(*note.chosen, *chosen)) if chosen else note)
        self._notes[mark:] = bound

    def relocate(self, here: Callable[[Where], Where], there: Callable[[Where], Where]) -> None:
        """Say all places anew, those of the source by `here`, of the target by `there`. Doubts are settled before."""
        self._problems = [(rule, here(at), *rest) for rule, at, *rest in self._problems]
        self._lost = [
            (rule, there(at) if kind in _WRITTEN else here(at), value, reason, kind)
            for rule, at, value, reason, kind in _losses(self._lost)
        ]
        self._notes = [
            Note(
                here(note.path),
                note.value,
                tuple((there(at), value) for at, value in note.images),
                note.given,
                tuple(there(at) for at in note.under),
                tuple((there(at), value) for at, value in note.when),
                tuple((match, tuple((root, there(at)) for root, at in roots)) for match, roots in note.chosen),
            )
            for note in spread(self._notes)
        ]

    def extend(self, other: Recorder) -> None:
        """All that another log of the same rules holds, behind what this one does."""
        self._problems += other._problems
        self._lost += other._lost
        self._notes += other._notes

    def forget_below(self, path: Where) -> None:
        """Leave out the notes of what lies below a path."""
        deep = len(path)
        self._notes = [note for note in spread(self._notes) if len(note.path) <= deep or note.path[:deep] != path]

    def lost_below(self, path: Where) -> set[Where]:
        """The places at and below a path of which a loss is reported; not of what is owed: that is of the target."""
        return {row[1] for row in _losses(self._lost) if row[4] not in _WRITTEN and row[1][: len(path)] == path}

    def excuse(self, places: Collection[Where]) -> None:
        """Take back the losses of null and of empty objects at these places: there they are forms."""
        self._lost = [
            row for row in _losses(self._lost) if row[1] not in places or row[4] in _WRITTEN or row[2] not in (None, {})
        ]

    def beside(self, path: Where) -> Recorder:
        """Of losses and notes those that do not lie below a path."""
        log = Recorder(self.rules)
        log._lost = [row for row in _losses(self._lost) if row[1][: len(path)] != path]
        log._notes = [note for note in spread(self._notes) if note.path[: len(path)] != path]
        return log

    def respell_with(self, respell: Callable[[Where], Where]) -> None:
        """Tell of places as `respell` says it of what they are called so far."""
        before = self.respell
        self.respell = respell if before is None else lambda path: respell(before(path))

    def has_lost(self, rule: int, reason: str) -> bool:
        """Whether a rule lost anything for a reason."""
        return any(each == rule and why == reason for each, _, _, why, _ in _losses(self._lost))

    @property
    def notes(self) -> list[Note]:
        """What residue will keep, each by itself."""
        return list(spread(self._notes))

    @property
    def kept(self) -> list[Note | Left]:
        """The same, where what the rest leaves of an item is one."""
        return self._notes

    @property
    def is_plain(self) -> bool:
        """Whether it has no problems and no doubts, and no loss that hangs on what a lookup gives."""
        return not self._problems and not self._doubts and not (self._lost and self.claims())

    @property
    def failed(self) -> bool:
        return bool(self._problems)

    @property
    def problem_count(self) -> int:
        return len(self._problems)

    def problems(self) -> tuple[Problem, ...]:
        """By rule, then as found; the first of those that agree in path and expectation."""
        seen: dict[tuple[Where, str], Problem] = {}
        for rule, path, expected, value, _ in sorted(self._problems, key=_rule):
            seen.setdefault((path, expected), Problem(self.spell(path), expected, found(value), self._ref(rule)))
        return tuple(seen.values())

    def lost(self, answers: Mapping[str, Mapping[Any, Any]] = MappingProxyType({})) -> tuple[Loss, ...]:
        """By rule, then as found; a place is lost once for a reason. `answers`: what lookups say to the claims."""
        if not self._lost:
            return ()
        rows = sorted(self._lost, key=_rule)
        if self.respell is not None or _meet(rows):
            rows = list(_losses(rows))
        paths: list[str] = []
        values: list[Any] = []
        reasons: list[str] = []
        rules: list[RuleRef | None] = []
        kinds: list[str] = []
        once: set[tuple[int, Where, str]] = set()
        ref, at_work = self._ref(-1), -1  # rows are in the order of the rules
        for row in rows:
            if isinstance(row, Left):
                told = row.told(spell_place(row.where))
                paths += told
                values += row.ordered()
                reasons += row.members.why
                rules += [self._ref(row.rule)] * len(told)
                kinds += [DROPPED] * len(told)
                continue
            rule, path, value, reason, kind = row
            if isinstance(kind, Claim):
                if kind.holds(answers):
                    continue
                kind = DROPPED
            place = (rule, path, reason)
            if place not in once:
                once.add(place)
                paths.append(spell_place(path) if kind in _WRITTEN else self.spell(path))
                values.append(None if value is ABSENT else value)
                reasons.append(reason)
                if rule != at_work:
                    ref, at_work = self._ref(rule), rule
                rules.append(ref)
                kinds.append(UNTRANSLATED if kind == GUESSED else kind)
        return made_of(paths, values, reasons, rules, kinds)

    def error(self) -> TranslationError:
        return TranslationError(self.problems())

    def spell(self, path: Where) -> str:
        """A place as reports spell it."""
        return spell_place(path if self.respell is None else self.respell(path), self.came)

    def _ref(self, rule: int) -> RuleRef | None:
        return self.rules[rule] if 0 <= rule < len(self.rules) else None


def problem(
    log: Recorder | None, rules: tuple[RuleRef, ...], rule: int, where: Where, expected: str, value: Any
) -> Recorder:
    """Record a problem, making the log first where there is none; an empty expectation was recorded before."""
    if log is None:
        log = Recorder(rules)
    if expected:
        log.problem(rule, where, expected, value)
    return log


def _meet(rows: Sequence[Lost | Left]) -> bool:
    """Whether what the rest leaves may be reported by another row as well."""
    lefts = [row for row in rows if isinstance(row, Left)]
    told = {(row.rule, reason) for row in lefts for reason in set(row.members.reasons)}
    again = any((row[0], row[3]) in told for row in rows if not isinstance(row, Left)) if lefts else False
    return again or len({(row.rule, row.where) for row in lefts}) < len(lefts)


def _losses(rows: Iterable[Lost | Left]) -> Iterator[Lost]:
    """The losses, each by itself."""
    for row in rows:
        if isinstance(row, Left):
            yield from ((row.rule, path, value, reason, DROPPED) for path, value, reason in row.each())
        else:
            yield row


def spread(notes: Iterable[Note | Left]) -> Iterator[Note]:
    """The notes, each by itself."""
    for note in notes:
        if isinstance(note, Left):
            yield from (Note(path, value) for path, value, _ in note.each())
        else:
            yield note


def _overlap(one: Where, other: Where) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _rule(row: tuple[Any, ...]) -> int:
    rule: int = row[0]
    return rule
