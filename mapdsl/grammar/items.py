"""From parse trees to the parts of an endpoint and the items of a file."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Literal, cast

from lark import Tree

from mapdsl.syntax import (
    Api,
    ApiFact,
    Auth,
    AuthUse,
    Binding,
    Carrier,
    Cites,
    Credential,
    Default,
    End,
    Endpoint,
    Enrich,
    Enum,
    Example,
    ExampleArm,
    Field,
    Fields,
    File,
    Idempotency,
    Json,
    Lookup,
    NameHole,
    Only,
    Opaque,
    Paging,
    PagingSide,
    Param,
    Policy,
    Query,
    Replace,
    Request,
    Response,
    Route,
    Row,
    Scan,
    Scope,
    Shape,
    Side,
    Statement,
    Table,
    Use,
    Variant,
)

from .ends import ENDS, ROOTS, SIDES, read_cites, read_end, read_guards, read_policy, read_step
from .making import Branch, Making, branches, tokens
from .rules import STATEMENTS, read_arrow, read_block, read_failure, read_filter, read_status

__all__ = ["STATEMENT_TREES", "read_file"]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
VERSION = 1
_RPC_ROUTE = (
    "A method of RPC has parameters, `old rpc sms.send(from, to)`; the path of an RPC side stands at the top of a file."
)
_CARRIERS = ("@path", "@query", "@header")


def read_file(making: Making, tree: Branch, comments_end: tuple[str, ...]) -> File:
    """The whole text; `comments_end` are the comments that no statement follows."""
    version: int | None = None
    for index, line in enumerate(branches(tree, "version")):
        known = _read_version(making, line)
        if line is not tree.children[_first_statement(tree)] or index > 0:
            help = "Move it to the first line."
            making.report("MAP004", "the version must be the first statement of the text", making.span(line), help=help)
        version = known if version is None else version
    items = tuple(_ITEMS[item.data](making, item) for item in branches(tree) if item.data != "version")
    return File(version, items, comments_end, span=making.span_of_all())


def _first_statement(tree: Branch) -> int:
    return next(index for index, child in enumerate(tree.children) if isinstance(child, Tree))


def _read_version(making: Making, tree: Branch) -> int | None:
    token = tokens(tree, "INT", "NUM")[0]
    if token == str(VERSION):
        return VERSION
    help = f"This mapdsl reads version {VERSION}: write `mapdsl {VERSION}`, or install a newer mapdsl."
    shown = token if len(token) <= 20 else f"{token[:17]}..."
    making.report("MAP004", f"version {shown} of the language is not known", making.span(token), help=help)
    return None


# --- items of a file -----------------------------------------------------------------------------------------------


def _side(tree: Branch) -> Side:
    return SIDES[tokens(tree, "OLD", "NEW")[0].type]


def _read_use(making: Making, tree: Branch) -> Use:
    return Use(making.string(tokens(tree, "STRING")[0]), **making.place(tree))


def _read_api(making: Making, tree: Branch) -> Api:
    facts = tuple(_read_fact(making, fact) for fact in branches(tree, "fact"))
    return Api(making.name(tree), facts, **making.place(tree))


def _read_fact(making: Making, tree: Branch) -> ApiFact:
    _, fact, *rest = tree.children
    values = [making.name(v) if isinstance(v, Tree) else making.word(v) for v in rest]
    return ApiFact(_side(tree), str(fact), tuple(values), **making.place(tree))


def _read_rows(making: Making, tree: Branch) -> tuple[tuple[Row, ...], Policy | None]:
    otherwise: Policy | None = None
    for index, arm in enumerate(branches(tree, "otherwise")):
        if index > 0:
            making.said_twice("`else`", arm)
        otherwise = read_policy(making, branches(arm)[0])
    return tuple(_read_row(making, row) for row in branches(tree, "row")), otherwise


def _read_row(making: Making, tree: Branch) -> Row:
    old, new = (_read_cell(making, cell) for cell in branches(tree, "cell"))
    return Row(old, read_arrow(tree), new, bool(tokens(tree, "CANONICAL")), **making.place(tree))


def _read_cell(making: Making, tree: Branch) -> tuple[Json, ...]:
    return tuple(making.value(child) for child in tree.children)


def _read_enum(making: Making, tree: Branch) -> Enum:
    rows, otherwise = _read_rows(making, tree)
    rule = next((read_step(making, step) for step in branches(tree, "step")), None)
    return Enum(making.name(tree), bool(tokens(tree, "OPEN")), rows, otherwise, rule, **making.place(tree))


def _read_table(making: Making, tree: Branch) -> Table:
    rows, otherwise = _read_rows(making, tree)
    return Table(making.name(tree), rows, otherwise, **making.place(tree))


def _read_lookup(making: Making, tree: Branch) -> Lookup:
    name, old, new = (making.name(child) for child in branches(tree, "name"))
    return Lookup(name, old, read_arrow(tree), new, **making.place(tree))


def _read_name_hole(making: Making, tree: Branch) -> NameHole:
    question, *assumed = (making.string(token) for token in tokens(tree, "STRING"))
    return NameHole(making.name(tree), question, assumed[0] if assumed else None, **making.place(tree))


def _read_credential(making: Making, tree: Branch) -> Credential:
    return Credential(making.name(tree), bool(tokens(tree, "SAME")), **making.place(tree))


def _read_auth(making: Making, tree: Branch) -> Auth:
    name = making.name(tree)
    credential = branches(tree, "auth_credential")
    carriers = tuple(_read_carrier(making, carrier) for carrier in branches(tree, "carrier"))
    return Auth(name, making.name(credential[0]) if credential else name, carriers, **making.place(tree))


def _read_carrier(making: Making, tree: Branch) -> Carrier:
    if tokens(tree, "BEARER"):
        return Carrier(_side(tree), "bearer", span=making.span(tree))
    if tokens(tree, "BASIC"):
        return Carrier(_side(tree), "basic", span=making.span(tree))
    if tokens(tree, "SCHEME"):
        return Carrier(_side(tree), "scheme", None, making.string(tokens(tree, "STRING")[0]), span=making.span(tree))
    end = read_end(making, branches(tree, *ENDS)[0])
    if end.ref.root in ROOTS and (end.ref.root not in _CARRIERS or len(end.ref.path) != 1):
        help = "A credential travels as `bearer`, `basic`, `@path.NAME`, `@query.NAME` or `@header.NAME`."
        making.report("MAP001", f"`{end.ref}` cannot carry a credential", end.span, help=help)
    return Carrier(_side(tree), "end", end, span=making.span(tree))


def _read_shape(making: Making, tree: Branch) -> Shape:
    return Shape(making.name(tree), read_block(making, tree), **making.place(tree))


def _read_endpoint(making: Making, tree: Branch) -> Endpoint:
    prefer: tuple[Side, ...] = ()
    for mark in branches(tree, "prefer"):
        prefer = tuple(SIDES[token.type] for token in tokens(mark, *SIDES)) or ("old", "new")
    return Endpoint(making.name(tree), _read_parts(making, tree), prefer, **making.place(tree))


# --- parts of an endpoint ------------------------------------------------------------------------------------------


def _read_parts(making: Making, tree: Branch) -> tuple[Statement, ...]:
    return tuple(_PARTS[part.data](making, part) for part in branches(tree) if part.data in _PARTS)


def _read_route(making: Making, tree: Branch) -> Route:
    name = branches(tree, "name")[0]
    method = making.name(name)
    if method not in METHODS:
        close = difflib.get_close_matches(method.upper(), METHODS, 1)
        hint = f"Did you mean `{close[0]}`?" if close else f"Methods are {', '.join(METHODS)}."
        hint = _RPC_ROUTE if method == "rpc" else hint
        making.report("MAP001", f"expected an HTTP method, found `{method}`", making.span(name), help=hint)
    guards = branches(tree, "guards")
    path = str(tokens(tree, "ROUTE")[0])
    read = read_guards(making, guards[0]) if guards else ()
    return Route(_side(tree), method, path, read, cites=read_cites(making, tree), **making.place(tree))


def _read_rpc_route(making: Making, tree: Branch) -> Route:
    method = making.word(tokens(tree, "METHOD", "STRING")[0])
    params = tuple(_read_param(making, param) for param in branches(branches(tree, "parameters")[0], "parameter"))
    guards = branches(tree, "guards")
    read = read_guards(making, guards[0]) if guards else ()
    return Route(_side(tree), "rpc", method, read, params, read_cites(making, tree), **making.place(tree))


def _read_param(making: Making, tree: Branch) -> Param:
    return Param(making.name(tree), bool(tokens(tree, "OPTIONAL")), span=making.span(tree))


def _read_auth_use(making: Making, tree: Branch) -> AuthUse:
    return AuthUse(making.name(tree), **making.place(tree))


def _read_cites(making: Making, tree: Branch) -> Cites:
    return Cites(read_cites(making, tree), **making.place(tree))


def _read_opaque(making: Making, tree: Branch) -> Opaque:
    part = cast("Literal['request', 'response']", str(tokens(tree, "REQUEST", "RESPONSE")[0]))
    return Opaque(part, **making.place(tree))


def _read_request(making: Making, tree: Branch) -> Request:
    return Request(read_block(making, tree), **making.place(tree))


def _read_query(making: Making, tree: Branch) -> Query:
    return Query(read_block(making, tree), **making.place(tree))


def _read_response(making: Making, tree: Branch) -> Response:
    return Response(read_block(making, tree), **making.place(tree))


def _read_variant(making: Making, tree: Branch) -> Variant:
    return Variant(making.name(tree), _read_parts(making, tree), **making.place(tree))


def _read_paging(making: Making, tree: Branch) -> Paging:
    sides = tuple(_read_paging_side(making, side) for side in branches(tree, "paging_side"))
    only = tuple(_read_only(making, line) for line in branches(tree, "only"))
    scan = tuple(_read_scan(making, line) for line in branches(tree, "scan"))
    return Paging(sides, only, scan, **making.place(tree))


def _read_paging_side(making: Making, tree: Branch) -> PagingSide:
    scheme = making.name(tree)
    arguments: list[tuple[str, End | int]] = []
    for argument in branches(tree, "paging_argument"):
        number = tokens(argument, "INT")
        ends = branches(argument, *ENDS)
        arguments.append((making.name(argument), making.whole(number[0]) if number else read_end(making, ends[0])))
    return PagingSide(_side(tree), scheme, tuple(arguments), **making.place(tree))


def _read_only(making: Making, tree: Branch) -> Only:
    return Only(read_guards(making, tree), **making.place(tree))


def _read_scan(making: Making, tree: Branch) -> Scan:
    bound, *total = tokens(tree)
    number = making.whole(bound)
    if number < 1:
        help = "`scan 1000` reads 1000 items at most."
        making.report("MAP009", "`scan` needs a bound of at least 1", making.span(bound), help=help)
    return Scan(number, str(total[0]) if total else None, **making.place(tree))


def _read_replace(making: Making, tree: Branch) -> Replace:
    policy = cast("Literal['loose', 'reset', 'read_modify_write']", str(tokens(tree)[0]))
    sources = branches(tree, "replace_from")
    ends = [read_end(making, end) for source in sources for end in branches(source, *ENDS)]
    old, new = ends or (None, None)
    defaults = tuple(_read_default(making, default) for default in branches(tree, "default"))
    source = making.name(sources[0]) if sources else None
    return Replace(policy, source, old, new, defaults, **making.place(tree))


def _read_default(making: Making, tree: Branch) -> Default:
    of = read_end(making, branches(tree, *ENDS)[0])
    return Default(of, making.value(tree.children[-1]), **making.place(tree))


def _read_enrich(making: Making, tree: Branch) -> Enrich:
    bindings = tuple(_read_binding(making, binding) for binding in branches(tree, "binding"))
    into, items, key = None, None, None
    for item in branches(tree, "enrich_item"):
        into, items = (read_end(making, end) for end in branches(item, *ENDS))
        key = making.name(item)
    return Enrich(_side(tree), making.name(tree), bindings, into, items, key, **making.place(tree))


def _read_binding(making: Making, tree: Branch) -> Binding:
    of, value = (read_end(making, end) for end in branches(tree, *ENDS))
    return Binding(of, value, **making.place(tree))


def _read_scope(making: Making, tree: Branch) -> Scope:
    return Scope(_side(tree), tuple(making.string(token) for token in tokens(tree, "STRING")), **making.place(tree))


def _read_idempotency(making: Making, tree: Branch) -> Idempotency:
    return Idempotency(_side(tree), read_end(making, branches(tree, *ENDS)[0]), **making.place(tree))


def _read_fields(making: Making, tree: Branch) -> Fields:
    part = cast("Literal['request', 'response', 'query']", str(tokens(tree, "REQUEST", "RESPONSE", "QUERY")[0]))
    fields = tuple(_read_field(making, field) for field in branches(tree, "field"))
    return Fields(_side(tree), part, fields, **making.place(tree))


def _read_field(making: Making, tree: Branch) -> Field:
    of = read_end(making, branches(tree, *ENDS)[0])
    types = branches(tree, "name")
    optional = bool(tokens(tree, "OPTIONAL"))
    return Field(of, optional, making.name(types[0]) if types else None, **making.place(tree))


def _read_example(making: Making, tree: Branch) -> Example:
    sides = [SIDES[token.type] for token in tokens(tree, *SIDES)]
    arms = tuple(_read_arm(making, arm) for arm in branches(tree, "example_arm"))
    name = making.string(tokens(tree, "STRING")[0])
    return Example(name, arms, sides[0] if sides else None, **making.place(tree))


def _read_arm(making: Making, tree: Branch) -> ExampleArm:
    *head, value = tree.children
    side = cast("Side | None", str(head[0]) if len(head) > 1 else None)
    return ExampleArm(str(head[-1]), making.value(value), side, **making.place(tree))


_ITEMS: dict[str, Callable[[Making, Branch], Statement]] = {
    "use": _read_use,
    "api": _read_api,
    "fact": _read_fact,
    "enum": _read_enum,
    "table": _read_table,
    "lookup": _read_lookup,
    "credential": _read_credential,
    "name_hole": _read_name_hole,
    "auth": _read_auth,
    "shape": _read_shape,
    "fields": _read_fields,
    "endpoint": _read_endpoint,
}
_PARTS: dict[str, Callable[[Making, Branch], Statement]] = {
    "route": _read_route,
    "rpc_route": _read_rpc_route,
    "auth_use": _read_auth_use,
    "cites_part": _read_cites,
    "opaque": _read_opaque,
    "request": _read_request,
    "query": _read_query,
    "response": _read_response,
    "failure": read_failure,
    "status": read_status,
    "paging": _read_paging,
    "fields": _read_fields,
    "example": _read_example,
    "variant": _read_variant,
    "filter": read_filter,
    "replace": _read_replace,
    "enrich": _read_enrich,
    "idempotency": _read_idempotency,
    "scope": _read_scope,
}
# The trees that become statements, which carry comments.
_INNER = ("row", "paging_side", "only", "scan", "field", "example_arm", "case", "default", "binding")
STATEMENT_TREES = frozenset({*_ITEMS, *_PARTS, *STATEMENTS, *_INNER})
