"""The loss matrix of a guide, made from its specs. `python -m tests.repo.losses` writes it anew; read what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import mapdsl
from mapdsl.cli.show import rules_of
from mapdsl.ir import RuleInfo, Unit
from mapdsl.pipeline import compile_program
from tests.repo.markdown import ROOT

PAGE = ROOT / "docs/guides/voiso.md"
PARTS = {"request": ("req", "query"), "response": ("resp",)}
TRANSLATIONS = [(part, to) for part in PARTS for to in ("new", "old")]
INTRODUCTION = """\
# The Voiso guide: what is lost where

The guide from v1, v2 and v3 to v4 of a contact center API, as the shipped specs have it: 29 endpoints, 277 rows.
This page is made from the specs. Each rule either brings every value back (*lossless*), brings it back in another
spelling (*form*), *needs* something that no message holds, or loses something: on the way to the new or the old side.
What a message really lost stands in `lost` of its translation, and its residue restores it.

## The matrix

Of the rules of each translation, how many are lossless or differ in form only; then those that need something, and
those that lose something.

| endpoint | request to new | request to old | response to new | response to old |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    units = compile_program(mapdsl.shipped("voiso")).program.units
    names = list(dict.fromkeys(unit.endpoint for unit in units))
    lines = [INTRODUCTION.rstrip("\n")]
    for name in names:
        rules = list(rules_by_text(unit for unit in units if unit.endpoint == name))
        cells = [counted(rules, part, to) for part, to in TRANSLATIONS]
        lines.append(f"| [{name}](#{name}) | {' | '.join(cells)} |")
    lines += [
        "",
        "## Endpoint by endpoint",
        "",
        "What is listed is not lossless. An end without a name has no counterpart.",
    ]
    for name in names:
        rules = list(rules_by_text(unit for unit in units if unit.endpoint == name))
        lines += ["", f"### {name}", "", *listed(rules)]
    return "\n".join(lines).rstrip() + "\n"


def rules_by_text(units: Iterable[Unit]) -> Iterator[RuleInfo]:
    """The rules of all variants; one that variants share counts once."""
    seen = set()
    for unit in units:
        for rule in rules_of(unit):
            key = (rule.part, rule.old, rule.new, rule.lossless_to_new, rule.lossless_to_old)
            if key not in seen:
                seen.add(key)
                yield rule


def says(rule: RuleInfo, to: str) -> str:
    return rule.lossless_to_new if to == "new" else rule.lossless_to_old


def counted(rules: list[RuleInfo], part: str, to: str) -> str:
    kinds = [says(rule, to).partition(":")[0] for rule in rules if rule.part.split()[0] in PARTS[part]]
    good = sum(kind in ("lossless", "form") for kind in kinds)
    more = [f"{kinds.count(kind)} {kind}" for kind in ("needs", "lossy") if kind in kinds]
    return "-" if not kinds else ", ".join([f"{good} of {len(kinds)}", *more])


def listed(rules: list[RuleInfo]) -> Iterator[str]:
    rows = [rule for rule in rules if {rule.lossless_to_new, rule.lossless_to_old} != {"lossless"}]
    if not rows:
        yield "Nothing is lost, either way."
        return
    yield from ("| part | old | new | to new | to old |", "| --- | --- | --- | --- | --- |")
    for rule in rows:
        cells = [code(rule.old), code(rule.new), rule.lossless_to_new, rule.lossless_to_old]
        yield f"| {rule.part} | {' | '.join(cells)} |"


def code(end: str | None) -> str:
    return "" if end is None else f"`{end}`"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf-8")
