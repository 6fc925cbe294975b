"""Headers that no rule names, on their way to the other side: the table of headers.py at work.

`pass_headers` says of one message what passes, what is lost and what is changed. `Carried` are those of a translation:
where several messages become one, it gets the headers of the first, and what the others say otherwise is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.records import Record
from mapdsl.runtime.compiled import DROPPED, UNTRANSLATED, Loss, Recorder, Where
from mapdsl.runtime.messages import ALWAYS, HIDDEN, Headers, kind_of, of_connection, spell

__all__ = ["Carried", "Follow", "Names", "Passed", "body_kind", "header_at", "header_of", "pass_headers"]

# A header and its text -> the text for the other side (None: it holds a credential), why it is no other, and the kind
# of that loss.
Follow = Callable[[str, str], "tuple[str | None, str, str]"]
Place = Callable[[str], Where]  # of a header, by its name in lower case

_JSON = "application/json"
_UNDECLARED = "a credential that no `credential` declares: it is not sent on"
_OF_BYTES = "describes the bytes of the message that came, and these are others"
_OTHERWISE = "the first message says otherwise, and its headers pass"
_OF_ONE = "speaks of one reply to one request, and there are several"


@attrs.frozen(repr=False)
class Names(Record):
    """What a spec says of headers: those that it names on the side that sent the message (`here`) and on the other
    (`there`), in lower case with their spelling; `moved`: what carries a credential on either side."""

    here: Mapping[str, str]
    there: Mapping[str, str]
    moved: frozenset[str]


@attrs.frozen(repr=False)
class Passed(Record):
    """What becomes of the headers of one message; names in lower case but in `spelled` and `lost`.

    `values` go out. `gone` does not, `changed` goes out as another value: both come home with residue. `lost` has the
    name as it was spelled, the value, the reason and the kind of the loss.
    """

    values: Headers = attrs.field(factory=dict)
    spelled: dict[str, str] = attrs.field(factory=dict)
    gone: Headers = attrs.field(factory=dict)
    changed: Headers = attrs.field(factory=dict)
    lost: list[tuple[str, Any, str, str]] = attrs.field(factory=list)

    def losses(self, number: int | None = None) -> list[Loss]:
        """`number`: of the message among several."""
        first = () if number is None else (number,)
        return [
            Loss(spell((*first, "headers", name)), value, reason, None, kind) for name, value, reason, kind in self.lost
        ]


def pass_headers(
    headers: Headers,
    names: Names,
    to: str,
    *,
    taken: str | None = None,
    alone: bool = True,
    body: tuple[str, str] = ("json", "json"),
    follow: Follow | None = None,
) -> Passed:
    """What becomes of the headers of a message that goes `to` a side.

    `taken` is the one whose credential was taken out of it, in lower case. `alone`: one reply answers one request.
    `body` is the kind of what came and of what goes out. `follow` turns a target into one of the other side.
    """
    passed = Passed()
    of_line = of_connection(headers)
    for spelled, value in headers.items():
        name = spelled.lower()
        kind = kind_of(name)
        if name == taken:
            continue
        if name in names.moved or (kind == "credential" and name not in names.here):
            passed.lost.append((spelled, HIDDEN, _UNDECLARED, DROPPED))
        elif name in of_line or (name in names.here and name not in ALWAYS):
            continue
        elif kind == "old bytes":
            _lose(passed, spelled, value, _OF_BYTES)
        elif kind == "validator" and not alone:
            _lose(passed, spelled, value, _OF_ONE)
        elif name in names.there:
            if name not in names.here:
                _lose(passed, spelled, value, f"no place in the {to} API: a rule writes it")
        elif name == "content-type":
            _pass_type(passed, spelled, value, *body)
        elif kind == "target" and follow is not None:
            _pass_target(passed, spelled, value, follow)
        else:
            passed.values[name], passed.spelled[name] = value, spelled
    return passed


def _lose(passed: Passed, spelled: str, value: Any, reason: str) -> None:
    passed.lost.append((spelled, value, reason, DROPPED))
    passed.gone[spelled.lower()], passed.spelled[spelled.lower()] = value, spelled


def body_kind(body: Any) -> str:
    """What a body is: none, bytes, text or json."""
    if body is None:
        return "none"
    return "bytes" if isinstance(body, bytes) else "text" if isinstance(body, str) else "json"


def _pass_type(passed: Passed, spelled: str, value: Any, came: str, goes: str) -> None:
    """The type of a body: it goes with a body of its kind, and what was made into JSON is JSON."""
    if goes == "json" and came != "json" and not _is_json(value):
        _lose(passed, spelled, value, f"the type of the body that came; the one that goes out is {_JSON}")
        del passed.gone[spelled.lower()]
        passed.values[spelled.lower()], passed.changed[spelled.lower()] = _JSON, value
    else:
        passed.values[spelled.lower()], passed.spelled[spelled.lower()] = value, spelled


def _is_json(value: Any) -> bool:
    kind = value.partition(";")[0].strip().lower() if isinstance(value, str) else ""
    return kind == _JSON or kind.endswith("+json")


def _pass_target(passed: Passed, spelled: str, value: Any, follow: Follow) -> None:
    """One that names a place of the side that sent it."""
    name = spelled.lower()
    made = [follow(name, text) for text in ([value] if isinstance(value, str) else value)]
    reason = "; ".join(dict.fromkeys(why for _, why, _ in made if why))
    passed.spelled[name] = spelled
    if any(text is None for text, _, _ in made):
        passed.lost.append((spelled, HIDDEN, reason, DROPPED))
        return
    texts = [text for text, _, _ in made if text is not None]
    passed.values[name] = texts[0] if isinstance(value, str) else texts
    if passed.values[name] != value:
        passed.changed[name] = value
    if reason:
        kinds = {kind for _, why, kind in made if why}
        passed.lost.append((spelled, value, reason, DROPPED if DROPPED in kinds else UNTRANSLATED))


def _compare(log: Recorder, first: Passed, other: Passed, here: Place, there: Place) -> None:
    """The headers of a further message, where those of the first go out: what it says otherwise is lost."""
    for name in dict.fromkeys((*first.values, *other.values)):
        value, standing = other.values.get(name, ABSENT), first.values.get(name, ABSENT)
        if value == standing and name not in other.changed:
            continue
        original = other.changed.get(name, value)
        if value is not ABSENT and value != standing:
            other.lost.append((other.spelled[name], original, _OTHERWISE, DROPPED))
        log.note(here(name), original, ((there(name), standing),))
    for name, value in other.gone.items():
        log.note(here(name), value)


def header_at(name: str) -> Where:
    return ("header", name)


def header_of(number: int) -> Place:
    """The place of a header in one of several messages that residue sees as one."""
    return lambda name: ("header", number, name)


@attrs.define(eq=False, repr=False)
class Carried(Record):
    """The headers that no rule names, of all messages of a translation (one at least): those of the first go out.

    `ruled`: those that rules may write, in lower case with their spelling. `residue` is what brings others home.
    `numbers`: those of the messages among all that came, where there are several.
    """

    ruled: Mapping[str, str]
    several: Sequence[Passed]
    residue: Any = None
    numbers: Sequence[int] = ()

    def tell(self, log: Recorder, here: Sequence[Place], there: Place) -> None:
        """Note what residue must keep: a place `here` for each message, and one `there` for what goes out."""
        first = self.several[0]
        for name, value in first.gone.items():
            log.note(here[0](name), value)
        for name, value in first.changed.items():
            log.note(here[0](name), value, ((there(name), first.values[name]),))
        for place, other in zip(here[1:], self.several[1:], strict=True):
            _compare(log, first, other, place, there)

    def differ(self) -> None:
        """Say what further messages say otherwise, where residue keeps nothing of it."""
        for other in self.several[1:]:
            _compare(Recorder(()), self.several[0], other, header_at, header_at)

    def put(self, written: Any) -> dict[str, Any] | None:
        """The headers of a message that goes out, with what rules wrote, under lower-case names."""
        passed = self.several[0].values
        return {**passed, **(written or {})} if passed else written

    def losses(self) -> list[Loss]:
        """What is lost; the paths of several messages begin with their numbers."""
        numbers: Sequence[int | None] = self.numbers or [None] * len(self.several)
        return [loss for number, each in zip(numbers, self.several, strict=True) for loss in each.losses(number)]

    def spell(self, name: str) -> str:
        """How a header is spelled that goes out: as the spec does, as it came, or as residue has it."""
        if name in self.ruled:
            return self.ruled[name]
        first = self.several[0]
        if name in first.values:
            return first.spelled[name]
        kept = self.residue.get("headers") if isinstance(self.residue, dict) else None
        told = kept.get(name) if isinstance(kept, dict) else None
        return told if isinstance(told, str) and told.lower() == name else name

    def keep(self, kept: dict[str, Any]) -> None:
        """Put into residue how headers were spelled that come home with it."""
        back = {
            name: each.spelled[name]
            for each in reversed(self.several)
            for name in each.spelled
            if each.spelled[name] != name and (name in each.gone or name in each.changed or len(self.several) > 1)
        }
        if back:
            kept["headers"] = back
