"""Hand-written units, as codegen would make them: what the runtime needs to run without a compiler."""

from __future__ import annotations

from typing import Any

from mapdsl.conversions import ABSENT
from mapdsl.errors import RuleRef
from mapdsl.runtime import (
    Api,
    ApiSide,
    Auth,
    Carrier,
    CompiledFailure,
    CompiledMapping,
    CompiledUnit,
    LookupDecl,
    PagingSide,
    Parts,
    Route,
    StatusRow,
)


def rule(line: int, text: str) -> RuleRef:
    return RuleRef("toy.map", line, text)


def ways(
    full: Any, rules: tuple[RuleRef, ...] = (), keys: Any = None, lookups: tuple[str, ...] = (), **more: Any
) -> CompiledMapping:
    def plain(body: Any, answers: Any = None, request: Any = None, back: Any = None) -> Any:
        return full(Parts(body), answers or {}, request, None).body

    plain.keys = lambda body: {name: list(found) for name, found in (keys(Parts(body), None) if keys else {}).items()}
    return CompiledMapping(plain, full, keys or (lambda parts, asked: {}), rules, lookups, **more)


def same_body(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
    return Parts(parts.body, query=parts.query, path=dict(parts.path or {}))


COPY = ways(same_body)


# --- send_sms: {number, body, sender, agent} <-> {phone_number, message, sender_id}, the key from path to header ----

SMS_RULES = (
    rule(3, "number <-> phone_number"),
    rule(4, "body <-> message"),
    rule(5, "sender <-> sender_id : sender"),
    rule(6, "drop agent"),
)


def sms_to_new(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
    old, new = parts.body, {}
    if type(old) is not dict:
        log.problem(0, ("body",), "an object", old)
        return Parts({}, path={}, query={}, header={})
    for number, here, there in ((0, "number", "phone_number"), (1, "body", "message")):
        value = old.get(here, ABSENT)
        if value is not ABSENT and not isinstance(value, str):
            log.problem(number, ("body", here), "a text", value)
        elif value is not ABSENT:
            new[there] = value
    if "sender" in old:
        found = answers["sender"].get(old["sender"], ABSENT)
        if found is ABSENT:
            log.problem(2, ("body", "sender"), "a key that lookup sender knows", old["sender"])
        else:
            new["sender_id"] = found
    if "agent" in old:
        log.lose(3, ("body", "agent"), old["agent"], "no place in the new API")
        log.note(("body", "agent"), old["agent"])
    return Parts(new, path={}, query={}, header={})


def sms_to_old(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
    new, old = parts.body, {}
    for here, there in (("phone_number", "number"), ("message", "body")):
        if here in new:
            old[there] = new[here]
    if "sender_id" in new:
        old["sender"] = answers["sender"][new["sender_id"]]
    return Parts(old, path={}, query={}, header={})


def sms_reply_to_old(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
    old = {"sms_id": parts.body["id"]}
    if asked is not None:
        old["number"] = asked.old.body["number"]
    else:
        log.lose(0, ("body", "number"), ABSENT, "needs request")
    return Parts(old)


def sms_reply_to_new(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
    return Parts({"id": parts.body["sms_id"]})


def failure_to_old(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
    return Parts({"success": False, "message": parts.body["error"]})


def failure_to_new(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
    return Parts({"error": parts.body["message"]})


SMS = CompiledUnit(
    "send_sms",
    None,
    "toy.map",
    1,
    (Route("old", "POST", "/api/v1/{api_key}/sendsms"), Route("old", "POST", "/api/v1/{api_key}/sms")),
    (Route("new", "POST", "/v4/sms"),),
    ways(
        sms_to_new,
        SMS_RULES,
        lambda parts, asked: {"sender": {parts.body["sender"]: None} if "sender" in parts.body else {}},
        ("sender",),
    ),
    ways(
        sms_to_old,
        SMS_RULES,
        lambda parts, asked: {"sender": {parts.body["sender_id"]: None} if "sender_id" in parts.body else {}},
        ("sender",),
    ),
    ways(sms_reply_to_new),
    ways(sms_reply_to_old, (rule(9, "drop number = @request.body.number"),)),
    auth=Auth("api_key", False, Carrier("path", "api_key"), Carrier("bearer")),
    statuses=(StatusRow(200, "<->", 201), StatusRow(204, "->", 201)),
    failure=CompiledFailure(
        ways(failure_to_new), ways(failure_to_old), old_fails=lambda parts: parts.body.get("success") is False
    ),
)


# --- calls: a filter that travels, a variant by guard, a path parameter ---------------------------------------------


def one_to_new(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
    return Parts(None, path={"call_id": parts.query["uuid"]}, query={}, header={})


def one_to_old(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
    return Parts(None, path={}, query={"uuid": parts.path["call_id"]}, header={})


def has_uuid(parts: Parts) -> bool:
    return "uuid" in (parts.query or {})


ONE = CompiledUnit(
    "calls",
    "one",
    "toy.map",
    20,
    (Route("old", "GET", "/calls", holds=has_uuid),),
    (Route("new", "GET", "/v4/calls/{call_id}", chosen=has_uuid),),
    ways(one_to_new, (rule(22, "@query.uuid <-> @path.call_id"),)),
    ways(one_to_old),
    COPY,
    COPY,
)

RECORDS = ((("body", "records", "[]"), ("body", "calls", "[]")),)


def list_to_new(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
    """{records: [{id, name, agent}]} -> {calls: [{id, label}]}; names are looked up."""
    calls = []
    for i, record in enumerate(parts.body["records"]):
        call = {"id": record["id"]}
        if "name" in record:
            call["label"] = record["name"]
        if "agent" in record:
            log.lose(0, ("body", "records", i, "agent"), record["agent"], "no place in the new API")
            log.note(("body", "records", i, "agent"), record["agent"])
        calls.append(call)
    return Parts({"calls": calls})


def list_to_old(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
    records = []
    for i, call in enumerate(parts.body["calls"]):
        if call.get("label") == "bad":
            log.problem(0, ("body", "calls", i, "label"), "a good label", "bad")
        if "extra" in call:
            log.lose(0, ("body", "calls", i, "extra"), call["extra"], "no place in the old API")
            log.note(("body", "calls", i, "extra"), call["extra"])
        records.append({"id": call["id"], **({"name": call["label"]} if "label" in call else {})})
    return Parts({"records": records})


def query_only(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
    kept = {name: value for name, value in (parts.query or {}).items() if name == "q"}
    return Parts(None, path={}, query=kept, header={})


PAGE = PagingSide(
    "page",
    page=("page",),
    size=("per_page",),
    default=50,
    max=500,
    total=("total",),
    echo=(("page", ("page",)),),
    items=("records",),
)
OFFSET = PagingSide(
    "offset", offset=("offset",), limit=("limit",), default=100, max=100, total=("meta", "total"), items=("calls",)
)
LIST = CompiledUnit(
    "calls",
    "list",
    "toy.map",
    30,
    (Route("old", "GET", "/calls"),),
    (Route("new", "GET", "/v4/calls"),),
    ways(query_only),
    ways(query_only),
    ways(list_to_new, (rule(31, "records[] <-> calls[]"),), blocks=RECORDS),
    ways(list_to_old, (rule(31, "records[] <-> calls[]"),), blocks=RECORDS),
    paging=(PAGE, OFFSET),
)

# --- users: a whole list on the old side ----------------------------------------------------------------------------


def users_to_new(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
    return Parts({"users": [dict(user) for user in parts.body]})


def users_to_old(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
    return Parts([dict(user) for user in parts.body["users"]])


WHOLE = PagingSide("none")
USERS_PAGE = PagingSide(
    "offset", offset=("offset",), limit=("limit",), default=100, max=100, total=("meta", "total"), items=("users",)
)
USERS = CompiledUnit(
    "users",
    None,
    "toy.map",
    40,
    (Route("old", "GET", "/users"),),
    (Route("new", "GET", "/v4/users"),),
    ways(query_only),
    ways(query_only),
    ways(users_to_new, blocks=((("body", "[]"), ("body", "users", "[]")),)),
    ways(users_to_old, blocks=((("body", "[]"), ("body", "users", "[]")),)),
    paging=(WHOLE, USERS_PAGE),
)

LOOKUPS = (
    LookupDecl("sender", "string", "integer", file="common.map", line=3),
    LookupDecl("api_key", "string", "string", credential=True),
)


def toy_api(*units: CompiledUnit) -> Api:
    return Api(units or (SMS, ONE, LIST, USERS), LOOKUPS, ApiSide(base="/old"), ApiSide(), "digest-1")
