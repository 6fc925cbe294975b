"""Laws 1, 2, 3 and 5 on the drawn messages of one endpoint, through the public functions.

1. back(to(x), residue) == x
2. to(back(to(x))) == to(x) without residue, wherever back(to(x)) returns
3. back(to(x)) == x without residue wherever analysis claims that the rules are lossless
5. a translation returns or raises MapError; documents are never changed

Responses are translated with their request at hand. Each function returns how many messages were translated (or
compared), and a text for each that broke a law.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection
from typing import Any

import attrs

from mapdsl import MapError, translate_request, translate_response
from mapdsl.ir import Mapping, RuleInfo, Unit
from mapdsl.testing.compare import differences
from mapdsl.testing.messages import Messages

__all__ = ["OTHER", "broken_claims", "claims_of", "has_own_law", "requests_of", "responses_of"]

OTHER = {"old": "new", "new": "old"}
Found = tuple[int, list[str]]
INDEX = re.compile(r"\[\d+\]")
NOT_TAKEN = "belongs to a case that was not taken"


def requests_of(messages: Messages, side: str, seed: int, count: int, exempt: Collection[str] = ()) -> Found:
    """Laws 1, 2 and 5 for requests that come from `side`."""
    options: dict[str, Any] = {"lookups": messages.lookups(), "endpoint": messages.unit.endpoint}
    translate = _Translating(messages, translate_request, options)
    found: list[str] = []
    for request, kind in messages.requests(side, seed, count):
        found += _report(request, _check(request, translate, OTHER[side], kind, exempt))
    return translate.count, found


def responses_of(messages: Messages, side: str, seed: int, count: int, exempt: Collection[str] = ()) -> Found:
    """Laws 1, 2 and 5 for successful responses that come from `side`."""
    sent = messages.exchange(OTHER[side], seed)
    assert sent is not None, "no request of this endpoint could be drawn"
    translate = _Translating(messages, translate_response, {"lookups": messages.lookups(), "request": sent})
    found: list[str] = []
    for response, kind in messages.responses(side, seed, count):
        found += _report(response, _check(response, translate, OTHER[side], kind, exempt))
    return translate.count, found


@attrs.define
class _Translating:
    """Translates messages of one part, counts, and gives the messages that came of them with their residue."""

    messages: Messages
    function: Callable[..., Any]
    options: dict[str, Any]
    count: int = 0

    def __call__(self, several: list[Any], to: str, residue: Any) -> tuple[list[Any], Any]:
        made = self.function(self.messages.api, several, to=to, residue=residue, **self.options)
        self.count += 1
        return _messages_of(self.messages, made), made.residue


class OwnLaw(MapError):
    """These messages are for an exchange, and the laws of translations do not speak of them."""


def has_own_law(unit: Unit, part: str, side: str) -> bool:
    """Whether messages from a side do not come home by a translation.

    Lists that are shown in part are looked for in whole lists, and objects are read before they are written. The tests
    of exchanges check what they do instead.
    """
    shown_to = {"old"} if unit.only_new else set()
    shown_to |= ({"new"} if unit.only_old else set()) | {residual.side for residual in unit.residuals}
    if part == "response":
        return side in shown_to
    return bool(shown_to) or unit.replace is not None


def _messages_of(messages: Messages, made: Any) -> list[Any]:
    """Raises OwnLaw for what has one, and for windows of several calls."""
    part = "request" if hasattr(made, "requests") else "response"
    found = list(made.requests if part == "request" else made.responses)
    if has_own_law(messages.unit, part, OTHER[made.to]) or (len(found) != 1 and messages.unit.fan is None):
        raise OwnLaw(f"{len(found)} messages of an exchange")
    return found


def _check(message: Any, translate: _Translating, to: str, kind: str, exempt: Collection[str]) -> list[str]:
    """The laws that a message breaks. `translate(messages, to, residue)` may raise MapError and nothing else.

    A document that is only nearly valid may pass one way and be refused on the other: the laws speak of domains.
    """
    before = copy.deepcopy(message.to_dict())
    try:
        return _broken(message, translate, to, kind, exempt)
    except OwnLaw:
        return _unchanged(message, before)


def _broken(message: Any, translate: _Translating, to: str, kind: str, exempt: Collection[str]) -> list[str]:
    before = copy.deepcopy(message.to_dict())
    try:
        there, residue = translate([message], to, None)
    except OwnLaw:
        raise
    except MapError:
        return _unchanged(message, before)
    broken = _unchanged(message, before)
    if "1" not in exempt:
        try:
            home, _ = translate(there, OTHER[to], residue)
            broken += [f"law 1: {text}" for text in differences([before], _dicts(home))]
        except OwnLaw:
            raise
        except MapError as error:
            broken += [f"law 1: the way home is refused: {error}"] if kind == "valid" else []
    if kind != "valid" or "2" in exempt:
        return broken
    try:
        bare, _ = translate(there, OTHER[to], None)
    except MapError:
        return broken
    try:
        again, _ = translate(bare, to, None)
        broken += [f"law 2: {text}" for text in differences(_dicts(there), _dicts(again))]
    except MapError as error:
        broken.append(f"law 2: what came back is refused: {error}")
    return broken


def _dicts(several: list[Any]) -> list[dict[str, Any]]:
    return [each.to_dict() for each in several]


def _unchanged(message: Any, before: dict[str, Any]) -> list[str]:
    return [f"law 5: changed: {text}" for text in differences(before, message.to_dict())]


def _report(message: Any, broken: list[str]) -> list[str]:
    return ["\n".join([str(message.to_dict()), *broken])] if broken else []


# --- law 3 ---------------------------------------------------------------------------------------------------------


def claims_of(messages: Messages, side: str, part: str, seed: int, count: int) -> Found:
    """Law 3 for the valid messages of a part that come from `side`."""
    mapping = next(m for m in getattr(messages.unit, part) if m.to == OTHER[side])
    claims = _claimed(mapping, side)
    sent = messages.exchange(OTHER[side], seed)
    drawn = messages.requests(side, seed, count) if part == "request" else messages.responses(side, seed, count)
    compared, found = 0, []
    for message, kind in drawn:
        if kind != "valid":
            continue
        options: dict[str, Any] = {"lookups": messages.lookups()}
        try:
            if part == "request":
                options["endpoint"] = messages.unit.endpoint
                there = translate_request(messages.api, message, to=OTHER[side], **options)
                home = translate_request(messages.api, _messages_of(messages, there), to=side, **options).request
            else:
                options["request"] = sent
                reply = translate_response(messages.api, message, to=OTHER[side], **options)
                if reply.residue["part"] == "failure":
                    continue  # a failure goes through rules of its own, of which the claims do not speak
                home = translate_response(messages.api, _messages_of(messages, reply), to=side, **options).response
                there = reply
        except MapError:
            continue
        compared += 1
        found += _report(message, broken_claims(message.to_dict(), home.to_dict(), there.lost, claims))
    return compared, found


def _claimed(mapping: Mapping, side: str) -> set[str]:
    """Paths of a side, without indexes, that only rules claim which lose nothing to the other side."""
    other = OTHER[side]

    def ends(info: RuleInfo) -> str | None:
        return info.old if side == "old" else info.new

    kinds = {"copy", "rename", "nest", "convert"}
    lossy = {ends(i) for i in mapping.rules if getattr(i, f"lossless_to_{other}") != "lossless" or i.kind not in kinds}
    return {end for i in mapping.rules if (end := ends(i)) is not None and i.kind in kinds and end not in lossy}


def broken_claims(before: dict[str, Any], home: dict[str, Any], lost: Any, claims: set[str]) -> list[str]:
    """What did not come home of the paths that are claimed to be lossless."""
    excused = [loss.path for loss in lost if loss.reason == NOT_TAKEN]
    found = []
    for text in differences(before, home):
        path = text.split(": ", 1)[0]
        plain = INDEX.sub("[]", path).removeprefix("body.").removeprefix("query.")
        if plain in claims and not any(path == e or path.startswith((f"{e}.", f"{e}[")) for e in excused):
            found.append(text)
    return found
