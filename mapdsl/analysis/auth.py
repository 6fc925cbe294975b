"""Credentials: what carries one must be there, and belongs to the auth alone.

auth a credential key { old @path.api_key; new bearer }
endpoint e { old GET /v1/balance; auth a ... }     # MAP408: the path has no `{api_key}`
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mapdsl import syntax
from mapdsl.paths import Ref, is_secret

from .findings import Findings, meant
from .mentions import Mention, gather_request, gather_response
from .model import VariantModel
from .routes import routes
from .templates import parameters
from .work import Work, items

__all__ = ["check_auth"]

SECRET = frozenset({"authorization", "cookie", "set-cookie"})


def check_auth(work: Work) -> None:
    """Report carriers that are no place for a credential or not in a route, and rules that name one."""
    for file in work.files.values():
        for auth in items(file, syntax.Auth):
            _check_carriers(auth, work.findings)
    for endpoint in work.endpoints:
        for variant in endpoint.variants:
            if variant.auth is not None:
                mentions = gather_request(variant)
                for carrier in variant.auth.carriers:
                    _check_used(variant, carrier, mentions, work.findings)
            _check_secret_headers(variant, work.findings)
            _check_secret_names(variant, work.findings)


def _check_secret_names(variant: VariantModel, findings: Findings) -> None:
    """Places where a credential travels and that are called like one, and no `auth` moves them."""
    moved = {(carrier.side, _place(carrier)) for carrier in (variant.auth.carriers if variant.auth is not None else ())}
    for side, ref, at in _named_places(variant):
        if not is_secret(str(ref.path[0])) or _is_moved(side, ref, moved):
            continue
        findings.warn(
            "MAP507",
            f"`{ref}` is called like a credential",
            at,
            "no `credential` declares it",
            help="declare a `credential` and an `auth` that says where each side carries it: it is moved, never copied",
        )


def _named_places(variant: VariantModel) -> Iterator[tuple[str, Ref, syntax.Node]]:
    """The parameters and headers that routes, rules and lists of fields name."""
    for side, each in (("old", variant.old), ("new", variant.new)):
        for route in each:
            yield from ((side, Ref("@path", (name,)), route) for name in parameters(route))
    for mention in (*gather_request(variant), *gather_response(variant)):
        if mention.site.root in ("query", "header") and mention.site.path and isinstance(mention.site.path[0], str):
            name = mention.spelled or mention.site.path[0]
            yield mention.side, Ref(f"@{mention.site.root}", (name,)), mention.at
    for declared in variant.fields:
        if declared.part == "query":
            for field in declared.fields:
                yield declared.side, Ref("@query", field.of.ref.path[:1]), field


def _is_moved(side: str, ref: Ref, moved: Collection[tuple[str, Ref | None]]) -> bool:
    name = str(ref.path[0])
    if ref.root == "@header" and (name.lower() in SECRET or name.lower().startswith("proxy-")):
        return True  # an error of its own
    return any(
        of == side and place is not None and place.root == ref.root and str(place.path[0]).lower() == name.lower()
        for of, place in moved
    )


def _check_secret_headers(variant: VariantModel, findings: Findings) -> None:
    """Headers that hold a credential wherever they appear: rules never see them, and would send them on unchanged."""
    moved = {
        (carrier.side, str(ref.path[0]).lower())
        for carrier in (variant.auth.carriers if variant.auth is not None else ())
        if (ref := _place(carrier)) is not None and ref.root == "@header"
    }
    for mention in (*gather_request(variant), *gather_response(variant)):
        name = str(mention.site.path[0]).lower() if mention.site.root == "header" and mention.site.path else ""
        if (name in SECRET or name.startswith("proxy-")) and (mention.side, name) not in moved:
            advice = (
                "declare a `credential` and an `auth` that says where each side carries it: it is moved, never copied"
            )
            findings.error("MAP409", f"`@header.{name}` is a credential", mention.at, "named by a rule", help=advice)


def _check_carriers(auth: syntax.Auth, findings: Findings) -> None:
    seen: dict[str, syntax.Carrier] = {}
    for carrier in auth.carriers:
        first = seen.setdefault(carrier.side, carrier)
        if first is not carrier:
            findings.error(
                "MAP408",
                f"`{auth.name}` has two carriers on the {carrier.side} side",
                carrier,
                "again",
                (first, "first said here"),
                help="a side carries a credential in one place: keep one",
            )


def _check_used(variant: VariantModel, carrier: syntax.Carrier, mentions: list[Mention], findings: Findings) -> None:
    ref = _place(carrier)
    if ref is None:
        return
    name = str(ref.path[0])
    if ref.root == "@path":
        for route in routes(variant, carrier.side):
            if name not in parameters(route):
                findings.error(
                    "MAP408",
                    f"this path has no `{{{name}}}`, which carries the credential",
                    route,
                    "",
                    (carrier, "carried there"),
                    help=meant(name, parameters(route), f"write `{{{name}}}` into the path, or use another `auth`"),
                )
    for mention in mentions:
        if mention.side == carrier.side and _same(ref, mention):
            findings.error(
                "MAP409",
                f"`{ref}` carries the credential",
                mention.at,
                "named here as well",
                (carrier, "declared here"),
                help="the `auth` moves it: take this away",
            )


def _place(carrier: syntax.Carrier) -> Ref | None:
    if carrier.kind in ("bearer", "basic"):
        return Ref("@header", ("Authorization",))
    end = carrier.end
    return end.ref if end is not None and len(end.ref.path) == 1 else None


def _same(ref: Ref, mention: Mention) -> bool:
    if f"@{mention.site.root}" != ref.root or not mention.site.path:
        return False
    name, other = str(ref.path[0]), str(mention.site.path[0])
    return name.lower() == other.lower() if ref.root == "@header" else name == other
