"""Choice problems as data: `problems/NN_name.md`, see README.md for the form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import attrs

__all__ = ["FOLDER", "GROUPS", "TRANSLATIONS", "FormError", "Message", "Problem", "disagreements", "problems", "read"]

FOLDER = Path(__file__).parent / "problems"
GROUPS = {"tag": 12, "presence": 10, "type": 9, "nested": 8, "one-way": 7, "list": 8, "route": 6}
TRANSLATIONS = ("request to new", "request to old", "response to new", "response to old")
ARMS = ("translate", "asked", "given", "expected", "lost", "refused")
REQUEST, RESPONSE = {"method", "path", "query", "headers", "body"}, {"status", "headers", "body"}
PLACE = re.compile(r"(body|query|headers|path)\b")
ENDPOINT = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) /[^` ]*`")


class FormError(Exception):
    """A problem that is not written in the form: file, line, and what is wrong."""


@attrs.frozen
class Message:
    """One message and its right translation: `expected` with `lost`, or `refused`.

    `asked` is the request that a response answers, or None; `line` is where the block starts.
    """

    line: int
    translate: str
    given: Any
    expected: Any = None
    lost: tuple[str, ...] = ()
    refused: bool = False
    asked: Any = None

    @property
    def whole(self) -> bool:
        """Is it method and path, or status, and body; not a body alone?"""
        return _whole(self.given, self.translate)


@attrs.frozen
class Problem:
    """One problem: what a migration guide tells, and messages with their right translations."""

    number: int
    name: str
    title: str
    group: str
    story: str
    messages: tuple[Message, ...]


@cache
def problems() -> tuple[Problem, ...]:
    """All problems, by number."""
    return tuple(read(file.read_text(encoding="utf-8"), file.name) for file in sorted(FOLDER.glob("*.md")))


def read(text: str, file: str) -> Problem:
    """A problem of its text; FormError, with the file's name and a line, where it does not keep the form."""
    named = re.fullmatch(r"(\d\d)_([a-z0-9_]+)\.md", file)
    if not named:
        raise FormError(f"{file}:1: a problem's file is called NN_name.md")
    lines = text.splitlines()
    if not lines or not lines[0].startswith("# "):
        raise FormError(f"{file}:1: the first line is `# Title`")
    at = next((n for n, line in enumerate(lines[1:], 1) if line.strip()), 0)
    group = lines[at].removeprefix("group: ")
    if group not in GROUPS or not lines[at].startswith("group: "):
        raise FormError(
            f"{file}:{at + 1}: the first line behind the title is `group: ` with one of {', '.join(GROUPS)}"
        )
    story, messages = [], []
    rows = iter(enumerate(lines[at + 1 :], at + 2))
    for number, line in rows:
        if line == "```message":
            messages.append(_message(rows, file, number))
        elif line.startswith("```"):
            raise FormError(f"{file}:{number}: a fenced block is a ```message")
        elif line.strip() and messages:
            raise FormError(f"{file}:{number}: the story stands before the messages")
        else:
            story.append(line.strip())
    told = " ".join(filter(None, story))
    if len(ENDPOINT.findall(told)) < 2:
        raise FormError(f"{file}:{at + 1}: the story is missing, or does not name both endpoints as `METHOD /path`")
    return Problem(int(named[1]), named[2], lines[0][2:], group, told, tuple(messages))


def _message(rows: Iterator[tuple[int, str]], file: str, start: int) -> Message:
    arms: dict[str, tuple[int, str]] = {}
    last = ""
    for number, line in rows:
        if line == "```":
            break
        if line.startswith(" ") and last:
            arms[last] = (arms[last][0], arms[last][1] + "\n" + line)
            continue
        last, _, value = line.partition(" ")
        if last not in ARMS:
            raise FormError(f"{file}:{number}: unknown arm {last!r}, known are {', '.join(ARMS)}")
        if last in arms:
            raise FormError(f"{file}:{number}: a second {last!r}")
        arms[last] = (number, value)
    else:
        raise FormError(f"{file}:{start}: the block has no end")
    values = {arm: _json(value, arm, file, number) for arm, (number, value) in arms.items()}
    if values.get("translate") not in TRANSLATIONS:
        raise FormError(f"{file}:{start}: `translate` is one of {', '.join(TRANSLATIONS)}")
    translate = values["translate"]
    if "given" not in values:
        raise FormError(f"{file}:{start}: `given` is missing")
    if set(values) & {"expected", "lost", "refused"} not in ({"expected", "lost"}, {"refused"}):
        raise FormError(f"{file}:{start}: a message has `expected` and `lost`, or `refused`")
    if "refused" in values and values["refused"] is not True:
        raise FormError(f"{file}:{arms['refused'][0]}: `refused` is true")
    lost = values.get("lost", [])
    if type(lost) is not list or not all(isinstance(path, str) and PLACE.match(path) for path in lost):
        raise FormError(f"{file}:{arms['lost'][0]}: `lost` is a list of paths such as body.a")
    if "expected" in values and _whole(values["given"], translate) != _whole(values["expected"], translate):
        raise FormError(f"{file}:{start}: `given` and `expected` are both bodies, or both whole")
    if "asked" in values and not (translate.startswith("response") and _whole(values["asked"], "request")):
        raise FormError(f"{file}:{arms['asked'][0]}: `asked` is the whole request that a response answers")
    return Message(start, **{**values, "lost": tuple(lost)})


def _json(text: str, arm: str, file: str, line: int) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) < len(pairs):
            raise ValueError("a name stands twice in an object")
        return dict(pairs)

    def no_number(text: str) -> Any:
        raise ValueError(f"{text} is no JSON")

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=no_number)
    except ValueError as problem:
        raise FormError(f"{file}:{line}: {arm!r} is bad JSON: {problem}") from None


def _whole(value: Any, translate: str) -> bool:
    if not isinstance(value, dict):
        return False
    if translate.startswith("request"):
        return {"method", "path"} <= set(value) <= REQUEST
    return {"status", "body"} <= set(value) <= RESPONSE and type(value["status"]) is int


def disagreements(problem: Problem) -> list[tuple[Message, Message]]:
    """Pairs A to B without a loss, and B on its way back, where what is expected of B is not A; or B is refused."""
    return [
        (there, back)
        for there in problem.messages
        for back in problem.messages
        if not there.refused
        and not there.lost
        and back.translate == _reverse(there.translate)
        and _same(there.expected, back.given)
        and _asked_alike(problem, there, back)
        and (back.refused or back.lost or not _same(back.expected, there.given))
    ]


def _reverse(translate: str) -> str:
    what, _, side = translate.partition(" to ")
    return f"{what} to {'old' if side == 'new' else 'new'}"


def _asked_alike(problem: Problem, there: Message, back: Message) -> bool:
    """Do both responses answer what is the same request in the spelling of each side?"""
    if there.asked is None or back.asked is None:
        return there.asked is back.asked
    return any(
        not m.refused
        and m.translate.startswith("request")
        and {_text(m.given), _text(m.expected)} == {_text(there.asked), _text(back.asked)}
        for m in problem.messages
    )


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: `1` is not `true`, nor `1.0`."""
    return _text(one) == _text(other)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
