"""How the parts of endpoints and the items of files are written."""

from __future__ import annotations

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
    Given,
    Idempotency,
    Json,
    Lookup,
    NameHole,
    Only,
    Opaque,
    Paging,
    PagingSide,
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
    Table,
    Use,
    Variant,
)

from .layout import Doc
from .pieces import cited, cites, guards, path, pipe, policy
from .statements import Written, write
from .values import in_parentheses, spell_method, spell_name, spell_text, spell_value

__all__: list[str] = []


# --- parts of an endpoint ------------------------------------------------------------------------------------------


@write.register
def _route(node: Route) -> Written:
    when = (" when ", guards(node.guards)) if node.guards else ()
    if node.params is not None:
        params = ", ".join(f"{spell_name(param.name)}{'?' if param.optional else ''}" for param in node.params)
        return Written((f"{node.side} rpc {spell_method(node.path)}({params})", when, cites(node.cites)))
    return Written((f"{node.side} {spell_name(node.method)} {node.path}", when, cites(node.cites)))


@write.register
def _auth_use(node: AuthUse) -> Written:
    return Written(f"auth {spell_name(node.name)}")


@write.register
def _cites(node: Cites) -> Written:
    return Written(cited(node.rows))


@write.register
def _opaque(node: Opaque) -> Written:
    return Written(f"{node.part} bytes")


@write.register
def _request(node: Request) -> Written:
    return Written("request", node.block.statements)


@write.register
def _query(node: Query) -> Written:
    return Written("query", node.block.statements)


@write.register
def _response(node: Response) -> Written:
    return Written("response", node.block.statements)


@write.register
def _paging(node: Paging) -> Written:
    return Written("paging", (*node.sides, *node.only, *node.scan))


@write.register
def _paging_side(node: PagingSide) -> Written:
    arguments = "".join(f" {spell_name(name)}={_paging_value(value)}" for name, value in node.arguments)
    return Written(f"{node.side} {spell_name(node.scheme)}{arguments}")


def _paging_value(value: End | int) -> str:
    return path(value.ref) if isinstance(value, End) else str(value)


@write.register
def _only(node: Only) -> Written:
    return Written(("only ", guards(node.guards)))


@write.register
def _scan(node: Scan) -> Written:
    return Written(f"scan {node.bound}{f' {node.total}' if node.total else ''}")


@write.register
def _replace(node: Replace) -> Written:
    source = "" if node.source is None else f" from {spell_name(node.source)}"
    ends = f" {path(node.old.ref)} <-> {path(node.new.ref)}" if node.old and node.new else ""
    return Written(f"replace {node.policy}{source}{ends}", node.defaults or None)


@write.register
def _default(node: Default) -> Written:
    return Written((f"{path(node.of.ref)} = ", spell_value(node.value)))


@write.register
def _enrich(node: Enrich) -> Written:
    item = ""
    if node.into is not None and node.items is not None and node.key is not None:
        item = f" {path(node.into.ref)} <- {path(node.items.ref)} key {spell_name(node.key)}"
    return Written(f"enrich {node.side} from {spell_name(node.source)}{item}", node.bindings or None)


@write.register
def _binding(node: Binding) -> Written:
    return Written(f"{path(node.of.ref)} = {path(node.value.ref)}")


@write.register
def _scope(node: Scope) -> Written:
    return Written(f"scope {node.side} {', '.join(map(spell_text, node.names))}")


@write.register
def _idempotency(node: Idempotency) -> Written:
    return Written(f"idempotency {node.side} {path(node.of.ref)}")


@write.register
def _fields(node: Fields) -> Written:
    return Written(f"fields {node.side} {node.part}", node.fields)


@write.register
def _field(node: Field) -> Written:
    kind = "" if node.type is None else f": {spell_name(node.type)}"
    return Written(f"{path(node.of.ref)}{'?' if node.optional else ''}{kind}")


@write.register
def _example(node: Example) -> Written:
    to = f" to {node.to}" if node.to else ""
    return Written(f"example {spell_text(node.name)}{to}", node.arms)


@write.register
def _example_arm(node: ExampleArm) -> Written:
    head = f"{node.side} {node.kind}" if node.side else node.kind
    if isinstance(node.value, (dict, list)) and node.value:
        return Written(head, value=node.value)
    return Written((f"{head} ", spell_value(node.value)))


@write.register
def _given(node: Given) -> Written:
    return Written("given", node.arms)


@write.register
def _examples(node: Examples) -> Written:
    return Written(f"examples for {spell_name(node.name)}", node.parts)


@write.register
def _variant(node: Variant) -> Written:
    return Written(f"variant {spell_name(node.name)}", node.parts)


# --- items of a file -----------------------------------------------------------------------------------------------


@write.register
def _use(node: Use) -> Written:
    return Written(f"use {spell_text(node.path)}")


@write.register
def _api(node: Api) -> Written:
    return Written(f"api {spell_name(node.name)}", node.facts)


@write.register
def _api_fact(node: ApiFact) -> Written:
    return Written(" ".join((node.side, node.fact, *(_fact_value(node.fact, value) for value in node.values))))


def _fact_value(fact: str, value: str) -> str:
    if fact in ("base", "rpc"):
        return value
    return spell_text(value) if fact == "title" else spell_name(value)


@write.register
def _enum(node: Enum) -> Written:
    rule = () if node.rule is None else (" : ", pipe([node.rule]))
    head = (f"enum {spell_name(node.name)} {'open' if node.open else 'closed'}", *rule)
    return Written(head, node.rows, _else(node.otherwise))


@write.register
def _table(node: Table) -> Written:
    return Written(f"table {spell_name(node.name)}", node.rows, _else(node.otherwise))


def _else(otherwise: Policy | None) -> tuple[Doc, ...]:
    return () if otherwise is None else (("else ", policy(otherwise)),)


@write.register
def _row(node: Row) -> Written:
    mark = "canonical " if node.canonical else ""
    return Written((mark, _cells(node.old), f" {node.arrow} ", _cells(node.new)))


def _cells(cells: tuple[Json, ...]) -> Doc:
    return spell_value(cells[0]) if len(cells) == 1 else in_parentheses(spell_value(cell) for cell in cells)


@write.register
def _lookup(node: Lookup) -> Written:
    return Written(f"lookup {spell_name(node.name)} : {spell_name(node.old)} {node.arrow} {spell_name(node.new)}")


@write.register
def _name_hole(node: NameHole) -> Written:
    assumed = "" if node.assumed is None else f" assume {spell_text(node.assumed)}"
    return Written(f"hole {spell_name(node.name)} {spell_text(node.question)}{assumed}")


@write.register
def _credential(node: Credential) -> Written:
    return Written(f"credential {spell_name(node.name)}{' same' if node.same else ''}")


@write.register
def _auth(node: Auth) -> Written:
    """The credential is named only where it is not called like the auth itself."""
    credential = "" if node.credential == node.name else f" credential {spell_name(node.credential)}"
    head = f"auth {spell_name(node.name)}{credential}"
    return Written(head, (), tuple(_carrier(carrier) for carrier in node.carriers), short=True)


def _carrier(node: Carrier) -> Doc:
    scheme = f" {spell_text(node.scheme)}" if node.kind == "scheme" else ""
    return f"{node.side} {path(node.end.ref) if node.end else node.kind}{scheme}"


@write.register
def _shape(node: Shape) -> Written:
    return Written(f"shape {spell_name(node.name)}", node.block.statements)


@write.register
def _endpoint(node: Endpoint) -> Written:
    prefer = {0: "", 1: f"prefer {''.join(node.prefer)} "}.get(len(node.prefer), "prefer ")
    return Written(f"{prefer}endpoint {spell_name(node.name)}", node.parts)
