"""What a guide says of its fields, beside its specs, and which of it the rules of a spec still do.

`ledger.json` lies in the folder of the specs: one reading of the guide that no spec had a part in. It is a list of rows
`{endpoint, part, old, new}`, whose endpoint is the number that file names begin with, or a name; or an object with
`rows` (`{row, method, routes}`) and `facts` (`{row, old, new}`), for calls of RPC.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from mapdsl import ir

__all__ = ["kept", "read_ledger"]

Fact = tuple[str, ...]
_PARAM = re.compile(r"^params\[(\d+)\]")


def read_ledger(folder: Path) -> Any:
    """The ledger of a folder; None where it has none."""
    file = folder / "ledger.json" if folder.is_dir() else folder.parent / "ledger.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else None


def kept(ledger: Any, units: tuple[ir.Unit, ...]) -> frozenset[Fact]:
    """What of the ledger these units do, word for word."""
    return frozenset(fact for unit in units for fact in _kept(ledger, unit))


def _kept(ledger: Any, unit: ir.Unit) -> Iterator[Fact]:
    ends = set(_ends(unit))
    if isinstance(ledger, list):
        number = re.match(r"\d+", PurePath(unit.file).name)
        names = {unit.endpoint, *((str(int(number[0])),) if number else ())}
        for row in ledger:
            if str(row["endpoint"]) in names and (_bare(row["old"]), _bare(row["new"])) in ends:
                yield unit.endpoint, row["part"], row["old"], row["new"]
        return
    methods = {row["row"]: row for row in ledger["rows"]}
    own = [row for row in ledger["rows"] if any(route.path == row["method"] for route in unit.old)]
    for row in own:
        yield from (("route", each) for each in row["routes"] if each in _routes(unit))
    params = unit.old[0].params or ()
    for fact in ledger["facts"]:
        if methods[fact["row"]] in own and (_named(fact["old"], params), _bare(fact["new"])) in ends:
            yield unit.endpoint, str(fact["old"]), str(fact["new"])


def _routes(unit: ir.Unit) -> set[str]:
    return {f"{route.method} {route.path}" for route in unit.new}


def _named(path: str | None, params: tuple[tuple[str, bool], ...]) -> str | None:
    found = _PARAM.match(path or "")
    if found is None or int(found[1]) >= len(params):
        return _bare(path)
    return _bare(params[int(found[1])][0] + (path or "")[found.end() :])


def _ends(unit: ir.Unit) -> Iterator[tuple[str | None, str | None]]:
    for mapping in (*unit.request, *unit.response):
        yield from ((_bare(row.old), _bare(row.new)) for info in mapping.rules for row in info.rows())


def _bare(path: str | None) -> str | None:
    """A path without what says only in which part or list it stands."""
    if path is None or path == "\u2014":
        return None
    path = re.sub(r"^(body|query|path|@path|@query|response)\.", "", path)
    return re.sub(r"(\[\]|\.\*)+$", "", path.replace(".<disposition>", ".*"))
