"""Fans: one message of the old side that is several of the new side, one for each item of a list.

split_request     the old message, seen by each of its items
join_requests     the new messages, each giving one item
merge_messages    what the new messages say in common, with the list of their items
stack             several messages as one whose parts are lists: ("body", 1, "x") is x of the body of the second
unstack           ... and back
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import attrs

from mapdsl.conversions import same
from mapdsl.errors import Problem, RuleRef, TranslationError
from mapdsl.runtime.compiled import Block, CompiledMapping, Editor, Fan, Gather, Parts, Recorder, Where, read
from mapdsl.runtime.messages import Headers, Request, check_headers, found, safe, spell
from mapdsl.runtime.translation import Job, Keys, keys_of

__all__ = [
    "MAX_FAN_OUT",
    "OnItems",
    "as_asked",
    "as_gathered",
    "as_list",
    "item_at",
    "items_of",
    "join_requests",
    "kept_aside",
    "merge_messages",
    "message_at",
    "note_text",
    "own_keys",
    "put_items",
    "read_aside",
    "seen_by",
    "spell_apart",
    "split_request",
    "stack",
    "unstack",
    "with_own_keys",
    "without_numbers",
]

_KEY = "idempotency-key"
MAX_FAN_OUT = 100  # calls: a client waits for all of them, and servers answer so many within the limits of most APIs
_PARTS = ("body", "path", "query", "header")


def split_request(
    fan: Fan, ways: CompiledMapping, parts: Parts, tell: Callable[[Where], str] = spell
) -> tuple[Job, ...]:
    """One job for each item. Raises TranslationError where there is no list, or no item in it; `tell` says where."""
    items = _items(fan, ways.rules[fan.rule] if fan.rule < len(ways.rules) else None, parts, tell)
    return tuple(
        Job(ways, seen_by(parts, item), source_path=item_at(fan.path, number), target_path=message_at(number))
        for number, item in enumerate(items)
    )


def join_requests(fan: Fan, ways: CompiledMapping, messages: Sequence[Parts]) -> tuple[Job, ...]:
    """One job for each message, which gives one item."""
    return tuple(
        Job(ways, parts, source_path=message_at(number), target_path=item_at(fan.path, number))
        for number, parts in enumerate(messages)
    )


def merge_messages(fan: Fan, made: Sequence[Parts], log: Recorder) -> Parts:
    """The one message of several translated ones, which must agree in all but their items."""
    first = made[0]
    one = Parts(first.body, first.path, first.query, first.header)
    for number, other in enumerate(made if not log.failed else ()):
        for part in _PARTS:
            if not same(_shared(fan, first, part), _shared(fan, other, part)):
                items = spell(fan.path) + ("" if fan.joins else "[]")
                expected = f"nothing but what {items} takes to differ from the first message"
                log.problem(fan.rule, (part, number), expected, getattr(other, part))
    values = [each.item for each in made]
    if fan.joins is None:
        Editor(one).put(fan.path, values, len(fan.path))
        return one
    own = Recorder(log.rules)
    joined = fan.joins.full(Parts(item=values), {}, None, own)
    own.relocate(lambda at: (*fan.path, *at[1:]), lambda at: at)
    log.extend(own)
    Editor(one).put(fan.path, read(joined, fan.path), len(fan.path))
    return one


def without_numbers(headers: Sequence[Headers], key: str | None) -> list[Headers]:
    """The headers of several messages, with one key of idempotency where theirs are one key with their numbers."""
    made = [dict(each) for each in headers]
    for name in ("idempotency-key", *([key] if key else [])) if len(headers) > 1 else ():
        spelled = [next((n for n in each if n.lower() == name), None) for each in made]
        keys = [None if n is None else each[n] for n, each in zip(spelled, made, strict=True)]
        base = keys[0].removesuffix("-0") if isinstance(keys[0], str) else ""
        if base and keys == [f"{base}-{number}" for number in range(len(keys))]:
            for n, each in zip(spelled, made, strict=True):
                each[n or name] = base
    return made


def own_keys(headers: Sequence[Headers]) -> dict[str, Any]:
    """What residue keeps of the keys of idempotency of several messages, where they are not one key with numbers."""
    keys = [_key_of(each) for each in headers]
    base = keys[0].removesuffix("-0") if isinstance(keys[0], str) else ""
    numbered = bool(base) and keys == [f"{base}-{number}" for number in range(len(keys))]
    return {} if numbered or keys == [None] * len(keys) else {"keys": keys}


def with_own_keys(requests: Sequence[Request], came: Headers, residue: Any) -> list[Request]:
    """Messages on their way home, with the keys that residue kept, if the one message has the key of the first."""
    keys = residue.get("keys") if isinstance(residue, dict) else None
    if not isinstance(keys, list) or len(keys) != len(requests) or _key_of(came) != keys[0]:
        return list(requests)
    made = []
    for request, key in zip(requests, keys, strict=True):
        headers = {name: value for name, value in request.headers.items() if name.lower() != _KEY}
        spelled = next((name for name in request.headers if name.lower() == _KEY), "Idempotency-Key")
        if _is_value(key) and not check_headers({spelled: key}):
            headers[spelled] = key
        made.append(attrs.evolve(request, headers=headers))
    return made


def _key_of(headers: Headers) -> Any:
    return next((value for name, value in headers.items() if name.lower() == _KEY), None)


def note_text(fan: Fan, parts: Parts, items: list[Any], log: Recorder) -> None:
    """Keep the text that the items were made of, where the way home spells it otherwise."""
    if fan.joins is not None:
        home = read(fan.joins.full(Parts(item=items), {}, None, Recorder(())), fan.path)
        if not same(read(parts, fan.path), home):
            log.note(fan.path, read(parts, fan.path), given=home)


def as_list(fan: Fan | None, parts: Parts, items: Sequence[Parts]) -> Parts:
    """The one message as residue sees it: items that are joined to a text stand in a list."""
    if fan is None or fan.joins is None:
        return parts
    listed = Parts(parts.body, parts.path, parts.query, parts.header)
    Editor(listed).put(fan.path, [each.item for each in items], len(fan.path))
    return listed


def _shared(fan: Fan, made: Parts, part: str) -> Any:
    """A part of one of the messages; one without a body says as much as one whose body is empty."""
    value = getattr(made, part)
    return {} if value is None and part == fan.path[0] else value


def stack(messages: Sequence[Parts]) -> Parts:
    """Several messages as one whose parts are lists."""
    return Parts(
        [each.body for each in messages],
        [each.path or {} for each in messages],
        [each.query or {} for each in messages],
        [each.header or {} for each in messages],
        [each.status for each in messages],
    )


def unstack(whole: Parts, count: int) -> list[Parts]:
    """The messages of a gathered one."""
    return [
        Parts(
            whole.body[number],
            whole.path[number],
            whole.query[number],
            whole.header[number],
            whole.status[number],
        )
        for number in range(count)
    ]


def as_gathered(ways: CompiledMapping, path: Where, key: str | None) -> CompiledMapping:
    """The functions of a mapping, whose blocks are reported as they stand in gathered messages: for residue."""
    whole = (*map(str, path), "[]")
    messages = [Block((whole, (part, "[]")), key) for part in (*_PARTS, "status")]
    moved = ways.blocks.moved(messages, lambda old: _on_old(old, path), lambda new: (new[0], "[]", *new[1:]))
    return attrs.evolve(ways, blocks=moved)


def _on_old(place: tuple[str, ...], path: Where) -> tuple[str, ...]:
    return (*map(str, path), "[]", *place[1:]) if place[0] == "item" else place


def spell_apart(log: Recorder, several: int, numbers: Any = None) -> None:
    """Tell of places in gathered messages by the number of the message, or without it where there is one.

    `numbers`: those of the gathered messages among all that came.
    """

    def respell(path: Where) -> Where:
        if len(path) < 2 or not isinstance(path[1], int):
            return path
        number = path[1] if numbers is None else numbers[path[1]]
        return (number, path[0], *path[2:]) if several > 1 else (path[0], *path[2:])

    log.respell_with(respell)


def kept_aside(replies: Sequence[tuple[int, Any]]) -> dict[str, Any]:
    """What residue keeps of the replies that leave nothing in the one reply, with their numbers."""
    kept = [
        {
            "number": number,
            "status": reply.parts.status,
            "headers": deepcopy(safe(reply.response.headers)),
            "body": None if type(reply.parts.body) is bytes else deepcopy(reply.parts.body),
        }
        for number, reply in replies
    ]
    return {"aside": kept} if kept else {}


def read_aside(residue: Any) -> list[tuple[int, int, Headers, Any]]:
    """Number, status, headers and body of these replies; residue comes from outside and may hold anything."""
    rows = residue.get("aside") if isinstance(residue, dict) else None
    found = []
    for row in rows if isinstance(rows, list) else ():
        number, status = (row.get("number"), row.get("status")) if isinstance(row, dict) else (None, None)
        if type(number) is int and 0 <= number < MAX_FAN_OUT and type(status) is int and 100 <= status <= 599:
            found.append((number, status, _headers_in(row), row.get("body")))
    return sorted(found, key=lambda row: row[0])


def _headers_in(row: dict[str, Any]) -> Headers:
    """The headers in a row of residue, if they can be those of a message."""
    kept = row.get("headers")
    if not isinstance(kept, dict) or not all(isinstance(name, str) and _is_value(kept[name]) for name in kept):
        return {}
    return {} if check_headers(kept) else safe(kept)


def _is_value(value: Any) -> bool:
    return all(isinstance(text, str) for text in value) if isinstance(value, list) else isinstance(value, str)


def as_asked(seen: Parts) -> Parts:
    """The one message as the reply to one of its items reads it: its body is the item."""
    return Parts(seen.item, seen.path, seen.query, seen.header)


def items_of(path: Where, parts: Parts, count: int | None, *, omits: bool = False) -> list[Any]:
    """The items of a reply to several messages. Raises TranslationError where there is not one for each.

    `omits`: none at all is an answer to one message as well.
    """
    value = read(parts, path)
    if omits and value == [] and count == 1:
        return []
    if isinstance(value, list) and (count is None or len(value) == count):
        return value
    expected = "a list" if count is None else f"a list of {count}, one item for each message that was sent"
    raise TranslationError([Problem(spell(path), expected, found(value))])


def put_items(path: Where, target: Parts, items: list[Any]) -> None:
    if len(path) == 1:
        target.body = items
        return
    if target.body is None:
        target.body = {}
    Editor(target).put(path, items, len(path))


def seen_by(parts: Parts, item: Any) -> Parts:
    """The message as one of its items sees it."""
    return Parts(parts.body, parts.path, parts.query, parts.header, parts.status, parts.route, item)


class OnItems:
    """The function on bodies of a mapping that runs on items: a list of bodies on the side of several messages."""

    def __init__(self, around: Fan | Gather, ways: CompiledMapping, to: str) -> None:
        self._around = around
        self._ways = ways
        self._to = to

    def __call__(self, body: Any, answers: Any = None, request: Any = None, back: Any = None) -> Any:
        """`answers` is `{lookup: {key: value}}`, `back` likewise, `request` what translate_request returned."""
        made = []
        log = Recorder(self._ways.rules)
        jobs = self._jobs(body, request)
        for job in jobs:
            own = Recorder(self._ways.rules)
            made.append(self._ways.full(job.parts, answers or {}, job.asked, own))
            own.settle(back or {})
            own.relocate(job.source_path, job.target_path)
            log.extend(own)
        if self._to == "new":
            whole = [each.body for each in made]
        elif isinstance(self._around, Fan):
            spell_apart(log, 2)
            whole = merge_messages(self._around, made, log).body
        else:
            spell_apart(log, 2)
            target = Parts(made[0].body if made else {})
            put_items(self._around.path, target, [each.item for each in made])
            whole = target.body
        if log.failed:
            raise log.error()
        return whole

    def keys(self, body: Any) -> dict[str, list[Any]]:
        """`{lookup: [key, ...]}`: what must be answered for this body, or these bodies."""
        return {name: list(keys) for name, keys in keys_of(self._jobs(body, None)).items() if keys}

    def back_keys(self, body: Any, answers: Any = None, request: Any = None) -> dict[str, list[Any]]:
        """`{lookup: [key, ...]}`: what must be answered the other way, to know how the texts of names will be read."""
        asked: Keys = {}
        for job in self._jobs(body, request) if self._ways.writes_names else ():
            log = Recorder(self._ways.rules)
            self._ways.full(job.parts, answers or {}, job.asked, log)
            log.ask_back(asked)
        return {name: list(keys) for name, keys in asked.items()}

    def _jobs(self, body: Any, request: Any) -> tuple[Job, ...]:
        calls = getattr(request, "calls", ())
        if self._to == "old":
            if not isinstance(body, list) or (not body and isinstance(self._around, Fan)):
                raise TranslationError([Problem("$", "a list of bodies, one for each message", found(body))])
            messages = [Parts(each, status=200) for each in body]
            jobs = tuple(
                Job(self._ways, parts, source_path=message_at(number), target_path=item_at(self._around.path, number))
                for number, parts in enumerate(messages)
            )
        elif isinstance(self._around, Fan):
            jobs = split_request(self._around, self._ways, Parts(body))
        else:
            items = items_of(self._around.path, Parts(body), len(calls) or None)
            jobs = tuple(
                Job(
                    self._ways,
                    seen_by(Parts(body, status=200), item),
                    None,
                    item_at(self._around.path, n),
                    message_at(n),
                )
                for n, item in enumerate(items)
            )
        return tuple(
            attrs.evolve(job, asked=calls[number]) if number < len(calls) else job for number, job in enumerate(jobs)
        )


def _items(fan: Fan, rule: RuleRef | None, parts: Parts, tell: Callable[[Where], str]) -> list[Any]:
    if fan.splits is None:
        value = read(parts, fan.path)
    else:
        log = Recorder(fan.splits.rules)
        value = fan.splits.full(parts, {}, None, log).item
        if log.failed:
            raise log.error()
    if not isinstance(value, list) or not value:
        raise TranslationError([Problem(tell(fan.path), "a list of at least one item", found(value), rule)])
    if len(value) > MAX_FAN_OUT:
        raise TranslationError([Problem(tell(fan.path), f"at most {MAX_FAN_OUT} items", found(value), rule)])
    return value


def item_at(path: Where, number: int) -> Any:
    return lambda at: (*path, number, *at[1:]) if at[0] == "item" else at


def message_at(number: int) -> Any:
    return lambda at: (at[0], number, *at[1:])
