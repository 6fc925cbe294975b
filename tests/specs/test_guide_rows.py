"""Each row of the contact-center guide is implemented by rules that cite it, between the row's own ends.

`specs/voiso/ledger.json` has the rows as the guide prints them, one reading that no spec had a part in. Where a row's
words are no path, `WORDS` says which paths they mean. Rows of sections without a spec yet are counted in known-gaps.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict

import attrs
import pytest
from click.testing import CliRunner

import mapdsl
from mapdsl.cli import commands
from mapdsl.syntax import Cites, Paging, Route
from tests.guides import guide, spec_files

GUIDE = mapdsl.shipped("voiso")
ROWS = json.loads((GUIDE / "ledger.json").read_text("utf-8"))
NAMES = {int(path.stem[:2]): path.stem[3:] for path in spec_files("voiso")}

RANGE = [("duration_from", "duration_overall.gte"), ("duration_to", "duration_overall.lte")]
OPERATIONS = ("start", "pause", "stop")

WORDS = {
    "12 query strategy (single value)": [("strategy", "strategy")],
    "12 query status (single value)": [("status", "status")],
    "12 query method (single value)": [("method", "method")],
    "12 resp campaigns[].live": [("campaigns[].live + campaigns[].dialing_order", "campaigns[].live")],
    "16 req contacts[]": [("contacts", "$")],
    "1 req recipients[].template_data.body[].placeholders": [
        ("recipients[].template_data.body", "message.content_data.placeholders")
    ],
    "1 resp status[].errors": [("status[].errors", None), ("status[].errors", "errors")],
    "2 resp templates[].number": [  # a hole: neither end can be made of the other, each passes under its own name
        ("templates[].number", "whatsapp_templates[].number"),
        ("templates[].channel_profiles", "whatsapp_templates[].channel_profiles"),
    ],
    "5 resp messages[].conversation_id": [  # "Nested in conversation object": both are read
        ("messages[].conversation_id", "messages[].conversation_id"),
        ("messages[].conversation_id", "messages[].conversation.id"),
    ],
    "5 resp messages[].participant_id": [  # the documentation's sample has it in `participant`
        ("messages[].participant_id", "messages[].user_id"),
        ("messages[].participant.participant_id", "messages[].user_id"),
    ],
    "6 resp conversation_id": [
        ("conversation_id", "message.conversation_id"),
        ("conversation_id", "message.conversation.id"),
    ],
    "7 query id (comma-separated)": [("@query.id", None)],  # single reads: the id is in their paths
    "7 query sag (comma-separated names)": [("sag", "security_access_group_id")],
    "7 query caller_id (comma-separated names)": [("caller_id", "caller_id")],
    **{
        f"7 query {name} (comma-separated)": [(name, name)]
        for name in ("name", "email", "sip_account", "extension", "timezone")
    },
    "7 resp [].assigned_skills": [("[].assigned_skills[].name", "users[].skills[].skill")],
    "7 resp [].assigned_channels": [  # a hole: each passes under its own name
        ("[].assigned_channels", "users[].assigned_channels"),
        ("[].channels", "users[].channels"),
        ("[].channel_profiles", "users[].channel_profiles"),
    ],
    "11 resp [].email": [("[].email", "users[].email")],  # the guide writes `user.` for each user of the list
    "11 resp [].ext": [("[].ext", "users[].extension")],
    "11 resp [].status": [("[].status", "users[].status")],
    "13 req dialing_order": [("live + dialing_order", "live")],
    "13 req live": [("live + dialing_order", "live")],
    "13 req caller_id_sets[].numbers": [
        ("caller_id_sets[].numbers", "caller_id_sets[].phone_numbers"),
        ("caller_id_sets", "caller_id_sets"),  # the list of them
    ],
    "13 req redial_rules.<disposition>[]": [("redial_rules", "follow_up_rules")],
    **{
        f'18 req operation: "{word}"': [(f'operation: "{word}"', f"POST /api/v4/campaigns/{{campaign_id}}/{word}")]
        for word in OPERATIONS
    },
    "18 resp message": [("message", None), ("message", "error")],
    "19 query page": [("page", "offset"), ("page", None)],
    "19 query uuid": [("uuid", "@path.cdr_id")],
    "19 query start_date / start_datetime": [("start_datetime", "started_at.gte"), ("start_date", "started_at.gte")],
    "19 query end_date / end_datetime": [("end_datetime", "ended_at.lte"), ("end_date", "ended_at.lt")],
    "19 query duration_from / duration_to": RANGE,
    **{
        f"19 query {time}_time_from / {time}_time_to": [
            (f"{time}_time_from", f"duration_{new}.gte"),
            (f"{time}_time_to", f"duration_{new}.lte"),
        ]
        for time, new in [
            ("dialing", "dialing"),
            ("talk", "talk"),
            ("hold", "hold"),
            ("queue", "queue"),
            ("ivr", "ivr"),
            ("ring", "dialing"),
        ]
    },
    "19 resp call page / total": [("page", "offset"), ("page", None), ("total", "metadata.total")],
    "22 resp [].code": [("[].code + [].description", "wrapup_codes[].code + wrapup_codes[].name")],
    "22 resp [].description": [("[].code + [].description", "wrapup_codes[].code + wrapup_codes[].name")],
    "24 req {call_id} path parameter": [("agent", "@path.call_id")],
    "24 resp — (204 No Content)": [(None, "call.id")],
    "26 req external_contact_id + external_system_id": [
        ("external_contact_id", "destination.account_id"),
        ("external_system_id", "destination.system"),
    ],
    "28 query start_date + end_date": [
        ("start_date", "created_at.gte"),
        ("end_date", "created_at.lte + created_at.lt"),
    ],
}


def cite(row):
    return f"{row['endpoint']} {row['part']} {row['new'] if row['old'] == '—' else row['old']}"


def bare(path, endpoint):
    """A path without what only says where the list is: section 19 names members of a record, `[]` and `.*` of items."""
    if path is None or path == "—":
        return None
    path = path.replace(".<disposition>", ".*")
    if endpoint == 7:  # a user that is read alone is wrapped in `user`
        path = re.sub(r"^user\.", "users[].", path)
    if endpoint == 19:
        path = re.sub(r"\b(records\[\]|cdrs\[\]|cdr)\.", "", path)
        path = {"cdr": "cdrs"}.get(path, path)
    return re.sub(r"(\[\]|\.\*)+$", "", path)


def ends_of(row):
    """The pairs of paths that a row stands for."""
    if row["part"] == "type":
        return [("type", "type + subtype")]
    words = WORDS.get(cite(row), [(row["old"], row["new"])])
    return [(bare(old, row["endpoint"]), bare(new, row["endpoint"])) for old, new in words]


@pytest.fixture(scope="module")
def citing():
    """The rules of `show`, by the row that they cite and their endpoint."""
    ran = CliRunner().invoke(commands, ["show", str(GUIDE), "--rules", "--json"])
    assert ran.exit_code == 0, ran.output
    found = defaultdict(list)
    for rule in json.loads(ran.output):
        for row in rule["cites"]:
            found[row, rule["endpoint"]].append(rule)
    return found


def test_the_ledger_is_the_whole_guide():
    assert len(ROWS) == len({(row["part"], cite(row), row["new"]) for row in ROWS}) == 277
    assert {row["endpoint"] for row in ROWS} <= set(range(1, 30))


@pytest.mark.parametrize("row", [row for row in ROWS if row["endpoint"] in NAMES], ids=cite)
def test_a_row_is_implemented_by_the_rules_that_cite_it_between_its_ends(row, citing):
    name = NAMES[row["endpoint"]]
    rules = citing[cite(row), name]
    assert rules, "no rule cites the row"
    assert {(bare(rule["old"], row["endpoint"]), bare(rule["new"], row["endpoint"])) for rule in rules} == set(
        ends_of(row)
    )
    paged = "page / total" in cite(row)  # one citation of paging, which is in the query and in the reply
    parts = {"type": {"resp call"}}.get(row["part"], {row["part"], "query"} if paged else {row["part"]})
    assert {rule["part"] for rule in rules} == parts


def test_every_citation_is_a_row_of_the_guide(citing):
    assert {row for row, _ in citing} <= {cite(row) for row in ROWS}


@pytest.mark.parametrize("section", [14, 15])
def test_sections_that_refer_to_another_cite_its_rows(section, citing):
    """ "The same field changes as described in Create Campaign": all that are about a campaign and not its creation."""
    creation = {"13 req assigned_agents", "13 req asr_optimization_enabled"}
    rows = {row for row, name in citing if name == NAMES[13]} - creation

    assert {row for row, name in citing if name == NAMES[section]} >= rows


# In the reply and in a failure, or in the list and in the one record: ends that these tests do not tell apart.
TWICE = {"18 resp operation", "18 resp success", "19 resp call records"}


def test_no_rule_that_cites_a_row_could_be_missing(citing):
    """Without any one rule (a line of a spec or of a shape, wherever it is included) an end of its row is missing."""
    needless = set()
    for (row, name), rules in citing.items():
        number = int(row.split()[0])
        ends = defaultdict(set)
        for rule in rules:
            ends[rule["line"]].add((bare(rule["old"], number), bare(rule["new"], number)))
        for line, own in ends.items():
            others = set().union(*(ends[other] for other in ends if other != line))
            if own <= others:
                needless.add((row, name))

    assert {row for row, _ in needless} == TWICE


def cited_in_blocks(node):
    """The rows that the rules of an endpoint cite, in the order of the text. Routes and paging are no rules."""
    if isinstance(node, tuple):
        for each in node:
            yield from cited_in_blocks(each)
    elif isinstance(node, (Route, Paging, Cites)) or not attrs.has(type(node)):
        return
    else:
        yield from getattr(node, "cites", ())
        for field in attrs.fields(type(node)):
            yield from cited_in_blocks(getattr(node, field.name))


def out_of_order(rows):
    """Each row that comes behind a later one of the guide. Of a row cited twice the first place counts."""
    last = None
    for row in dict.fromkeys(rows):
        if last is not None and ORDER[row] < ORDER[last]:
            yield row
        else:
            last = row


ORDER = {cite(row): number for number, row in reversed(list(enumerate(ROWS)))}
PART = {cite(row): row["part"] for row in ROWS}
# Rows whose rules stand behind those of later rows, and why.
ELSEWHERE = {
    "1 req recipients[].to": "the call for each recipient comes behind what all calls have",
    "19 query search_token": "it stands with the other filters that v4 does not have",
    "26 req contact_number": "it is a case of a choice, which stands where the last of its rows does",
}


@pytest.mark.parametrize("number", NAMES)
def test_rules_stand_in_the_order_of_the_rows(number):
    (endpoint,) = [each for each in guide("voiso").model.endpoints if each.name == NAMES[number]]
    own = [row for row in cited_in_blocks(endpoint.node.parts) if row in ORDER and row.startswith(f"{number} ")]
    found = [
        row
        for part in dict.fromkeys(PART[row] for row in own)
        for row in out_of_order([row for row in own if PART[row] == part])
    ]

    assert set(found) == {row for row in ELSEWHERE if row.startswith(f"{number} ")}
