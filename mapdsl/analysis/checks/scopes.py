"""Declarations: one Scope per file, and what the whole folder shares.

    enum unit {...}; lookup team : integer -> string   ->   Scope(enums={"unit"}, lookups={"team"}, ...)
    api voiso { new base /v4 }                         ->   facts[("new", "base")] = ("/v4",)

Enums, tables, lookups and what the conversions room offers stand side by side in pipes, so they share one space of
names. A lookup or credential is answered by its name, so two files may declare it twice only in the same words.
"""

from __future__ import annotations

from typing import TypeVar

from mapdsl import conversions, syntax
from mapdsl.analysis.context import Context, items
from mapdsl.analysis.model import Scope

__all__ = ["declare_names"]

Named = syntax.Enum | syntax.Table | syntax.Lookup | syntax.Credential | syntax.Auth | syntax.Shape
PIPED = (syntax.Enum, syntax.Table, syntax.Lookup)
SPACES = {syntax.Enum: "step", syntax.Table: "step", syntax.Lookup: "step"}
KINDS: dict[type, str] = {
    syntax.Enum: "enum",
    syntax.Table: "table",
    syntax.Lookup: "lookup",
    syntax.Credential: "credential",
    syntax.Auth: "auth",
    syntax.Shape: "shape",
}
Answered = TypeVar("Answered", syntax.Lookup, syntax.Credential)


def declare_names(context: Context) -> None:
    """Fill `scopes`, `facts`, `lookups` and `credentials`; report names declared twice."""
    for name in context.files:
        context.scopes[name] = _scope(context, name)
    for file in context.files.values():
        for piped in (item for item in file.items if isinstance(item, PIPED)):
            _check_builtin(context, piped)
        for lookup in items(file, syntax.Lookup):
            _share(context, context.lookups, lookup)
        for credential in items(file, syntax.Credential):
            _share(context, context.credentials, credential)
    _check_endpoints(context)
    _collect_facts(context)


def _scope(context: Context, name: str) -> Scope:
    seen: dict[tuple[object, str], Named] = {}
    # Used files come first, so that of two declarations the one in the file at hand is the one reported.
    for visible in reversed(context.visible[name]):
        for item in context.files[visible].items:
            if not isinstance(item, Named):
                continue
            space = SPACES.get(type(item), type(item))
            first = seen.setdefault((space, item.name), item)
            if first is not item:
                _report_twice(context, item.name, KINDS[type(first)], KINDS[type(item)], first, item)
    kept = seen.values()
    return Scope(
        {item.name: item for item in kept if isinstance(item, syntax.Enum)},
        {item.name: item for item in kept if isinstance(item, syntax.Table)},
        {item.name: item for item in kept if isinstance(item, syntax.Lookup)},
        {item.name: item for item in kept if isinstance(item, syntax.Credential)},
        {item.name: item for item in kept if isinstance(item, syntax.Auth)},
        {item.name: item for item in kept if isinstance(item, syntax.Shape)},
    )


def _report_twice(
    context: Context, name: str, before: str, kind: str, first: syntax.Statement, again: syntax.Statement
) -> None:
    context.findings.error(
        "MAP104",
        f"`{name}` is declared twice",
        again,
        f"this {kind} has the name of another" if before == kind else f"this {kind} has the name of a {before}",
        (first, "first declared here"),
        help="give one of them another name, or take one away",
    )


def _check_builtin(context: Context, item: syntax.Enum | syntax.Table | syntax.Lookup) -> None:
    if item.name in conversions.names():
        context.findings.error(
            "MAP108",
            f"`{item.name}` is the name of a conversion",
            item,
            f"this {KINDS[type(item)]} would hide it",
            help=f"give the {KINDS[type(item)]} another name",
        )


def _share(context: Context, shared: dict[str, Answered], item: Answered) -> None:
    first = shared.setdefault(item.name, item)
    if first != item:
        _report_twice(context, item.name, KINDS[type(first)], KINDS[type(item)], first, item)


def _check_endpoints(context: Context) -> None:
    seen: dict[str, syntax.Endpoint] = {}
    for file in context.files.values():
        for endpoint in items(file, syntax.Endpoint):
            first = seen.setdefault(endpoint.name, endpoint)
            if first is not endpoint:
                _report_twice(context, endpoint.name, "endpoint", "endpoint", first, endpoint)
            _check_inside(context, endpoint)


def _check_inside(context: Context, endpoint: syntax.Endpoint) -> None:
    variants: dict[str, syntax.Variant] = {}
    for part in endpoint.parts:
        if isinstance(part, syntax.Variant):
            variant = variants.setdefault(part.name, part)
            if variant is not part:
                _report_twice(context, part.name, "variant", "variant", variant, part)


def _collect_facts(context: Context) -> None:
    said: dict[tuple[str, str], syntax.ApiFact] = {}
    names: dict[str, syntax.Api] = {}
    for file in context.files.values():
        for api in items(file, syntax.Api):
            names.setdefault(api.name, api)
        facts = [fact for api in items(file, syntax.Api) for fact in api.facts]
        for fact in [*facts, *items(file, syntax.ApiFact)]:
            first = said.setdefault((fact.side, fact.fact), fact)
            if first.values != fact.values:
                context.findings.error(
                    "MAP109",
                    f"the {fact.fact} of the {fact.side} side is said twice, in two ways",
                    fact,
                    "otherwise here",
                    (first, "first said here"),
                    help="all files loaded together describe one pair of APIs: keep one of the two lines",
                )
    if len(names) > 1:
        first_api, second, *_ = names.values()
        context.findings.error(
            "MAP109",
            f"`{second.name}` is a second api",
            second,
            "another name",
            (first_api, "first named here"),
            help="the files of one folder describe one pair of APIs: move the other into a folder of its own",
        )
    context.facts.update({key: fact.values for key, fact in said.items()})
