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
    Examples,
    Field,
    Fields,
    File,
    Given,
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
from .rules import STATEMENTS, read_arrow, read_block, read_failure, read_filter, read_status
from .tree_builder import Branch, TreeBuilder, branches, tokens

__all__ = ["STATEMENT_TREES", "read_file"]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
VERSION = 1
_RPC_ROUTE = (
    "A method of RPC has parameters, `old rpc sms.send(from, to)`; the path of an RPC side stands at the top of a file."
)
_CARRIERS = ("@path", "@query", "@header")


def read_file(builder: TreeBuilder, tree: Branch, comments_end: tuple[str, ...]) -> File:
    """The whole text; `comments_end` are the comments that no statement follows."""
    version: int | None = None
    for index, line in enumerate(branches(tree, "version")):
        known = _read_version(builder, line)
        if line is not tree.children[_first_statement(tree)] or index > 0:
            help = "Move it to the first line."
            builder.report(
                "MAP004", "the version must be the first statement of the text", builder.span(line), help=help
            )
        version = known if version is None else version
    items = tuple(_ITEMS[item.data](builder, item) for item in branches(tree) if item.data != "version")
    return File(version, items, comments_end, span=builder.span_of_all())


def _first_statement(tree: Branch) -> int:
    return next(index for index, child in enumerate(tree.children) if isinstance(child, Tree))


def _read_version(builder: TreeBuilder, tree: Branch) -> int | None:
    token = tokens(tree, "INT", "NUM")[0]
    if token == str(VERSION):
        return VERSION
    help = f"This mapdsl reads version {VERSION}: write `mapdsl {VERSION}`, or install a newer mapdsl."
    shown = token if len(token) <= 20 else f"{token[:17]}..."
    builder.report("MAP004", f"version {shown} of the language is not known", builder.span(token), help=help)
    return None


# --- items of a file -----------------------------------------------------------------------------------------------


def _side(tree: Branch) -> Side:
    return SIDES[tokens(tree, "OLD", "NEW")[0].type]


def _read_use(builder: TreeBuilder, tree: Branch) -> Use:
    return Use(builder.string(tokens(tree, "STRING")[0]), **builder.place(tree))


def _read_api(builder: TreeBuilder, tree: Branch) -> Api:
    facts = tuple(_read_fact(builder, fact) for fact in branches(tree, "fact"))
    return Api(builder.name(tree), facts, **builder.place(tree))


def _read_fact(builder: TreeBuilder, tree: Branch) -> ApiFact:
    _, fact, *rest = tree.children
    values = [builder.name(v) if isinstance(v, Tree) else builder.word(v) for v in rest]
    return ApiFact(_side(tree), str(fact), tuple(values), **builder.place(tree))


def _read_rows(builder: TreeBuilder, tree: Branch) -> tuple[tuple[Row, ...], Policy | None]:
    otherwise: Policy | None = None
    for index, arm in enumerate(branches(tree, "otherwise")):
        if index > 0:
            builder.said_twice("`else`", arm)
        otherwise = read_policy(builder, branches(arm)[0])
    return tuple(_read_row(builder, row) for row in branches(tree, "row")), otherwise


def _read_row(builder: TreeBuilder, tree: Branch) -> Row:
    old, new = (_read_cell(builder, cell) for cell in branches(tree, "cell"))
    return Row(old, read_arrow(tree), new, bool(tokens(tree, "CANONICAL")), **builder.place(tree))


def _read_cell(builder: TreeBuilder, tree: Branch) -> tuple[Json, ...]:
    return tuple(builder.value(child) for child in tree.children)


def _read_enum(builder: TreeBuilder, tree: Branch) -> Enum:
    rows, otherwise = _read_rows(builder, tree)
    rule = next((read_step(builder, step) for step in branches(tree, "step")), None)
    return Enum(builder.name(tree), bool(tokens(tree, "OPEN")), rows, otherwise, rule, **builder.place(tree))


def _read_table(builder: TreeBuilder, tree: Branch) -> Table:
    rows, otherwise = _read_rows(builder, tree)
    return Table(builder.name(tree), rows, otherwise, **builder.place(tree))


def _read_lookup(builder: TreeBuilder, tree: Branch) -> Lookup:
    name, old, new = (builder.name(child) for child in branches(tree, "name"))
    return Lookup(name, old, read_arrow(tree), new, **builder.place(tree))


def _read_name_hole(builder: TreeBuilder, tree: Branch) -> NameHole:
    question, *assumed = (builder.string(token) for token in tokens(tree, "STRING"))
    return NameHole(builder.name(tree), question, assumed[0] if assumed else None, **builder.place(tree))


def _read_credential(builder: TreeBuilder, tree: Branch) -> Credential:
    return Credential(builder.name(tree), bool(tokens(tree, "SAME")), **builder.place(tree))


def _read_auth(builder: TreeBuilder, tree: Branch) -> Auth:
    name = builder.name(tree)
    credential = branches(tree, "auth_credential")
    carriers = tuple(_read_carrier(builder, carrier) for carrier in branches(tree, "carrier"))
    return Auth(name, builder.name(credential[0]) if credential else name, carriers, **builder.place(tree))


def _read_carrier(builder: TreeBuilder, tree: Branch) -> Carrier:
    if tokens(tree, "BEARER"):
        return Carrier(_side(tree), "bearer", span=builder.span(tree))
    if tokens(tree, "BASIC"):
        return Carrier(_side(tree), "basic", span=builder.span(tree))
    if tokens(tree, "SCHEME"):
        return Carrier(_side(tree), "scheme", None, builder.string(tokens(tree, "STRING")[0]), span=builder.span(tree))
    end = read_end(builder, branches(tree, *ENDS)[0])
    if end.ref.root in ROOTS and (end.ref.root not in _CARRIERS or len(end.ref.path) != 1):
        help = "A credential travels as `bearer`, `basic`, `@path.NAME`, `@query.NAME` or `@header.NAME`."
        builder.report("MAP001", f"`{end.ref}` cannot carry a credential", end.span, help=help)
    return Carrier(_side(tree), "end", end, span=builder.span(tree))


def _read_shape(builder: TreeBuilder, tree: Branch) -> Shape:
    return Shape(builder.name(tree), read_block(builder, tree), **builder.place(tree))


def _read_endpoint(builder: TreeBuilder, tree: Branch) -> Endpoint:
    prefer: tuple[Side, ...] = ()
    for mark in branches(tree, "prefer"):
        prefer = tuple(SIDES[token.type] for token in tokens(mark, *SIDES)) or ("old", "new")
    return Endpoint(builder.name(tree), _read_parts(builder, tree), prefer, **builder.place(tree))


# --- parts of an endpoint ------------------------------------------------------------------------------------------


def _read_parts(builder: TreeBuilder, tree: Branch) -> tuple[Statement, ...]:
    return tuple(_PARTS[part.data](builder, part) for part in branches(tree) if part.data in _PARTS)


def _read_route(builder: TreeBuilder, tree: Branch) -> Route:
    name = branches(tree, "name")[0]
    method = builder.name(name)
    if method not in METHODS:
        close = difflib.get_close_matches(method.upper(), METHODS, 1)
        hint = f"Did you mean `{close[0]}`?" if close else f"Methods are {', '.join(METHODS)}."
        hint = _RPC_ROUTE if method == "rpc" else hint
        builder.report("MAP001", f"expected an HTTP method, found `{method}`", builder.span(name), help=hint)
    guards = branches(tree, "guards")
    path = str(tokens(tree, "ROUTE")[0])
    read = read_guards(builder, guards[0]) if guards else ()
    return Route(_side(tree), method, path, read, cites=read_cites(builder, tree), **builder.place(tree))


def _read_rpc_route(builder: TreeBuilder, tree: Branch) -> Route:
    method = builder.word(tokens(tree, "METHOD", "STRING")[0])
    params = tuple(_read_param(builder, param) for param in branches(branches(tree, "parameters")[0], "parameter"))
    guards = branches(tree, "guards")
    read = read_guards(builder, guards[0]) if guards else ()
    return Route(_side(tree), "rpc", method, read, params, read_cites(builder, tree), **builder.place(tree))


def _read_param(builder: TreeBuilder, tree: Branch) -> Param:
    return Param(builder.name(tree), bool(tokens(tree, "OPTIONAL")), span=builder.span(tree))


def _read_auth_use(builder: TreeBuilder, tree: Branch) -> AuthUse:
    return AuthUse(builder.name(tree), **builder.place(tree))


def _read_cites(builder: TreeBuilder, tree: Branch) -> Cites:
    return Cites(read_cites(builder, tree), **builder.place(tree))


def _read_opaque(builder: TreeBuilder, tree: Branch) -> Opaque:
    part = cast("Literal['request', 'response']", str(tokens(tree, "REQUEST", "RESPONSE")[0]))
    return Opaque(part, **builder.place(tree))


def _read_request(builder: TreeBuilder, tree: Branch) -> Request:
    return Request(read_block(builder, tree), **builder.place(tree))


def _read_query(builder: TreeBuilder, tree: Branch) -> Query:
    return Query(read_block(builder, tree), **builder.place(tree))


def _read_response(builder: TreeBuilder, tree: Branch) -> Response:
    return Response(read_block(builder, tree), **builder.place(tree))


def _read_variant(builder: TreeBuilder, tree: Branch) -> Variant:
    return Variant(builder.name(tree), _read_parts(builder, tree), **builder.place(tree))


def _read_paging(builder: TreeBuilder, tree: Branch) -> Paging:
    sides = tuple(_read_paging_side(builder, side) for side in branches(tree, "paging_side"))
    only = tuple(_read_only(builder, line) for line in branches(tree, "only"))
    scan = tuple(_read_scan(builder, line) for line in branches(tree, "scan"))
    return Paging(sides, only, scan, **builder.place(tree))


def _read_paging_side(builder: TreeBuilder, tree: Branch) -> PagingSide:
    scheme = builder.name(tree)
    arguments: list[tuple[str, End | int]] = []
    for argument in branches(tree, "paging_argument"):
        number = tokens(argument, "INT")
        ends = branches(argument, *ENDS)
        arguments.append((builder.name(argument), builder.whole(number[0]) if number else read_end(builder, ends[0])))
    return PagingSide(_side(tree), scheme, tuple(arguments), **builder.place(tree))


def _read_only(builder: TreeBuilder, tree: Branch) -> Only:
    return Only(read_guards(builder, tree), **builder.place(tree))


def _read_scan(builder: TreeBuilder, tree: Branch) -> Scan:
    bound, *total = tokens(tree)
    number = builder.whole(bound)
    if number < 1:
        help = "`scan 1000` reads 1000 items at most."
        builder.report("MAP009", "`scan` needs a bound of at least 1", builder.span(bound), help=help)
    return Scan(number, str(total[0]) if total else None, **builder.place(tree))


def _read_replace(builder: TreeBuilder, tree: Branch) -> Replace:
    policy = cast("Literal['loose', 'reset', 'read_modify_write']", str(tokens(tree)[0]))
    sources = branches(tree, "replace_from")
    ends = [read_end(builder, end) for source in sources for end in branches(source, *ENDS)]
    old, new = ends or (None, None)
    defaults = tuple(_read_default(builder, default) for default in branches(tree, "default"))
    source = builder.name(sources[0]) if sources else None
    return Replace(policy, source, old, new, defaults, **builder.place(tree))


def _read_default(builder: TreeBuilder, tree: Branch) -> Default:
    of = read_end(builder, branches(tree, *ENDS)[0])
    return Default(of, builder.value(tree.children[-1]), **builder.place(tree))


def _read_enrich(builder: TreeBuilder, tree: Branch) -> Enrich:
    bindings = tuple(_read_binding(builder, binding) for binding in branches(tree, "binding"))
    into, items, key = None, None, None
    for item in branches(tree, "enrich_item"):
        into, items = (read_end(builder, end) for end in branches(item, *ENDS))
        key = builder.name(item)
    return Enrich(_side(tree), builder.name(tree), bindings, into, items, key, **builder.place(tree))


def _read_binding(builder: TreeBuilder, tree: Branch) -> Binding:
    of, value = (read_end(builder, end) for end in branches(tree, *ENDS))
    return Binding(of, value, **builder.place(tree))


def _read_scope(builder: TreeBuilder, tree: Branch) -> Scope:
    return Scope(_side(tree), tuple(builder.string(token) for token in tokens(tree, "STRING")), **builder.place(tree))


def _read_idempotency(builder: TreeBuilder, tree: Branch) -> Idempotency:
    return Idempotency(_side(tree), read_end(builder, branches(tree, *ENDS)[0]), **builder.place(tree))


def _read_fields(builder: TreeBuilder, tree: Branch) -> Fields:
    part = cast("Literal['request', 'response', 'query']", str(tokens(tree, "REQUEST", "RESPONSE", "QUERY")[0]))
    fields = tuple(_read_field(builder, field) for field in branches(tree, "field"))
    return Fields(_side(tree), part, fields, **builder.place(tree))


def _read_field(builder: TreeBuilder, tree: Branch) -> Field:
    of = read_end(builder, branches(tree, *ENDS)[0])
    types = branches(tree, "name")
    optional = bool(tokens(tree, "OPTIONAL"))
    return Field(of, optional, builder.name(types[0]) if types else None, **builder.place(tree))


def _read_example(builder: TreeBuilder, tree: Branch) -> Example:
    sides = [SIDES[token.type] for token in tokens(tree, *SIDES)]
    arms = tuple(_read_arm(builder, arm) for arm in branches(tree, "example_arm"))
    name = builder.string(tokens(tree, "STRING")[0])
    return Example(name, arms, sides[0] if sides else None, **builder.place(tree))


def _read_arm(builder: TreeBuilder, tree: Branch) -> ExampleArm:
    *head, value = tree.children
    side = cast("Side | None", str(head[0]) if len(head) > 1 else None)
    return ExampleArm(str(head[-1]), builder.value(value), side, **builder.place(tree))


def _read_given(builder: TreeBuilder, tree: Branch) -> Given:
    arms = tuple(_read_arm(builder, arm) for arm in branches(tree, "given_arm"))
    return Given(arms, **builder.place(tree))


def _read_shown(builder: TreeBuilder, tree: Branch) -> Example | Given:
    return _read_given(builder, tree) if tree.data == "given" else _read_example(builder, tree)


def _read_examples(builder: TreeBuilder, tree: Branch) -> Examples:
    parts = tuple(_read_shown(builder, part) for part in branches(tree, "example", "given"))
    return Examples(builder.name(tree), parts, **builder.place(tree))


_ITEMS: dict[str, Callable[[TreeBuilder, Branch], Statement]] = {
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
    "examples": _read_examples,
    "given": _read_given,
}
_PARTS: dict[str, Callable[[TreeBuilder, Branch], Statement]] = {
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
    "given": _read_given,
    "variant": _read_variant,
    "filter": read_filter,
    "replace": _read_replace,
    "enrich": _read_enrich,
    "idempotency": _read_idempotency,
    "scope": _read_scope,
}
# The trees that become statements, which carry comments.
_INNER = ("row", "paging_side", "only", "scan", "field", "example_arm", "given_arm", "case", "default", "binding")
STATEMENT_TREES = frozenset({*_ITEMS, *_PARTS, *STATEMENTS, *_INNER})
