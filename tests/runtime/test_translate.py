"""Whole messages, with generated functions written by hand."""

from __future__ import annotations

import copy
import json
from decimal import Decimal

import attrs
import pytest

from mapdsl.errors import LookupMissing, RouteNotFound, TranslationError
from mapdsl.runtime import (
    Api,
    ApiSide,
    CompiledUnit,
    Parts,
    Response,
    Route,
    StatusRow,
    translate_request,
    translate_response,
)
from tests.runtime.toys import COPY, LIST, ONE, SMS, toy_api, ways

API = toy_api()
LOOKUPS = {"sender": {"Ann": 7, "Bob": 8}, "api_key": {"OLDKEY": "NEWKEY"}}


def sms(**body):
    return {
        "method": "POST",
        "path": "/old/api/v1/OLDKEY/sendsms",
        "query": {},
        "headers": {"Content-Type": "application/json", "X-Trace": "1"},
        "body": {"number": "359", **body},
    }


def send(message=None, to="new", **more):
    return translate_request(API, message or sms(), to, **{"lookups": LOOKUPS, **more})


# --- requests ------------------------------------------------------------------------------------------------------


def test_a_request_goes_over_whole():
    """Route, credential, lookup and body; headers that nobody names pass."""
    sent = send(sms(body="hi", sender="Ann"))
    assert (sent.endpoint, sent.variant, sent.to, sent.complete) == ("send_sms", None, "new", True)
    assert sent.request.to_dict() == {
        "method": "POST",
        "path": "/v4/sms",
        "query": {},
        "headers": {"Content-Type": "application/json", "X-Trace": "1", "Authorization": "Bearer NEWKEY"},
        "body": {"phone_number": "359", "message": "hi", "sender_id": 7},
    }
    assert sent.requests == (sent.request,)
    assert (sent.lost, sent.problems, sent.request.unfilled) == ((), (), ())


def test_and_back():
    sent = send(sms(body="hi", sender="Ann"))
    home = send(sent.request, "old")
    assert home.request.to_dict() == sms(body="hi", sender="Ann")


def test_what_is_lost_is_listed_and_comes_back_with_residue():
    original = sms(agent="bob@x")
    sent = send(original)
    assert [(loss.path, loss.value, loss.reason, loss.rule.line) for loss in sent.lost] == [
        ("body.agent", "bob@x", "no place in the new API", 6)
    ]
    residue = json.loads(json.dumps(sent.residue))
    assert send(sent.request, "old", residue=residue).request.body == original["body"]
    assert send(sent.request, "old").request.body == {"number": "359"}


def test_strict_raises_where_anything_is_lost():
    with pytest.raises(
        TranslationError, match=r'body\.agent: expected nothing dropped: no place in the new API, found "x"'
    ):
        send(sms(agent="x"), strict=True)
    assert send(strict=True).lost == ()


def test_a_message_is_not_changed():
    message = sms(agent="x", sender="Ann")
    before = copy.deepcopy(message)
    sent = send(message)
    send(sent.request, "old", residue=sent.residue)
    assert message == before


def test_a_list_of_one_is_the_message_and_a_longer_one_is_refused():
    assert send([sms()]).request == send().request
    with pytest.raises(
        TranslationError, match="one message, for this endpoint translates one into one, found a list of 2"
    ):
        send([sms(), sms()])
    with pytest.raises(TranslationError, match="found an empty list"):
        translate_request(API, [], "new")


def test_all_problems_come_at_once_by_rule():
    with pytest.raises(TranslationError) as caught:
        send({**sms(sender="Zoe", body=5), "body": {"body": 5, "number": 3, "sender": "Zoe"}})
    assert [(problem.path, problem.rule.line) for problem in caught.value.problems] == [
        ("body.number", 3),
        ("body.body", 4),
        ("body.sender", 5),
    ]


def test_lenient_returns_the_problems_and_what_could_be_translated():
    sent = send({**sms(), "body": {"number": 3, "body": "hi"}}, lenient=True)
    assert [str(problem.path) for problem in sent.problems] == ["body.number"]
    assert sent.request.body == {"message": "hi"}
    assert send(lenient=True).problems == ()


def test_a_missing_lookup_says_what_to_pass_and_which_rule_needs_it():
    with pytest.raises(LookupMissing) as caught:
        send(sms(sender="Ann"), lookups={"api_key": {"OLDKEY": "N"}})
    first, second = caught.value.problems
    assert first.path == "lookups.sender"
    assert first.expected == 'answers for "Ann"'
    assert first.help.startswith("pass lookups={'sender': {old: new, ...}}")
    assert str(first.rule) == "common.map:3: lookup sender : string <-> integer"
    assert (second.path, second.found, second.rule.line) == ("body.sender", '"Ann"', 5)


def test_a_missing_lookup_does_not_hide_what_else_is_wrong():
    with pytest.raises(LookupMissing) as caught:
        send(sms(sender="Ann", body=5), lookups=None)
    assert [problem.path for problem in caught.value.problems] == ["lookups.sender", "body.body", "body.sender"]
    sent = send(sms(sender="Ann", body=5), lookups=None, lenient=True)
    assert [problem.path for problem in sent.problems] == ["lookups.sender", "body.body", "body.sender"]


def test_a_key_that_a_lookup_does_not_know_is_missing_too():
    with pytest.raises(LookupMissing, match=r'body\.sender: expected a key that lookup sender knows, found "Zoe"'):
        send(sms(sender="Zoe"))
    with pytest.raises(TranslationError) as caught:
        send(sms(sender="Ann", body=5))
    assert type(caught.value) is TranslationError


def test_an_answer_that_does_not_fit_is_no_missing_lookup():
    with pytest.raises(TranslationError, match=r'lookups\.sender\["Ann"\]: expected an integer, found "x"') as caught:
        send(sms(sender="Ann"), lookups={"sender": {"Ann": "x"}})
    assert "body.sender" in str(caught.value)


# --- credentials ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lookups", [None, {}, {"api_key": {"OTHER": "N"}}, {"api_key": {"OLDKEY": None}}])
def test_a_credential_that_nobody_answers_stays_open(lookups):
    sent = send(lookups=lookups)
    assert sent.request.headers == {"Content-Type": "application/json", "X-Trace": "1"}
    assert sent.request.unfilled == ("api_key",)
    assert [(loss.path, loss.value) for loss in sent.lost] == [("path.api_key", "***")]


def test_in_a_path_the_placeholder_of_an_open_credential_stays_and_counts_as_none():
    new = {
        "method": "POST",
        "path": "/v4/sms",
        "headers": {"authorization": "Bearer NEWKEY"},
        "body": {"phone_number": "1"},
    }
    sent = send(new, "old", lookups=None)
    assert sent.request.path == "/old/api/v1/{api_key}/sendsms"
    assert [(loss.path, loss.value) for loss in sent.lost] == [("headers.Authorization", "***")]

    asked = []
    back = send(sent.request, lookups={"api_key": asked.append})
    assert asked == []
    assert (back.request.headers, back.request.unfilled) == ({}, ("api_key",))
    assert [(loss.path, loss.value) for loss in back.lost] == [("path.api_key", "***")]


def test_one_key_for_both_sides_is_moved_without_asking():
    same = attrs.evolve(SMS, auth=attrs.evolve(SMS.auth, same=True))
    sent = translate_request(toy_api(same), sms(), "new")
    assert sent.request.headers["Authorization"] == "Bearer OLDKEY"
    assert sent.lost == ()


def test_a_credential_for_which_the_other_side_has_no_place_is_dropped():
    bare = attrs.evolve(SMS, auth=attrs.evolve(SMS.auth, new=None))
    sent = translate_request(toy_api(bare), sms(), "new")
    assert (sent.request.headers, sent.request.unfilled) == ({"Content-Type": "application/json", "X-Trace": "1"}, ())
    assert [(loss.path, loss.value) for loss in sent.lost] == [("path.api_key", "***")]


def test_credentials_show_nowhere():
    sent = send(sms(agent="x"))
    texts = [repr(sent), str(sent), json.dumps(sent.residue), repr(sent.asked.old), repr(sent.lost)]
    assert not any("OLDKEY" in text or "NEWKEY" in text for text in texts)
    home = send(sent.request, "old")
    assert "OLDKEY" not in repr(home)
    assert "NEWKEY" not in repr(home)
    assert sent.asked.old.path == {}
    for lookups in ({"api_key": {"OLDKEY": "NEW\nKEY"}}, {"api_key": {"OLDKEY": ["NEWKEY"]}}):
        with pytest.raises(TranslationError) as caught:
            send(lookups=lookups)
        assert "KEY" not in str(caught.value).replace("api_key", "")


# --- routes --------------------------------------------------------------------------------------------------------


def test_an_unknown_route_names_the_nearest():
    with pytest.raises(RouteNotFound, match=r"POST /old/api/v1/\{api_key\}/sendsms"):
        send({**sms(), "path": "/api/v1/K/sendsmss"})


def test_a_base_may_be_left_out_and_residue_keeps_that():
    original = {**sms(), "path": "/api/v1/OLDKEY/sms"}
    sent = send(original)
    assert send(sent.request, "old").request.path == "/old/api/v1/OLDKEY/sendsms"
    assert send(sent.request, "old", residue=sent.residue).request.path == "/api/v1/OLDKEY/sms"


@pytest.mark.parametrize("kept", [None, 1, [], {}, {"number": 9}, {"number": True}, {"number": "1", "base": 3}])
def test_a_damaged_route_in_residue_is_ignored(kept):
    sent = send({**sms(), "path": "/api/v1/OLDKEY/sms"})
    home = send(sent.request, "old", residue={**sent.residue, "route": kept})
    assert home.request.path == "/old/api/v1/OLDKEY/sendsms"


def test_a_guard_chooses_the_variant_and_the_value_moves_into_the_path():
    sent = translate_request(API, {"method": "GET", "path": "/calls", "query": {"uuid": "a/b c"}}, "new")
    assert (sent.endpoint, sent.variant, sent.request.path) == ("calls", "one", "/v4/calls/a%2Fb%20c")
    home = translate_request(API, sent.request, "old")
    assert (home.request.path, home.request.query) == ("/old/calls", {"uuid": "a/b c"})

    sent = translate_request(API, {"method": "GET", "path": "/calls?q=x"}, "new")
    assert (sent.variant, sent.request.query["q"]) == ("list", "x")


@pytest.mark.parametrize("value", ["..", ".", "", "a\nb"])
def test_a_value_that_cannot_stand_in_a_path_is_a_problem_of_its_rule(value):
    with pytest.raises(TranslationError) as caught:
        translate_request(API, {"method": "GET", "path": "/calls", "query": {"uuid": value}}, "new")
    (problem,) = caught.value.problems
    assert (problem.path, problem.rule.line) == ("path.call_id", 22)
    sent = translate_request(API, {"method": "GET", "path": "/calls", "query": {"uuid": value}}, "new", lenient=True)
    assert sent.request.path == "/v4/calls/{call_id}"


def test_a_guard_on_the_side_that_is_read_is_enough():
    one = attrs.evolve(ONE, new=(Route("new", "GET", "/v4/calls/{call_id}"),))
    sent = translate_request(toy_api(one, LIST), {"method": "GET", "path": "/calls", "query": {"per_page": "5"}}, "new")
    assert sent.variant == "list"


def test_guards_that_all_refuse_are_named():
    api = toy_api(ONE)
    with pytest.raises(RouteNotFound, match=r"the guards of calls \(one\) let in"):
        translate_request(api, {"method": "GET", "path": "/calls"}, "new")


def test_endpoint_replaces_the_choice_and_the_message_must_still_match():
    other = attrs.evolve(LIST, endpoint="other", variant=None)
    api = toy_api(LIST, other)
    message = {"method": "GET", "path": "/calls", "query": {"per_page": "5"}}
    assert translate_request(api, message, "new").endpoint == "calls"
    assert translate_request(api, message, "new", endpoint="other").endpoint == "other"
    with pytest.raises(RouteNotFound):
        translate_request(API, sms(), "new", endpoint="calls")
    with pytest.raises(ValueError, match="there is no endpoint 'nope'; there are send_sms, calls, users"):
        translate_request(API, sms(), "new", endpoint="nope")


def test_prefer_marks_the_one_that_is_taken():
    other = attrs.evolve(LIST, endpoint="other", variant=None, prefer=("old",))
    message = {"method": "GET", "path": "/calls", "query": {"per_page": "5"}}
    assert translate_request(toy_api(LIST, other), message, "new").endpoint == "other"


def test_queries_in_the_wire_style_of_each_side():
    def move(parts, answers, asked, log):
        return Parts(None, path={}, query={"ids": parts.query["ids"], "at": parts.query["at"]}, header={})

    blocks = ((("query", "ids", "[]"), ("query", "ids", "[]")),)
    unit = CompiledUnit(
        "find",
        None,
        "toy.map",
        1,
        (Route("old", "GET", "/find"),),
        (Route("new", "GET", "/v4/find"),),
        ways(move, blocks=blocks),
        ways(move, blocks=blocks),
        COPY,
        COPY,
    )
    api = Api((unit,), (), ApiSide(wire=("csv", "range")), ApiSide(wire=("brackets", "range")))
    sent = translate_request(api, {"method": "GET", "path": "/find", "query": {"ids": "1,2", "at[gte]": "5"}}, "new")
    assert sent.request.query == {"ids[]": ["1", "2"], "at[gte]": "5"}
    assert translate_request(api, sent.request, "old").request.query == {"ids": "1,2", "at[gte]": "5"}


def test_a_query_value_that_cannot_be_spelled_is_a_problem():
    def move(parts, answers, asked, log):
        return Parts(None, query={"a": None, "b": "x", "c": 1.5}, header={"X": 5, "Bad Name": "x"})

    unit = attrs.evolve(LIST, paging=None, request_to_new=ways(move))
    with pytest.raises(TranslationError) as caught:
        translate_request(toy_api(unit), {"method": "GET", "path": "/calls"}, "new")
    assert [problem.path for problem in caught.value.problems] == ["query.a", 'headers."Bad Name"']
    sent = translate_request(toy_api(unit), {"method": "GET", "path": "/calls"}, "new", lenient=True)
    assert sent.request.query == {"b": "x", "c": "1.5"}


def test_headers_of_rules_win_over_those_that_pass():
    def move(parts, answers, asked, log):
        return Parts(None, header={"accept": parts.header["x-kind"]})

    named = (("request", "old", ("header", "X-Kind")), ("request", "new", ("header", "accept")))
    unit = attrs.evolve(LIST, paging=None, request_to_new=ways(move), spoken=named)
    message = {"method": "GET", "path": "/calls", "headers": {"Accept": "a/b", "X-Kind": "c/d", "Cookie": "s=1"}}
    sent = translate_request(toy_api(unit), message, "new")
    assert sent.request.headers == {"accept": "c/d"}
    assert [(loss.path, loss.value) for loss in sent.lost] == [("headers.Accept", "a/b"), ("headers.Cookie", "***")]
    assert "cookie" not in sent.asked.old.header


# --- responses -----------------------------------------------------------------------------------------------------


def test_a_response_reads_its_request():
    sent = send()
    got = translate_response(
        API, {"status": 201, "headers": {"Retry-After": "3", "X": "y"}, "body": {"id": 5}}, "old", request=sent
    )
    assert got.responses == (Response(200, {"Retry-After": "3", "X": "y"}, {"sms_id": 5, "number": "359"}),)
    assert got.response is got.responses[0]
    assert got.lost == ()


def test_without_a_request_what_comes_from_it_is_owed():
    got = translate_response(API, {"status": 201, "body": {"id": 5}}, "old", endpoint="send_sms")
    assert got.response.body == {"sms_id": 5}
    assert [(loss.path, loss.value, loss.reason) for loss in got.lost] == [("body.number", None, "needs request")]


def test_statuses_are_mapped_and_residue_tells_several_apart():
    def back(status):
        got = translate_response(API, {"status": status, "body": {"sms_id": 5}}, "new", endpoint="send_sms")
        home = translate_response(API, got.response, "old", endpoint="send_sms", residue=got.residue, request=send())
        return got.response.status, home.response.status

    assert back(200) == (201, 200)
    assert back(204) == (201, 204)
    assert back(202) == (202, 202)


def test_without_request_the_first_variant_that_takes_an_empty_one_is_meant():
    body = {"records": [{"id": 1}], "total": 1}
    got = translate_response(API, {"status": 200, "body": body}, "new", endpoint="calls")
    assert (got.variant, got.response.body) == ("list", {"calls": [{"id": 1}], "meta": {"total": 1}})
    got = translate_response(API, {"status": 200, "body": body}, "new", endpoint="calls", variant="one")
    assert (got.variant, got.response.body) == ("one", body)


def test_a_failure_goes_through_the_failure_block_and_nothing_else():
    got = translate_response(API, {"status": 404, "body": {"error": "gone"}}, "old", endpoint="send_sms")
    assert (got.response.status, got.response.body, got.lost) == (404, {"success": False, "message": "gone"}, ())
    home = translate_response(API, got.response, "new", endpoint="send_sms", residue=got.residue)
    assert (home.response.status, home.response.body) == (404, {"error": "gone"})


def test_a_failure_that_only_the_body_tells_gets_a_failing_status_and_returns():
    reply = {"status": 200, "body": {"success": False, "message": "gone"}}
    got = translate_response(API, reply, "new", endpoint="send_sms")
    assert (got.response.status, got.response.body) == (400, {"error": "gone"})
    home = translate_response(API, got.response, "old", endpoint="send_sms", residue=got.residue)
    assert (home.response.status, home.response.body) == (200, reply["body"])


@pytest.mark.parametrize("body", [{"error": "Not found"}, "no", None])
def test_without_a_failure_block_a_failure_passes_and_lost_says_so(body):
    got = translate_response(API, {"status": 404, "body": body}, "old", endpoint="users")
    assert (got.response.status, got.response.body) == (404, body)
    (loss,) = got.lost
    assert loss.path == ("status" if body is None else "body")
    assert "no failure block" in loss.reason
    home = translate_response(API, got.response, "new", endpoint="users", residue=got.residue)
    assert (home.response.status, home.response.body) == (404, body)


def test_residue_of_a_success_does_not_fit_a_failure():
    got = translate_response(API, {"status": 200, "body": {"calls": [{"id": 1, "extra": 2}]}}, "old", endpoint="calls")
    home = translate_response(
        API, {"status": 404, "body": {"records": []}}, "new", endpoint="calls", residue=got.residue
    )
    assert home.response.body == {"records": []}


def test_a_204_has_no_body():
    unit = attrs.evolve(SMS, statuses=(StatusRow(204, "<->", 200),), response_to_old=ways(lambda *_: Parts({})))
    got = translate_response(toy_api(unit), {"status": 200, "body": {"id": 1}}, "old", endpoint="send_sms")
    assert (got.response.status, got.response.body) == (204, None)


def test_items_find_their_residue_again_whatever_their_order():
    body = {"records": [{"id": 1, "agent": "a"}, {"id": 2, "agent": "b"}], "total": 2}
    got = translate_response(API, {"status": 200, "body": body}, "new", endpoint="calls")
    assert [loss.path for loss in got.lost] == ["body.records[0].agent", "body.records[1].agent"]
    swapped = {**got.response.body, "calls": got.response.body["calls"][::-1]}
    home = translate_response(API, {"status": 200, "body": swapped}, "old", endpoint="calls", residue=got.residue)
    assert home.response.body["records"] == body["records"][::-1]


def test_values_that_no_rule_touches_are_equal_and_no_list_is_shared():
    deep = {"x": [Decimal("1.10")]}
    got = translate_response(API, {"status": 200, "body": deep}, "new", endpoint="calls", variant="one")
    assert got.response.body["x"][0] is deep["x"][0]
    assert got.response.body["x"] is not deep["x"]


# --- wrong documents and wrong calls -------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [float("nan"), {"a": "\ud800"}, {1: 2}, 10**400, {"a": {1, 2}}])
def test_what_is_no_json_is_refused(body):
    with pytest.raises(TranslationError, match="body"):
        send({**sms(), "body": body})
    with pytest.raises(TranslationError, match="body"):
        translate_response(API, {"status": 200, "body": body}, "old", endpoint="users")


def test_residue_is_checked_like_a_document():
    residue = send(sms(agent="x")).residue
    residue["entries"][0]["value"] = float("nan")
    with pytest.raises(TranslationError, match=r"residue\.entries\[0\]\.value"):
        send(send().request, "old", residue=residue)
    with pytest.raises(TranslationError, match="residue: expected the residue that a translation returned"):
        send(send().request, "old", residue={})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["status"], "x"),
        (["status"], 999),
        (["status", "x"], 1),
        (["query"], 5),
        (["header"], [1]),
        (["header", "Authorization"], "Bearer X"),
        (["path"], None),
    ],
)
def test_forged_residue_does_no_harm(path, value):
    """It was put together by hand: what no message can hold is ignored, or a problem."""
    sent = send(sms(agent="x"))
    residue = {**sent.residue, "entries": [{"path": path, "value": value}]}
    home = send(sent.request, "old", residue=residue)
    assert home.request == send(sent.request, "old").request

    got = translate_response(API, {"status": 201, "body": {"id": 1}}, "old", endpoint="send_sms")
    forged = {**got.residue, "entries": [{"path": path, "value": value}]}
    back = translate_response(API, got.response, "new", endpoint="send_sms", residue=forged)
    assert back.response == Response(201, {}, {"id": 1})


def test_forged_residue_that_no_header_can_hold_is_a_problem():
    sent = send(sms(agent="x"))
    residue = {**sent.residue, "entries": [{"path": ["header", "x"], "value": {}}]}
    with pytest.raises(TranslationError, match=r"headers\.x"):
        send(sent.request, "old", residue=residue)


@pytest.mark.parametrize("to", ["nwe", "", None, 3])
def test_a_side_that_is_none_is_a_wrong_call(to):
    with pytest.raises((ValueError, TypeError), match='to must be "new" or "old"'):
        translate_request(API, sms(), to)
    with pytest.raises((ValueError, TypeError), match='to must be "new" or "old"'):
        translate_response(API, {"status": 200}, to, endpoint="users")


def test_wrong_calls_say_what_fits():
    with pytest.raises(TypeError, match="the first argument is an Api"):
        translate_request({}, sms(), "new")
    with pytest.raises(TypeError, match="pass request="):
        translate_response(API, {"status": 200}, "new")
    with pytest.raises(TypeError, match="request must be what translate_request returned, not dict"):
        translate_response(API, {"status": 200}, "new", request={})
    with pytest.raises(ValueError, match="request= is of endpoint send_sms, and endpoint= says users"):
        translate_response(API, {"status": 200}, "new", request=send(), endpoint="users")
    with pytest.raises(ValueError, match="endpoint users has no variant 'x'; it has no variants"):
        translate_response(API, {"status": 200}, "new", endpoint="users", variant="x")
    with pytest.raises(ValueError, match="it has one: pass variant="):
        translate_response(toy_api(ONE), {"status": 200}, "new", endpoint="calls")
    with pytest.raises(TypeError, match="lookups must be a dict"):
        send(lookups=[1])
    for message in (None, 5, "x", b""):
        with pytest.raises(TypeError):
            translate_request(API, message, "new")
