"""What the specs of the guide leave open is exactly what `specs/voiso/holes.json` lists, with the question of each."""

from __future__ import annotations

import json

from click.testing import CliRunner

import mapdsl
from mapdsl.cli import commands

GUIDE = mapdsl.shipped("voiso")
SAID = ("within", "path", "sides", "question", "policy", "cites")


def test_the_holes_are_the_committed_ones():
    ran = CliRunner().invoke(commands, ["check", str(GUIDE), "--holes", "--json"])
    assert ran.exit_code == 0, ran.output
    found = [{name: hole[name] for name in SAID} for hole in json.loads(ran.output)]

    assert found == json.loads((GUIDE / "holes.json").read_text("utf-8"))


def test_a_hole_of_a_row_cites_a_row_that_the_ledger_calls_one():
    """At most ten rows of the guide may be left open. A row with the tag `hole` may well be settled otherwise."""
    ledger = json.loads((GUIDE / "ledger.json").read_text("utf-8"))
    tagged = {f"{row['endpoint']} {row['part']} {row['old']}" for row in ledger if "hole" in row["constructs"]}
    cited = {cite for hole in json.loads((GUIDE / "holes.json").read_text("utf-8")) for cite in hole["cites"]}

    assert cited <= tagged
    assert len(cited) <= 10
