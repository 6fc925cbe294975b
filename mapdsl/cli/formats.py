"""Findings for other programs: JSON, annotations of GitHub Actions, SARIF 2.1.0."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mapdsl.version import __version__

if TYPE_CHECKING:
    from mapdsl.diagnostics import Diagnostic, Label

__all__ = ["as_data", "as_github", "as_sarif"]


def as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """One finding for programs. Lines and columns count from 1, ends lie behind the last character."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "headline": diagnostic.headline,
        **_place(diagnostic, diagnostic.primary),
        "help": diagnostic.help,
        "secondary": [_place(diagnostic, label) for label in diagnostic.secondary],
    }


def _place(diagnostic: Diagnostic, label: Label) -> dict[str, Any]:
    source = diagnostic.sources.get(label.span.source)
    if source is None:
        return {"file": label.span.source, "line": 1, "column": 1, "end_line": 1, "end_column": 1, "text": label.text}
    (line, column), (end_line, end_column) = source.position(label.span.start), source.position(label.span.end)
    return {
        "file": source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "text": label.text,
    }


def as_github(diagnostic: Diagnostic) -> str:
    """The workflow command that shows a finding at its line in a pull request."""
    found = as_data(diagnostic)
    facts = {
        "file": found["file"],
        "line": found["line"],
        "endLine": found["end_line"],
        "col": found["column"],
        "endColumn": found["end_column"],
        "title": found["code"],
    }
    shown = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in facts.items())
    help_ = f"\nhelp: {found['help']}" if found["help"] else ""
    return f"::{found['severity']} {shown}::{_escaped(found['headline'] + help_)}"


def _escaped(text: str, more: str = "") -> str:
    return "".join(f"%{ord(sign):02X}" if sign in f"%\r\n{more}" else sign for sign in text)


def as_sarif(found: Iterable[Diagnostic], more: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    """A log in the Static Analysis Results Interchange Format, with one rule per code.

    `more` are remarks without a place.
    """
    from mapdsl.diagnostics import CODES

    listed = [as_data(diagnostic) for diagnostic in found]
    rules = [
        {
            "id": code,
            "shortDescription": {"text": CODES[code].title},
            "fullDescription": {"text": CODES[code].meaning},
            "help": {"text": CODES[code].repair},
        }
        for code in dict.fromkeys(each["code"] for each in listed)
    ]
    remarks = [{"level": each["severity"], "message": {"text": each["headline"]}} for each in more]
    driver = {"name": "mapdsl", "semanticVersion": __version__, "rules": rules}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [*map(_result, listed), *remarks],
            }
        ],
    }


def _result(found: dict[str, Any]) -> dict[str, Any]:
    help_ = f" {found['help']}" if found["help"] else ""
    related = [{"id": number, **_location(place)} for number, place in enumerate(found["secondary"], start=1)]
    return {
        "ruleId": found["code"],
        "level": found["severity"] if found["severity"] in ("error", "warning") else "note",
        "message": {"text": f"{found['headline']}.{help_}"},
        "locations": [_location(found)],
        **({"relatedLocations": related} if related else {}),
    }


def _location(place: dict[str, Any]) -> dict[str, Any]:
    region = {
        "startLine": place["line"],
        "startColumn": place["column"],
        "endLine": place["end_line"],
        "endColumn": place["end_column"],
    }
    physical = {"artifactLocation": {"uri": place["file"]}, "region": region}
    return {"physicalLocation": physical, **({"message": {"text": place["text"]}} if place["text"] else {})}
