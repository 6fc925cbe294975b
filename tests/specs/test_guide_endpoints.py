"""Method, path, authentication, scope and paging of each endpoint are what the guide's tables say.

`specs/voiso/endpoints.json` has the tables as the guide prints them, without the blanks of its columns in paths.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import mapdsl
from mapdsl.ir import Unit
from mapdsl.runtime import Carrier, PagingSide
from tests.guides import guide, spec_files

GUIDE = mapdsl.shipped("voiso")
ROWS = json.loads((GUIDE / "endpoints.json").read_text("utf-8"))
COMPILED = guide("voiso")

# What the specs have beside the tables, each from the prose of its section.
ALSO = {
    "list_users": ["GET /api/v4/users/{user_id}"],  # "Removed; use single user_id path param"
    "list_cdrs": ["GET /api/v4/reporting/cdrs/{cdr_id}"],  # "Use GET /api/v4/reporting/cdrs/{cdr_id}"
}
WITHOUT = {"agent_status": ["GET /api/v4/users/{user_id}"]}  # an old request asks for no user, its reply lists all

KEYS = {
    "Contact center API key in path": ("contact_center_key", Carrier("path", "api_key")),
    "Contact center API key as query param key": ("contact_center_key", Carrier("query", "key")),
    "Contact center Bearer token": ("contact_center_key", Carrier("bearer")),
    "User API key as query param key": ("user_key", Carrier("query", "key")),
    "User Bearer token": ("user_key", Carrier("bearer")),
    "Static API key as Bearer token": (None, Carrier("bearer")),
}

every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["endpoint"])
sides = pytest.mark.parametrize("side", ["old", "new"])


def units(row: Any) -> list[Unit]:
    return [unit for unit in COMPILED.program.units if unit.endpoint == row["endpoint"]]


def test_the_tables_are_those_of_all_29_sections():
    assert [row["number"] for row in ROWS] == list(range(1, 30))
    assert {row["endpoint"] for row in ROWS} == set(COMPILED.api)
    files = {path.name for path in spec_files("voiso")}
    assert files == {f"{row['number']:02}_{row['endpoint']}.map" for row in ROWS}


@every_row
@sides
def test_methods_and_paths(row: Any, side: str):
    found = {f"{route.method} {route.path}" for unit in units(row) for route in getattr(unit, side)}
    also, without = (set(more.get(row["endpoint"], ())) if side == "new" else set() for more in (ALSO, WITHOUT))

    assert without <= set(row[side]["routes"])
    assert found == set(row[side]["routes"]) - without | also


@every_row
@sides
def test_authentication(row: Any, side: str):
    credential, carrier = KEYS[row[side]["auth"]]
    for unit in units(row):
        assert unit.auth is not None
        assert unit.auth.side(side) == carrier
        assert credential in (unit.auth.credential, None)


@every_row
def test_scopes(row: Any):
    assert COMPILED.api[row["endpoint"]].scopes == {"new": (row["new"]["scope"],)}
    assert row["old"]["scope"] is None


def as_said(words: str) -> dict[str, Any]:
    """The words of a table: `page / per_page (default 1000)`, `None (returns all)`."""
    names, _, more = words.partition(" (")
    if names == "None":
        return {"scheme": "none"}
    said: dict[str, Any] = {"scheme": names.split(" / ")[0], "fields": names.split(" / ")}
    if said["scheme"] == "page" and more == "default 1)":
        return {**said, "first": 1}
    return {**said, **{name: int(number) for name, number in re.findall(r"(default|max) (\d+)", more)}}


def as_written(side: PagingSide) -> dict[str, Any]:
    places = [side.page, side.offset, side.size, side.limit]
    fields = [place[-1] for place in places if place is not None]
    return {"scheme": side.scheme, "fields": fields, "default": side.default, "max": side.max, "first": side.first}


@every_row
@sides
def test_paging(row: Any, side: str):
    paged = [unit.paging[side == "new"] for unit in units(row) if unit.paging is not None]
    if row[side]["paging"] is None:  # then the table of global changes holds, for lists: "offset / limit"
        assert all((each.scheme == "offset") if side == "new" else (each.scheme == "none") for each in paged)
        return
    (written,) = paged
    assert as_written(written).items() >= as_said(row[side]["paging"]).items()


def test_lists_that_return_all_are_paged_in_v4():
    whole = {row["endpoint"] for row in ROWS for unit in units(row) if unit.paging and unit.paging[0].scheme == "none"}

    assert {row["number"] for row in ROWS if row["endpoint"] in whole} == {2, 7, 8, 9, 10, 11, 20, 21, 22}
