"""Names that hold the comma of their text, in exchanges: the lookup is asked a second time, the other way.

Section 7 of the guide: "assigned_queues: Comma-separated names -> array of {id, name}", "sag (comma-separated names)".
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from mapdsl import Api, Ask, Done, Send, TranslationError
from mapdsl.pipeline import CompiledProgram, compile_text
from mapdsl.testing.interpreter import interpreted
from tests.exchange.driving import Run, drive
from tests.guides import guide

Message = dict[str, Any]
COMMA = "a list of texts, none of them empty, with a comma or with blanks around it"
AGAIN = "a list of names that lookup queue reads as the same names in one text"

# `queues` are ids on the new side, `seen` objects; `after` is another request of the same endpoint.
SPEC = compile_text(
    """mapdsl 1
lookup queue : string <-> integer
shape both {
  queues <-> queue_ids : csv | each(queue)
  seen <-> seen : csv | each(ref(name, id, queue)) else absent
}
endpoint users {
  old POST /v1/users
  new POST /v2/users
  request { include both }
  response { include both }
  failure { include both }
}
""",
    "names.map",
)


def both_engines(program: CompiledProgram) -> list[Any]:
    return [pytest.param(program.api, id="generated"), pytest.param(interpreted(program.program), id="interpreted")]


engines = pytest.mark.parametrize("api", both_engines(SPEC))


def asking(side: str, body: Any = None) -> Message:
    path = "/v1/users" if side == "old" else "/v2/users"
    return {"method": "POST", "path": path, "query": {}, "headers": {}, "body": {} if body is None else body}


def reply(body: Any, status: int = 200) -> Message:
    return {"status": status, "headers": {}, "body": body}


def refusal(exchange: Any) -> TranslationError:
    with pytest.raises(TranslationError) as caught:
        exchange.step()
    return caught.value


def told(error: TranslationError) -> list[tuple[str, str]]:
    return [(problem.path, problem.expected) for problem in error.problems]


# --- requests: a new client in front of an old server -----------------------------------------------------------------


@engines
def test_a_request_is_sent_where_its_text_is_read_as_the_same_names(api: Api) -> None:
    exchange = api.exchange(asking("new", {"queue_ids": [6, 5]}), client="new")
    assert exchange.step() == Ask("queue", (6, 5), "old")
    exchange.answer({5: "Sales, North", 6: "Support"})
    pieces = ("Support", "Sales", "North", "Support,Sales", "Support,Sales, North", "Sales, North")
    assert exchange.step() == Ask("queue", pieces, "new")
    exchange.answer({"Sales, North": 5, "Support": 6})
    step = exchange.step()
    assert isinstance(step, Send)
    assert [call.body for call in step.requests] == [{"queues": "Support,Sales, North"}]


@pytest.mark.parametrize(
    "back",
    [
        {},  # a program whose lookup knows one way alone
        {"Sales, North": 5, "Sales": 1, "North": 2},  # all pieces are names, too
        {"Sales": 1},
    ],
)
@engines
def test_a_request_whose_text_would_be_read_otherwise_is_refused_before_any_call(api: Api, back: Any) -> None:
    exchange = api.exchange(asking("new", {"queue_ids": [5]}), client="new")
    exchange.step()
    exchange.answer({5: "Sales, North"})
    exchange.step()
    exchange.answer(back)
    error = refusal(exchange)
    assert told(error) == [("body.queue_ids", COMMA)]
    assert (error.fault, error.effect, error.reply["status"]) == ("client", "", 400)


@engines
def test_names_that_the_lookup_gave_are_not_asked_for_again(api: Api) -> None:
    exchange = api.exchange(asking("new", {"queue_ids": [5, 6]}), client="new")
    exchange.step()
    exchange.answer({5: "Sales", 6: "North"})
    step = exchange.step()
    assert isinstance(step, Send)
    assert step.requests[0].body == {"queues": "Sales,North"}


@engines
def test_one_name_without_a_comma_is_not_asked_for(api: Api) -> None:
    exchange = api.exchange(asking("new", {"seen": [{"name": "Sales", "id": 5}]}), client="new")
    step = exchange.step()
    assert isinstance(step, Send)
    assert step.requests[0].body == {"seen": "Sales"}


@engines
def test_two_names_of_which_the_lookup_makes_one_are_refused(api: Api) -> None:
    exchange = api.exchange(asking("new", {"seen": [{"name": "Sales"}, {"name": "North"}]}), client="new")
    assert exchange.step() == Ask("queue", ("Sales", "North", "Sales,North"), "new")
    exchange.answer({"Sales,North": 7})
    assert told(refusal(exchange)) == [("body.seen", AGAIN)]


@pytest.mark.parametrize(
    "back", [{}, {"Sales": 1, "North": 2}, {"Sales": 1, "North": 2, "Sales,North": 7}, {"Sales": 1}]
)
@engines
def test_two_names_that_stay_two_are_sent(api: Api, back: Any) -> None:
    exchange = api.exchange(asking("new", {"seen": [{"name": "Sales"}, {"name": "North"}]}), client="new")
    exchange.step()
    exchange.answer(back)
    step = exchange.step()
    assert isinstance(step, Send)
    assert step.requests[0].body == {"seen": "Sales,North"}


# --- replies: an old client in front of a new server ------------------------------------------------------------------


@engines
def test_a_reply_is_told_to_an_old_client_where_its_text_is_read_as_the_same_names(api: Api) -> None:
    exchange = api.exchange(asking("old"), client="old")
    exchange.step()
    seen = [{"name": "Sales, North", "id": 5}, {"name": "Support", "id": 6}]
    exchange.answer([reply({"queue_ids": [5], "seen": seen})])
    assert exchange.step() == Ask("queue", (5,), "old")
    exchange.answer({5: "Sales, North"})
    step = exchange.step()
    assert isinstance(step, Ask)
    assert step.to == "new"
    assert {"Sales, North", "Sales", "North", "Support"} <= set(step.keys)
    exchange.answer({"Sales, North": 5, "Support": 6})
    done = exchange.step()
    assert isinstance(done, Done)
    assert done.response.body == {"queues": "Sales, North", "seen": "Sales, North,Support"}
    assert done.lost == ()


@engines
def test_a_reply_whose_text_would_be_read_otherwise_is_the_fault_of_the_server(api: Api) -> None:
    exchange = api.exchange(asking("old"), client="old")
    exchange.step()
    exchange.answer([reply({"seen": [{"name": "Sales, North", "id": 5}]})])
    exchange.step()
    exchange.answer({"Sales": 1, "North": 2, "Sales, North": 5})
    error = refusal(exchange)
    assert told(error) == [("body.seen", COMMA)]
    assert (error.fault, error.reply["status"]) == ("server", 502)


@engines
def test_a_failure_asks_the_other_way_as_well(api: Api) -> None:
    exchange = api.exchange(asking("old"), client="old")
    exchange.step()
    exchange.answer([reply({"seen": [{"name": "Sales, North"}]}, 422)])
    assert exchange.step() == Ask("queue", ("Sales", "North", "Sales, North"), "new")
    exchange.answer({"Sales, North": 5})
    assert exchange.step().response.to_dict() == reply({"seen": "Sales, North"}, 422)


@engines
def test_to_new_nothing_is_asked_a_second_time(api: Api) -> None:
    exchange = api.exchange(asking("old", {"queues": "Sales, North,Support"}), client="old")
    exchange.step()
    exchange.answer({"Sales, North": 5, "Support": 6})
    step = exchange.step()
    assert isinstance(step, Send)
    assert step.requests[0].body == {"queue_ids": [5, 6]}


@engines
def test_what_the_lookup_says_of_texts_is_not_taken_for_what_it_says_of_members(api: Api) -> None:
    """The question was how a text is read. Its answers compare no ids: an exchange does not ask for that."""
    exchange = api.exchange(asking("old"), client="old")
    exchange.step()
    exchange.answer([reply({"seen": [{"name": "Sales", "id": 1}, {"name": "a,b", "id": 9}]})])
    exchange.step()
    exchange.answer({"Sales": 77, "a,b": 77})
    assert exchange.step().lost == ()


# --- items of a gather ------------------------------------------------------------------------------------------------

GATHER = """mapdsl 1
lookup queue : string <-> integer
endpoint users {
  old POST /v1/users
  new POST /v2/users
  request { fan users[] { id <-> id } }
  response {
    gather users[] MODE {
      queues <-> queues : csv | each(ref(name, id, queue)) else absent
      FAILURE
    }
  }
}
"""
FAILURE = "drop ok = true; failure when old ok is false { error <-> error; drop ok = false }"
ALL = compile_text(GATHER.replace("MODE", "all").replace("FAILURE", ""), "all.map")
EACH = compile_text(GATHER.replace("MODE", "each").replace("FAILURE", FAILURE), "each.map")


def gathering(api: Api, *queues: str) -> Any:
    """An exchange of an old client whose calls were answered with one queue each."""
    exchange = api.exchange(asking("old", {"users": [{"id": n} for n, _ in enumerate(queues)]}), client="old")
    exchange.step()
    exchange.answer([reply({"queues": [{"name": name}]}) for name in queues])
    return exchange


@pytest.mark.parametrize("api", [*both_engines(ALL), *both_engines(EACH)])
def test_items_are_asked_for_together(api: Api) -> None:
    exchange = gathering(api, "Sales, North", "Support", "a,b")
    assert exchange.step() == Ask("queue", ("Sales", "North", "Sales, North", "a", "b", "a,b"), "new")
    exchange.answer({"Sales, North": 5, "a,b": 7})
    done = exchange.step()
    assert [item["queues"] for item in done.response.body["users"]] == ["Sales, North", "Support", "a,b"]
    assert done.lost == ()


@pytest.mark.parametrize("api", both_engines(EACH))
def test_an_item_that_would_be_read_otherwise_is_that_of_a_failed_call(api: Api) -> None:
    exchange = gathering(api, "Sales, North", "a,b")
    exchange.step()
    exchange.answer({"Sales, North": 5, "a": 1, "b": 2, "a,b": 7})
    done = exchange.step()
    assert done.response.body == {"users": [{"queues": "Sales, North", "ok": True}, {"ok": False}]}
    assert [loss.path for loss in done.lost] == ["[1].body"]
    assert f"[1].body.queues: expected {COMMA}" in done.lost[0].reason


@pytest.mark.parametrize("api", both_engines(ALL))
def test_where_all_calls_must_succeed_such_an_item_fails_them(api: Api) -> None:
    exchange = gathering(api, "Sales, North", "a,b")
    exchange.step()
    exchange.answer({"Sales, North": 5})
    done = exchange.step()
    assert done.response.status == 502
    assert any(loss.path == "[1].body" and COMMA in loss.reason for loss in done.lost)


# --- calls of RPC, updates and lists that are shown in part -----------------------------------------------------------

CALLS = compile_text(
    """mapdsl 1
lookup queue : string <-> integer
old rpc /rpc
endpoint users {
  old rpc users.list(queues)
  new GET /v2/users
  request { queues <-> @query.queue_id : csv | each(queue) | each(flip(integer)) }
  response { queues <-> queues : csv | each(ref(name, id, queue)) else absent }
}
""",
    "calls.map",
)
KNOWN = {"queue": {"Sales, North": 5, "Support": 6}}


@pytest.mark.parametrize("api", both_engines(CALLS))
def test_a_result_of_rpc_holds_a_name_with_a_comma(api: Api) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "users.list", "params": ["Sales, North"]}

    def server(request: Message) -> Message:
        assert request["query"] == {"queue_id": "5"}
        return reply({"queues": [{"name": "Support", "id": 6}, {"name": "Sales, North", "id": 5}]})

    run = drive(api, {"method": "POST", "path": "/rpc", "body": call}, "old", server, KNOWN)
    assert run.done.response.body == {"jsonrpc": "2.0", "id": 1, "result": {"queues": "Support,Sales, North"}}


@pytest.mark.parametrize("api", both_engines(CALLS))
def test_a_parameter_of_rpc_holds_a_name_with_a_comma(api: Api) -> None:
    def server(request: Message) -> Message:
        assert request["body"]["params"] == ["Sales, North,Support"]
        return reply({"jsonrpc": "2.0", "id": request["body"]["id"], "result": {}})

    request = {"method": "GET", "path": "/v2/users", "query": {"queue_id": ["5", "6"]}}
    assert drive(api, request, "new", server, KNOWN).done.response.status == 200


UPDATE = compile_text(
    """mapdsl 1
lookup queue : string <-> integer
shape user { name <-> name; queues <-> queue_ids : csv | each(queue) }
endpoint get_user { old GET /v1/users/{id}; new GET /v2/users/{id}; response { include user } }
endpoint update_user {
  old PUT /v1/users/{id}
  new PATCH /v2/users/{id}
  replace loose from get_user $ <-> $
  request { include user }
  response { include user }
}
""",
    "update.map",
)


@pytest.mark.parametrize("api", both_engines(UPDATE))
def test_an_update_writes_a_name_with_a_comma_into_the_object_that_it_read(api: Api) -> None:
    written: list[Any] = []

    def server(request: Message) -> Message:
        if request["method"] == "GET":
            return reply({"name": "Ann", "queues": "Support"})
        written.append(request["body"])
        return reply(request["body"])

    request = {"method": "PATCH", "path": "/v2/users/1", "body": {"queue_ids": [6, 5]}}
    run = drive(api, request, "new", server, KNOWN)
    assert written == [{"name": "Ann", "queues": "Support,Sales, North"}]
    assert run.done.response.body == {"name": "Ann", "queue_ids": [6, 5]}


SHOWN = compile_text(
    """mapdsl 1
lookup queue : string <-> integer
endpoint users {
  old GET /v1/users
  new GET /v2/users
  query { filter kind residual where kind }
  paging {
    old none items=$
    new offset offset=@query.offset limit=@query.limit default=2 max=2 total=total items=users
    only new live is true
  }
  response {
    [] <-> users[] key id {
      id <-> id
      kind <-> kind
      queues <-> queues : csv | each(ref(name, id, queue)) else absent
      add live = true
    }
  }
}
""",
    "shown.map",
)


@pytest.mark.parametrize("api", both_engines(SHOWN))
def test_a_list_that_is_shown_in_part_is_asked_for_once(api: Api) -> None:
    names = ["Sales, North", "Support", "Sales, North", "a,b", "Sales, North"]
    users = [{"id": n, "kind": "xy"[n % 2], "live": n != 4, "queues": [{"name": name}]} for n, name in enumerate(names)]

    def server(request: Message) -> Message:
        first = int(request["query"]["offset"])
        return reply({"users": users[first : first + 2], "total": 5})

    run = drive(api, {"method": "GET", "path": "/v1/users", "query": {"kind": "x"}}, "old", server, KNOWN)
    assert [(user["id"], user["queues"]) for user in run.done.response.body] == [
        (0, "Sales, North"),
        (2, "Sales, North"),
    ]
    assert len(run.asked) == 1


# --- states -----------------------------------------------------------------------------------------------------------


def resumed(api: Api, request: Message, client: str, server: Any, lookups: Any, credentials: Any = None) -> Run:
    """A program that goes on from its written state behind every answer."""
    run, state = Run(), api.exchange(request, client=client).state()
    while True:
        exchange = api.resume(json.loads(json.dumps(state)), request, lookups=credentials)
        step = exchange.step()
        if isinstance(step, Done):
            run.done = step
            return run
        if isinstance(step, Ask):
            run.asked.append((step.lookup, step.keys))
            table = lookups[step.lookup]
            table = table if step.to == "new" else {new: old for old, new in table.items()}
            exchange.answer({key: table[key] for key in step.keys if key in table})
        else:
            exchange.answer([server(call.to_dict()) for call in step.requests])
        state = exchange.state()


@pytest.mark.parametrize("client", ["old", "new"])
@engines
def test_a_program_that_stops_at_every_step_ends_as_one_that_does_not(api: Api, client: str) -> None:
    texts = {"queues": "Sales, North,Support", "seen": "Support,Sales, North"}
    ids = {
        "queue_ids": [5, 6],
        "seen": [{"name": "Support", "id": 6}, {"name": "Sales, North", "id": 5}],
    }
    sent: list[Message] = []

    def server(call: Message) -> Message:
        sent.append(call["body"])
        return reply(ids if client == "old" else texts)

    lookups = {"queue": {"Sales, North": 5, "Support": 6}}
    request = asking(client, texts if client == "old" else ids)
    runs = [go(api, request, client, server, lookups) for go in (drive, resumed)]
    assert [run.done.response.body for run in runs] == [texts if client == "old" else ids] * 2
    assert sent == [ids if client == "old" else texts] * 2
    assert runs[0].asked == runs[1].asked


@engines
def test_a_resumed_exchange_asks_what_was_not_answered(api: Api) -> None:
    exchange = api.exchange(asking("new", {"queue_ids": [5]}), client="new")
    exchange.step()
    exchange.answer({5: "Sales, North"})
    again = api.resume(json.loads(json.dumps(exchange.state())))
    assert again.step() == Ask("queue", ("Sales", "North", "Sales, North"), "new")
    again.answer({"Sales, North": 5})
    state = json.loads(json.dumps(again.state()))
    assert [event["ask"] for event in state["events"]] == ["queue", "queue"]
    assert api.resume(state).step().requests[0].body == {"queues": "Sales, North"}


def without_second_question(state: Message) -> Message:
    """As a version of mapdsl that asked no second time left it."""
    first_call = next((n for n, event in enumerate(state["events"]) if "send" in event), len(state["events"]))
    return {**state, "events": state["events"][: first_call - 1] + state["events"][first_call:]}


@engines
def test_a_state_of_before_the_second_question_goes_on(api: Api) -> None:
    exchange = api.exchange(asking("new", {"seen": [{"name": "Sales"}, {"name": "North"}]}), client="new")
    exchange.step()
    exchange.answer({})
    exchange.step()
    handed = without_second_question(exchange.state())
    assert handed["events"] == []
    assert handed["handed"] is True
    exchange.answer([reply({"seen": "Sales"})])
    answered = without_second_question(exchange.state())
    assert [list(event) for event in answered["events"]] == [["send"]]

    step = api.resume(answered).step()
    assert step == Ask("queue", ("Sales",), "new")  # for the reply: its own first question
    # The call was made and its outcome is not known: nothing asks how its text is read, and it is not made again.
    lost = api.resume(handed).step()
    assert lost.response.status == 502
    assert "the call may have been carried out" in lost.lost[0].reason


# --- section 7 of the guide -------------------------------------------------------------------------------------------

QUEUES = {"Sales, North": 4, "Technical Support": 1}
LOOKUPS: Any = {
    "contact_center_key": {"OLD": "NEW"},
    "queue_by_name": QUEUES,
    "sag_by_name": {"Boarding": 3, "Admin, night": 8},
}
V3 = {"method": "GET", "path": "/api/user_management/v1/users", "headers": {"Authorization": "Bearer OLD"}}
V4 = {"method": "GET", "path": "/api/v4/users", "headers": {"Authorization": "Bearer NEW"}}


@pytest.fixture(scope="module", params=["generated", "interpreted"])
def voiso(request: pytest.FixtureRequest) -> Api:
    made = guide("voiso")
    return made.api if request.param == "generated" else interpreted(made.program)


def test_an_old_client_of_all_users_gets_queues_with_commas(voiso: Api) -> None:
    """110 users of v4 in two pages; the old API returns all."""
    queues = [{"id": 4, "name": "Sales, North"}, {"id": 1, "name": "Technical Support"}]

    def server(call: Message) -> Message:
        assert (call["method"], call["path"]) == ("GET", "/api/v4/users")
        offset, limit = int(call["query"]["offset"]), int(call["query"]["limit"])
        users = [{"id": number, "queues": queues if number % 50 == 0 else []} for number in range(110)]
        return reply({"users": users[offset : offset + limit], "metadata": {"total": 110}})

    run = drive(voiso, {**V3, "query": {}}, "old", server, LOOKUPS)
    assert run.done.response.body[0] == {"id": 0, "assigned_queues": "Sales, North,Technical Support"}
    assert run.done.response.body[1] == {"id": 1, "assigned_queues": ""}
    assert run.done.response.body[100] == {"id": 100, "assigned_queues": "Sales, North,Technical Support"}
    assert [name for name, _ in run.asked].count("queue_by_name") == 1  # one question for all users
    again = resumed(voiso, {**V3, "query": {}}, "old", server, LOOKUPS, {"contact_center_key": {"OLD": "NEW"}})
    assert again.done.response.body == run.done.response.body


def test_a_new_client_asks_for_a_group_with_a_comma_and_gets_queues_with_one(voiso: Api) -> None:
    calls: list[Message] = []

    def server(call: Message) -> Message:
        if call["path"] != V3["path"]:
            return reply(None, 404)  # the statuses of section 11, which fill the users
        calls.append(call["query"])
        return reply([{"id": 1, "sag": "Admin, night", "assigned_queues": "Technical Support,Sales, North"}])

    request = {**V4, "query": {"security_access_group_id": ["8", "3"]}}
    run = drive(voiso, request, "new", server, {**LOOKUPS, "contact_center_key": {"OLD": "NEW"}})
    assert calls == [{"sag": "Admin, night,Boarding"}]
    assert run.done.response.body["users"] == [
        {
            "id": 1,
            "security_access_group": {"name": "Admin, night", "id": 8},
            "queues": [{"name": "Technical Support", "id": 1}, {"name": "Sales, North", "id": 4}],
        }
    ]


def test_users_by_id_are_items_whose_queues_have_commas(voiso: Api) -> None:
    """Section 7, variant by_id: a call for each id, gathered into the old list."""
    queues = {"28982": [{"id": 4, "name": "Sales, North"}], "28983": [{"id": 1, "name": "Technical Support"}]}

    def server(call: Message) -> Message:
        id = call["path"].rpartition("/")[2]
        return reply({"user": {"id": int(id), "queues": queues[id]}})

    run = drive(voiso, {**V3, "query": {"id": "28982,28983"}}, "old", server, LOOKUPS)
    assert run.done.response.body == [
        {"id": 28982, "assigned_queues": "Sales, North"},
        {"id": 28983, "assigned_queues": "Technical Support"},
    ]
    assert run.done.lost == ()


def test_users_by_id_are_those_of_a_group_whose_name_has_a_comma(voiso: Api) -> None:
    """Section 7: "sag (comma-separated names)" beside "id (comma-separated)"."""
    groups = {"1": (8, "Admin, night"), "2": (3, "Boarding"), "3": (9, "Admin")}

    def server(call: Message) -> Message:
        id = call["path"].rpartition("/")[2]
        number, name = groups[id]
        return reply({"user": {"id": int(id), "security_access_group": {"id": number, "name": name}}})

    run = drive(voiso, {**V3, "query": {"id": "1,2,3", "sag": "Admin, night,Boarding"}}, "old", server, LOOKUPS)
    assert [(user["id"], user["sag"]) for user in run.done.response.body] == [
        (1, "Admin, night"),
        (2, "Boarding"),
        (3, "Admin"),
    ]
    run = drive(voiso, {**V3, "query": {"id": "1,2,3", "sag": "Admin, night"}}, "old", server, LOOKUPS)
    assert [user["id"] for user in run.done.response.body] == [1, 3]
    run = drive(voiso, {**V3, "query": {"id": "1,2,3", "sag": "Boarding"}}, "old", server, LOOKUPS)
    assert [user["id"] for user in run.done.response.body] == [2]
