"""Conformance cases as data: `cases/<construct>.md`, see README.md for the form."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import attrs

__all__ = ["KINDS", "TRANSLATIONS", "Case", "Cell", "Construct", "Reason", "constructs", "hardest"]

CASES = Path(__file__).parent / "cases"
HARDEST = Path(__file__).parent / "hardest"
PARTS = ("request", "response")
SIDES = ("new", "old")
TRANSLATIONS = tuple(f"{part} to {side}" for part in PARTS for side in SIDES)
KINDS = ("plain", "absent", "null", "empty", "type", "domain", "nested", "clash")
ARMS = (
    *("body", "message", "messages", "gives", "gives-message", "gives-messages", "lost"),
    *("home", "home-message", "home-messages", "home-refused", "not-home", "refused"),
    *("lookups", "request", "endpoint", "variant", "enums", "unfilled"),
)
ERROR = re.compile(r'(error|warning): \[(MAP\d+)\] "([^"]*)"')
ALSO = re.compile(r'also: "([^"]*)"')

Cell = tuple[str, str]  # translation, kind


@attrs.frozen
class Spec:
    """A text, and the texts beside it that it uses; `first` is the line of the file at which it begins."""

    text: str
    beside: tuple[tuple[str, str], ...] = ()

    @property
    def is_wrong(self) -> bool:
        return any(ERROR.search(text) for _, text in self.texts)

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        return (("spec.map", self.text), *self.beside)

    def findings(self) -> list[tuple[str, int, str, str, str]]:
        """What the comments of the texts expect: file, line, severity, code, a part of the headline."""
        return [
            (name, number, *match.groups())
            for name, text in sorted(self.texts)
            for number, line in enumerate(text.splitlines(), start=1)
            for match in ERROR.finditer(line)
        ]

    def seconds(self) -> list[tuple[str, int, str]]:
        """The other places that findings must show: file, line, a part of the label."""
        return [
            (name, number, match[1])
            for name, text in sorted(self.texts)
            for number, line in enumerate(text.splitlines(), start=1)
            for match in ALSO.finditer(line)
        ]


@attrs.frozen
class Case:
    """One case: in each of its translations the same input has the same result."""

    construct: str
    translations: tuple[str, ...]
    kind: str
    title: str
    line: int
    spec: Spec
    arms: dict[str, Any] = attrs.field(factory=dict)

    def name(self, translation: str) -> str:
        return f"{self.construct}/{translation.replace(' ', '-')}/{self.kind}: {self.title}"


@attrs.frozen
class Reason:
    """Why cells are empty, or why a law does not speak of a document."""

    cells: frozenset[Cell]
    text: str


@attrs.frozen
class Construct:
    """One file: its cases, the specs they run on, and the cells for which there can be none."""

    name: str
    cases: tuple[Case, ...]
    empty: tuple[Reason, ...]
    exempt: tuple[Reason, ...]  # cells (translation, law): the laws that do not hold there

    def specs(self) -> list[Spec]:
        """The specs that compile, once each."""
        return list(dict.fromkeys(case.spec for case in self.cases if case.arms and not case.spec.is_wrong))


@cache
def constructs() -> tuple[Construct, ...]:
    """The constructs of the language, each with a row in the table."""
    return tuple(_Reader(path).construct() for path in sorted(CASES.glob("*.md")))


@cache
def hardest() -> tuple[Construct, ...]:
    """The hardest rows of the guides, where several constructs meet."""
    return tuple(_Reader(path).construct() for path in sorted(HARDEST.glob("*.md")))


def _read_bytes(members: dict[str, Any]) -> Any:
    """`{"$bytes": "..."}` stands for a body that is no JSON, in base64."""
    return b64decode(members["$bytes"], validate=True) if members.keys() == {"$bytes"} else members


FENCE = re.compile(r"^```(\w*) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#{1,3}) (.*)$", re.MULTILINE)
ROW = re.compile(r"^- (.+?) / (.+?): (.+)$", re.MULTILINE)
ARM = re.compile(r"^([a-z-]+)(?: |$)", re.MULTILINE)


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text("utf-8")

    def construct(self) -> Construct:
        cases: list[Case] = []
        empty: tuple[Reason, ...] = ()
        exempt: tuple[Reason, ...] = ()
        specs: dict[int, Spec] = {}  # by depth: the spec of the file, of the section, of the case
        translations: tuple[str, ...] = ()
        for depth, title, line, body in self._sections():
            found = list(self._specs(body))
            specs = {level: spec for level, spec in specs.items() if level < depth}
            if found:
                specs[depth] = Spec(found[0][1], tuple(found[1:]))
            if depth == 2 and title == "Empty cells":
                empty = tuple(self._reasons(body, KINDS))
            elif depth == 2 and title == "Laws":
                exempt = tuple(self._reasons(body, ("1", "2", "3")))
            elif depth == 2:
                translations = self._translations(title)
            elif depth == 3:
                kind, _, words = title.partition(": ")
                arms = self._arms(body, line)
                spec = specs[max(specs)] if specs else self._fail(line, "a ```map block before the first case")
                if kind not in KINDS or not words:
                    self._fail(line, f"`### KIND: title` with a kind of {', '.join(KINDS)}")
                if not arms and not spec.is_wrong:
                    self._fail(line, "a ```case block, or a text with an `error:` comment")
                cases.append(Case(self.path.stem, translations, kind, words, line, spec, arms))
        return Construct(self.path.stem, tuple(cases), empty, exempt)

    def _sections(self) -> Iterator[tuple[int, str, int, str]]:
        fences = [match.span() for match in FENCE.finditer(self.text)]
        heads = [h for h in HEADING.finditer(self.text) if not any(a <= h.start() < b for a, b in fences)]
        for number, head in enumerate(heads):
            end = heads[number + 1].start() if number + 1 < len(heads) else len(self.text)
            yield len(head[1]), head[2], self.text.count("\n", 0, head.start()) + 1, self.text[head.end() : end]

    def _specs(self, body: str) -> Iterator[tuple[str, str]]:
        for match in FENCE.finditer(body):
            if match[1] == "map":
                yield match[2], match[3]

    def _translations(self, title: str) -> tuple[str, ...]:
        parts, _, sides = title.partition(" to ")
        found = tuple(f"{part} to {side}" for part in parts.split(", ") for side in sides.split(", "))
        return found if set(found) <= set(TRANSLATIONS) else self._fail(0, f"`request, response to new`, not {title}")

    def _reasons(self, body: str, kinds: tuple[str, ...]) -> Iterator[Reason]:
        for match in ROW.finditer(body):
            where = TRANSLATIONS if match[1] == "all" else self._translations(match[1])
            which = kinds if match[2] == "all" else tuple(match[2].split(", "))
            if not set(which) <= set(kinds):
                self._fail(0, f"kinds among {', '.join(kinds)}, not {match[2]}")
            yield Reason(frozenset((translation, kind) for translation in where for kind in which), match[3])

    def _arms(self, body: str, line: int) -> dict[str, Any]:
        block = next((match[3] for match in FENCE.finditer(body) if match[1] == "case"), "")
        arms: dict[str, Any] = {}
        starts = [*ARM.finditer(block)]
        for number, start in enumerate(starts):
            end = starts[number + 1].start() if number + 1 < len(starts) else len(block)
            if start[1] not in ARMS or start[1] in arms:
                self._fail(line, f"arms among {', '.join(ARMS)}, once each, not {start[1]}")
            try:
                arms[start[1]] = json.loads(block[start.end() : end], parse_float=Decimal, object_hook=_read_bytes)
            except ValueError as error:
                self._fail(line, f"JSON behind `{start[1]}`: {error}")
        return arms

    def _fail(self, line: int, expected: str) -> Any:
        raise ValueError(f"{self.path.name}:{line}: expected {expected}")
