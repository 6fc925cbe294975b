"""JSON in and out: numbers keep their digits, text is UTF-8 whatever the locale says."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mapdsl.errors import Problem
    from mapdsl.runtime import Loss

__all__ = ["STDIN", "as_json", "by_kind", "print_json", "read_json"]

STDIN = "-"
_LARGEST = 64 * 1024 * 1024  # bytes of a document; bodies have a lower limit of their own, which the reader knows


def read_json(file: str, what: str, secret: bool = False) -> Any:
    """The document in a file, or on standard input for `-`. `what` names it in messages.

    Of a secret document a message tells the place of a mistake and none of its texts, names included.
    """
    from mapdsl.errors import MapError, TranslationError
    from mapdsl.runtime import json_loads

    name = "standard input" if file == STDIN else file
    data = read_bytes(file, what)
    if not data.strip():
        raise click.UsageError(f"{name} is empty. It should hold {what}.")
    try:
        return json_loads(data)
    except TranslationError as error:
        faults = "; ".join(fault(problem, secret) for problem in error.problems)
        raise MapError(f"{name} does not hold {what}: {faults}") from None


def fault(problem: Problem, secret: bool) -> str:
    """A problem of a JSON text. Its path begins with `body`, which names the document: here the file does."""
    if secret:
        place = re.search(r" \(line \d+, column \d+\)$", problem.found)
        return f"expected {problem.expected}{'' if place is None else place[0]}"
    path = problem.path.removeprefix("body").removeprefix(".")
    return f"{path}{': ' if path else ''}{problem.wanted}, found {problem.found}"


def read_bytes(file: str, what: str) -> bytes:
    if file == STDIN:
        if sys.stdin is None:
            raise click.UsageError(f"Standard input is closed. It should hold {what}.")
        if sys.stdin.isatty():
            click.echo(f"Reading {what} from standard input; end it with Ctrl-D.", err=True)
        data = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        try:
            with open(file, "rb") as stream:
                data = stream.read(_LARGEST + 1)
        except OSError as error:
            raise click.FileError(file, error.strerror or str(error)) from None
    if len(data) > _LARGEST:
        raise click.UsageError(f"{what} is larger than {_LARGEST // 1024 // 1024} MiB.")
    return data


def by_kind(lost: Iterable[Loss]) -> list[Loss]:
    """What did not arrive, then what arrived untranslated, then what is owed; each in the order of the report."""
    from mapdsl.runtime import KINDS

    return sorted(lost, key=lambda loss: KINDS.index(loss.kind))


def as_json(value: Any, indent: str = "") -> str:
    """JSON text with two blanks per level. Numbers keep every digit they came with."""
    inner = indent + "  "
    if isinstance(value, dict) and value:
        members = (f"{inner}{spell(name)}: {as_json(member, inner)}" for name, member in value.items())
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    if isinstance(value, (list, tuple)) and value:
        return "[\n" + ",\n".join(inner + as_json(item, inner) for item in value) + f"\n{indent}]"
    return spell(value)


def spell(value: Any) -> str:
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def print_json(value: Any) -> None:
    """A JSON document on standard output, the same bytes on a terminal and in a pipe."""
    # The one text that UTF-8 cannot hold is a file name of other bytes: its stray bytes are written as JSON escapes.
    click.echo((as_json(value) + "\n").encode("utf-8", "backslashreplace"), nl=False)
