"""A file of lookups: by name an object (old to new), or pairs where keys are not text."""

from __future__ import annotations

from typing import Any

from .documents import read_json
from .terminal import warn

__all__ = ["read_lookups"]


def read_lookups(file: str | None, known: list[str]) -> dict[str, dict[Any, Any]]:
    """The answers in the file, by lookup; none without a file. A name that is not known is remarked upon."""
    from mapdsl.errors import MapError

    if file is None:
        return {}
    content = read_json(file, "lookups", secret=True)  # credentials are answered here
    if not isinstance(content, dict):
        raise MapError(f'{file}: lookups are an object such as {{"NAME": {{"old": "new"}}}}')
    for name in content:
        if name not in known:
            warn(f"remark: {file} answers {name}, which these specs do not ask for{guess(name, known)}")
    return {name: table(answers, f"{file}: {name}") for name, answers in content.items()}


def guess(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    return f". Did you mean {near[0]}?" if near else ""


def table(answers: Any, where: str) -> dict[Any, Any]:
    from mapdsl.errors import MapError

    if isinstance(answers, dict):
        return answers
    if not isinstance(answers, list):
        raise MapError(f"{where}: expected an object, old to new, or a list of [old, new] pairs")
    found: dict[Any, Any] = {}
    for number, pair in enumerate(answers):
        if not isinstance(pair, list) or len(pair) != 2 or isinstance(pair[0], (dict, list)):
            raise MapError(f"{where}[{number}]: expected a pair [old, new], old being a text or a number")
        # True would be 1 as a key of a dict, and 1.0 is 1 in JSON as well: the lookup's domain tells them apart.
        if pair[0] in found:
            raise MapError(f"{where}[{number}]: this key stands in the list a second time")
        found[pair[0]] = pair[1]
    return found
