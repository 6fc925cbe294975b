"""How a v4 client may spell an array of a filter ("Single value or array", sections 7, 12 and 19): repeated, as the
documentation prints it, or with brackets, which no document rules out. What is overlooked would widen the answer.
"""

from __future__ import annotations

from typing import Any

import pytest

import mapdsl
from mapdsl.testing.interpreter import interpreted
from tests.guides import guide

USERS, CAMPAIGNS, CDRS = "/api/v4/users", "/api/v4/campaigns", "/api/v4/reporting/cdrs"
GROUPS = {"sag_by_name": {"Admin": 1, "Boarding": 3}}
WINDOW = {"offset": "0", "limit": "100"}
PAGE = {"page": "1", "per_page": "100"}


@pytest.fixture(scope="module", params=["generated", "interpreter"])
def api(request: Any) -> mapdsl.Api:
    compiled = guide("voiso")
    return compiled.api if request.param == "generated" else interpreted(compiled.program)


def to_old(api: mapdsl.Api, path: str, query: dict[str, Any]) -> dict[str, Any]:
    message = {"method": "GET", "path": path, "query": query, "headers": {"Authorization": "Bearer NEW"}}
    keys = {"user_key": {"OLD": "NEW"}, "contact_center_key": {"OLD": "NEW"}}
    sent = mapdsl.translate_request(api, message, to="old", lookups={**GROUPS, **keys})
    assert sent.lost == ()
    return {name: value for name, value in sent.request.query.items() if name != "key"}


@pytest.mark.parametrize(
    ("path", "brackets", "repeated", "old"),
    [
        (USERS, {"name[]": ["Ann", "Bob"]}, {"name": ["Ann", "Bob"]}, {"name": "Ann,Bob"}),
        (USERS, {"email[]": "a@x.com"}, {"email": ["a@x.com"]}, {"email": "a@x.com"}),
        (USERS, {"sip_account[]": ["s1", "s2"]}, {"sip_account": ["s1", "s2"]}, {"sip_account": "s1,s2"}),
        (
            USERS,
            {"security_access_group_id[]": ["1", "3"]},
            {"security_access_group_id": ["1", "3"]},
            {"sag": "Admin,Boarding"},
        ),
        (USERS, {"extension[]": ["102"]}, {"extension": "102"}, {"extension": "102"}),
        (USERS, {"caller_id[]": ["Default"]}, {"caller_id": "Default"}, {"caller_id": "Default"}),
        (USERS, {"timezone[]": ["UTC"]}, {"timezone": ["UTC"]}, {"timezone": "UTC"}),
        (CAMPAIGNS, {"strategy[]": "simple"}, {"strategy": ["simple"]}, {"strategy": "simple", **WINDOW}),
        (CAMPAIGNS, {"status[]": ["active"]}, {"status": "active"}, {"status": "active", **WINDOW}),
        (CAMPAIGNS, {"method[]": ["file_import"]}, {"method": ["file_import"]}, {"method": "csv", **WINDOW}),
        (CDRS, {"user_id[]": ["1", "2"]}, {"user_id": ["1", "2"]}, {"agent_ids": "1,2", **PAGE}),
        (CDRS, {"team_id[]": ["1"]}, {"team_id": ["1"]}, {"team_ids": "1", **PAGE}),
        (CDRS, {"queue_id[]": "7"}, {"queue_id": "7"}, {"queue_ids": "7", **PAGE}),
        (CDRS, {"campaign_id[]": ["7", "8"]}, {"campaign_id": ["7", "8"]}, {"campaign_ids": "7,8", **PAGE}),
        (
            CDRS,
            {"type[]": ["call"], "subtype[]": ["inbound"]},
            {"type": ["call"], "subtype": "inbound"},
            {"type": "inbound", **PAGE},
        ),
    ],
)
def test_an_array_is_read_in_both_spellings(
    api: mapdsl.Api, path: str, brackets: dict[str, Any], repeated: dict[str, Any], old: dict[str, Any]
) -> None:
    assert to_old(api, path, brackets) == old
    assert to_old(api, path, repeated) == old


@pytest.mark.parametrize("name", ["strategy", "status", "method"])
def test_several_values_have_no_place_in_a_filter_of_one(api: mapdsl.Api, name: str) -> None:
    for spelled in (name, f"{name}[]"):
        with pytest.raises(mapdsl.TranslationError, match=f"query.{name}: .* found a list of 2"):
            to_old(api, CAMPAIGNS, {spelled: ["simple", "predictive_ai"]})


def test_arrays_are_written_by_repetition(api: mapdsl.Api) -> None:
    query = {"name": "Ann,Bob", "extension": "102"}
    message = {"method": "GET", "path": "/api/user_management/v1/users", "query": query}
    sent = mapdsl.translate_request(api, message, to="new")
    assert sent.request.query == {"name": ["Ann", "Bob"], "extension": "102", **WINDOW}
