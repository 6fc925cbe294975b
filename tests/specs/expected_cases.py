"""Reads `tests/specs/expected/*.json`: what becomes of messages, written from the guide by hand.

A file is `{routes, keys, lookups, asked, cases}`. A case is a pair of messages that are each other's translation, one
message and its translation, or one exchange:

| member | what it says |
| --- | --- |
| `name`, `kind` | `docs`, `full` (every field row), `least`, `nulls` or `other` |
| `payload` | `old request 0`: that example of tests/payloads, put together; or `given`: the message itself |
| `part`, `to` | the translation |
| `asked` | for a reply: the request of the client who gets it, or several |
| `gives`, `lost` | the message with the file's `lookups` (and the case's), and the input paths that are lost |
| `refused` | in their place: a part of the refusal's text |
| `alone` | the same without any lookup: `{gives, lost}`, `{refused}`, or `"same"` |
| `home` | what comes back with lookups and residue, where it is not the message itself |
| `part`, `old`, `new`, `lost`, `alone` | a pair, which is two cases; `lost` and `alone` by the side that it goes to |
| `client`, `calls`, `gives`, `lost` | an exchange: waves of `{request, reply}`, then the client's reply |

Lookups are `{name: {old: new}}`, or `{name: [[old, new], ...]}` for keys that are no text. A request that says no
method or path is of its side's `routes`; one that says no query, headers or body has none. A reply is of status 200.

`{"numbers": [0, 100], "item": {"id": "#"}}` in a list is a hundred items.

A window of several calls, and an update that is read first, come home by an exchange alone: `"home": "exchange"`.

`keys` says where each side carries its credential (`path.api_key`, which is KEY; `query.key`; `headers.Authorization`):
a pair of requests that says no `alone` loses it without lookups, and nothing else. `asked` has the requests of a pair
of replies, by side.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs

HERE = Path(__file__).parent
FOLDER = HERE / "expected"
PAYLOADS = HERE.parent / "payloads/voiso"
KINDS = ("docs", "full", "least", "nulls", "other")
MEMBERS = {
    *("name", "kind", "payload", "given", "part", "to", "asked", "gives", "lost", "refused", "alone", "home"),
    *("client", "calls", "lookups"),
}
OTHER = {"new": "old", "old": "new"}

Message = dict[str, Any]


@attrs.frozen
class Case:
    """One case: its text, the lookups that hold for it, and method and path of each side."""

    stem: str
    says: Message
    lookups: Message
    routes: Message

    def __str__(self) -> str:
        way = self.says["client"] if "client" in self.says else f"{self.says['part']} to {self.says['to']}"
        return f"{self.stem}, {way}: {self.says['name']}"

    @property
    def endpoint(self) -> str:
        return self.stem[3:]

    @property
    def source(self) -> str:
        """The side that the given message is of."""
        return str(self.says["client"] if "client" in self.says else OTHER[self.says["to"]])

    def given(self) -> Any:
        if "payload" in self.says:
            return payload(self.stem, self.says["payload"])
        return self.message(self.says["given"], self.says.get("part", "request"), self.source)

    def message(self, value: Any, part: str, side: str) -> Any:
        """A message or a list of them, with what the text leaves out."""
        if isinstance(value, list):
            return [self.message(each, part, side) for each in value]
        if part == "response":
            return {"status": 200, "headers": {}, "body": None, **value}
        return {**self.routes[side], "query": {}, "headers": {}, "body": None, **value}


def payload(stem: str, which: str) -> Message:
    """An example of the documentation, as a message. Values of a query are text, as on the wire."""
    side, part, number = which.split()
    held = json.loads((PAYLOADS / f"{stem}.json").read_text("utf-8"))[side]
    example = held[f"{part}_examples"][int(number)]
    if part == "response":
        return {"status": example["status"], "headers": {}, "body": example["body"]}
    http = example["http"]
    path = http.get("path", held["path"])  # an example of a sibling page has a path of its own
    for name, value in http["path_params"].items():
        path = path.replace("{" + name + "}", str(value))
    query = {
        name: list(map(_text, value)) if isinstance(value, list) else _text(value)
        for name, value in http["query"].items()
    }
    return {"method": held["method"], "path": path, "query": query, "headers": http["headers"], "body": http["body"]}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def documented(stem: str) -> set[str]:
    """The payloads of the file that documentation prints."""
    path = PAYLOADS / f"{stem}.json"
    if not path.exists():
        return set()
    held = json.loads(path.read_text("utf-8"))
    return {
        f"{side} {part} {number}"
        for side in ("old", "new")
        for part in ("request", "response")
        for number, example in enumerate(held[side][f"{part}_examples"])
        if example["origin"] == "docs"
    }


def cases() -> list[Case]:
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        held = unrolled(json.loads(path.read_text("utf-8")))
        for says in (each for case in held["cases"] for each in expanded(case, held)):
            lookups = {name: _rows(rows) for name, rows in {**held["lookups"], **says.get("lookups", {})}.items()}
            found.append(Case(path.stem, says, lookups, held["routes"]))
    return found


def unrolled(value: Any, number: int | None = None) -> Any:
    """`{"numbers": [0, 100], "item": ...}` in a list is the item a hundred times, its number in the place of `#`."""
    if isinstance(value, list):
        items: list[Any] = []
        for each in value:
            many = isinstance(each, dict) and each.keys() == {"numbers", "item"}
            items += [unrolled(each["item"], n) for n in range(*each["numbers"])] if many else [unrolled(each, number)]
        return items
    if isinstance(value, dict):
        return {name: unrolled(member, number) for name, member in value.items()}
    if isinstance(value, str) and number is not None:
        return number if value == "#" else value.replace("#", str(number))
    return value


def expanded(says: Message, held: Message) -> list[Message]:
    """A pair as its two cases; another case as it is."""
    if "old" not in says:
        return [says]
    made = []
    for to, source in OTHER.items():
        lost = says.get("lost", {}).get(to, [])
        case = {**{name: says[name] for name in ("kind", "part", "lookups") if name in says}, "to": to, "lost": lost}
        case |= {"name": says["name"], "given": says[source], "gives": says[to]}
        asked = says.get("asked", held.get("asked"))
        if says["part"] == "response" and asked is not None:
            case["asked"] = asked[to]
        keys = held.get("keys")
        if "alone" in says:
            case["alone"] = says["alone"][to]
        elif says["part"] == "request" and keys is not None:
            case["alone"] = {"gives": without(keys[to], says[to], held["routes"][to]), "lost": [*lost, keys[source]]}
        made.append(case)
    return made


def without(carrier: str, message: Message, route: Message) -> Message:
    """A request without its credential."""
    part, name = carrier.split(".")
    if part == "path":
        path = message.get("path", route["path"])
        return {**message, "path": path.replace("/KEY/", "/{" + name + "}/")}
    return {**message, part: {key: value for key, value in message.get(part, {}).items() if key != name}}


def _rows(rows: Any) -> dict[Any, Any]:
    return dict(map(tuple, rows)) if isinstance(rows, list) else rows
