"""Messages that go out: the parts that generated code built, as HTTP spells them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import attrs

from mapdsl.errors import Problem, RuleRef, TranslationError
from mapdsl.records import Record
from mapdsl.runtime.compiled import Carrier, Loss, Parts
from mapdsl.runtime.messages import Credential, Headers, Places, Request, Unfit, Wire, check_headers, encode, shortest

from .catalog import Catalog, CatalogUnit
from .claims import claim_of
from .credentials import place
from .incoming import IncomingRequest
from .passing_headers import Carried

__all__ = [
    "OutgoingCredential",
    "Spelling",
    "close_request",
    "in_path",
    "places_of",
    "read_request",
    "write_headers",
]


Spelling = tuple[int, bool, bool]  # the route to write, with the base of the API, braces escaped


@attrs.frozen(repr=False)
class OutgoingCredential(Record):
    """The credential of the other side: the secret, or the name of what is still open; what that loses."""

    credential: Credential | None = None
    unfilled: tuple[str, ...] = ()
    lost: tuple[Loss, ...] = ()


def close_request(
    catalog: Catalog,
    opened: IncomingRequest,
    target: Parts,
    to: str,
    spelling: Spelling,
    answered: OutgoingCredential,
    problems: list[Problem],
    body: Any,
    carried: Carried,
) -> Request:
    """The request that these parts spell. What cannot be spelled goes to `problems` and is left out."""
    prepared, route = opened.prepared, spelling[0]
    path: dict[str, Any] = dict(target.path or {})
    query = _write_query(target.query or {}, catalog.edges[to].wire, problems)
    auth = prepared.unit.auth
    headers = write_headers(target.header or {}, carried, problems)
    carrier = None if auth is None else auth.side(to)
    try:
        place(carrier, answered.credential, path, query, headers)
    except TranslationError as error:
        problems.extend(error.problems)
    text = _write_path(prepared, to, spelling, path, carrier, problems)
    declared = prepared.unit.routes(to)[route]
    method = declared.method if declared.params is None else "POST"
    request = Request(method, text, query, headers, body, answered.unfilled)
    if declared.params is None:
        claim = claim_of(catalog, prepared, to, route, request, in_path(carrier))
        problems += [] if claim is None else [attrs.evolve(claim, rule=_writer(prepared, to, claim))]
    secrets = [each for each in (opened.credential, answered.credential) if each is not None]
    if carrier is not None and answered.credential is not None:
        carrier = carrier.by(answered.credential.tag)
    return request.hiding(secrets, places_of(prepared, to, route, carrier, text)) if secrets else request


def places_of(prepared: CatalogUnit, to: str, route: int, carrier: Carrier | None, path: str) -> Places:
    """Where a request carries its credential."""
    if carrier is None:
        return ()
    if carrier.kind != "path":
        return (("query", carrier.name) if carrier.kind == "query" else ("headers", carrier.header),)
    own = prepared.templates[to][route].shapes[-1]
    return (("path", len(path.split("/")) - len(own) + own.index(f"{{{carrier.name}}}")),)


def read_request(
    catalog: Catalog, endpoint: str, to: str, values: dict[str, Any], answered: OutgoingCredential
) -> Request:
    """The GET of an endpoint on a side, with these path parameters and a credential that was answered before.

    Raises TranslationError where it has no such route, or a parameter has no value.
    """
    for prepared in catalog.endpoint(endpoint):
        for number, route in enumerate(prepared.unit.routes(to)):
            template = prepared.templates[to][number]
            if route.params is not None or route.method != "GET":
                continue
            auth = prepared.unit.auth
            carrier = None if auth is None else auth.side(to)
            path: dict[str, Any] = {name: values[name] for name in template.names if name in values}
            query: dict[str, Any] = {}
            headers: Headers = {}
            place(carrier, answered.credential, path, query, headers)
            open_names = (in_path(carrier),)
            request = Request("GET", template.fill(path, open_names), query, headers, None, answered.unfilled)
            claim = claim_of(catalog, prepared, to, number, request, in_path(carrier))
            if claim is not None:
                raise TranslationError([claim])
            if carrier is not None and answered.credential is not None:
                carrier = carrier.by(answered.credential.tag)
            places = places_of(prepared, to, number, carrier, request.path)
            return request.hiding([answered.credential], places) if answered.credential is not None else request
    raise TranslationError([Problem("$", f"a GET of endpoint {endpoint} on the {to} side", "none")])


def in_path(carrier: Carrier | None) -> str:
    """The path parameter that carries the credential, if one does."""
    return carrier.name if carrier is not None and carrier.kind == "path" else ""


def write_headers(written: dict[str, Any], carried: Carried, problems: list[Problem]) -> Headers:
    """The headers that go out: those that rules wrote, those that pass, and what residue brought back."""
    headers: Headers = {}
    for name, value in written.items():
        spelled = carried.spell(name)
        try:
            texts = [shortest(each) for each in value] if isinstance(value, list) else shortest(value)
            headers[spelled] = texts[0] if isinstance(texts, list) and len(texts) == 1 else texts
        except Unfit as error:
            problems.append(Problem(f"headers.{name}", "a text or a list of texts", error.found))
    wrong = check_headers(headers)
    problems.extend(wrong)
    return {} if wrong else headers


def _write_query(document: dict[str, Any], wire: tuple[str, ...], problems: list[Problem]) -> Wire:
    try:
        return encode(document, wire)
    except TranslationError as error:
        problems.extend(error.problems)
    query: Wire = {}
    for name, value in document.items():  # all that can be spelled
        with suppress(TranslationError):
            query.update(encode({name: value}, wire))
    return query


def _write_path(
    prepared: CatalogUnit,
    to: str,
    spelling: Spelling,
    values: dict[str, Any],
    carrier: Carrier | None,
    problems: list[Problem],
) -> str:
    route, based, quoted = spelling
    template = prepared.templates[to][route]
    open_names = (in_path(carrier),)
    try:
        text = template.fill(values, open_names, quoted)
    except TranslationError as error:
        problems.extend(attrs.evolve(problem, rule=_writer(prepared, to, problem)) for problem in error.problems)
        wrong = {problem.path.removeprefix("path.") for problem in error.problems}
        text = template.fill({name: values[name] for name in values if name not in wrong}, template.names)
    if based or not template.base:
        return text
    return "/" + "/".join(text.split("/")[template.base.count("/") + 1 :])


def _writer(prepared: CatalogUnit, to: str, problem: Problem) -> RuleRef:
    """The rule that writes a path parameter, or else the endpoint."""
    unit = prepared.unit
    for rule in unit.ways("request", to).rules:
        if f"@{problem.path}" in rule.text:
            return rule
    return RuleRef(unit.file, unit.line, f"endpoint {unit.endpoint}")
