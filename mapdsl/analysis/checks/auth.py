"""Credentials: what carries one must be there, and belongs to the auth alone.

auth a credential key { old @path.api_key; new bearer }
endpoint e { old GET /v1/balance; auth a ... }     # MAP408: the path has no `{api_key}`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from mapdsl import syntax
from mapdsl.analysis.context import Context, items
from mapdsl.analysis.findings import Findings, suggestion
from mapdsl.analysis.model import VariantModel
from mapdsl.analysis.questions import SIDES, Mention, gather_all, gather_request, parameters, routes, without_source
from mapdsl.paths import Ref, is_secret, is_token

__all__ = ["check_auth"]

_SCHEME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
SECRET = frozenset({"authorization", "cookie", "set-cookie"})
_DECLARE = "declare a `credential` and an `auth` that says where each side carries it: it is moved, never copied"


def check_auth(context: Context) -> None:
    """Report carriers that are no place for a credential or not in a route, and rules that name one."""
    for file in context.files.values():
        for auth in items(file, syntax.Auth):
            _check_carriers(auth, context.findings)
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            refused: list[Mention] = []
            for carrier in variant.auth.carriers if variant.auth is not None else ():
                refused += _check_used(variant, carrier, gather_request(variant), context.findings)
            refused += _check_secret_headers(variant, context.findings)
            _check_secret_names(variant, refused, context.findings)


def _check_secret_headers(variant: VariantModel, findings: Findings) -> list[Mention]:
    """Headers that hold a credential wherever they appear: rules never see them, and would send them on unchanged."""
    moved = _moved(variant)
    refused = []
    for mention in _mentions(variant):
        place = _place_of(mention)
        if place is not None and _is_always_secret(place) and place not in moved:
            findings.error("MAP409", f"`{place.ref}` is a credential", mention.at, "named by a rule", help=_DECLARE)
            refused.append(mention)
    return refused


# --- places that are called like a credential ------------------------------------------------------------------------


@attrs.frozen
class _At:
    """A parameter or header of one side: `old`, `@query.api_key`. The name of a header has small letters."""

    side: str
    ref: Ref

    @property
    def name(self) -> str:
        return str(self.ref.path[0])


def _check_secret_names(variant: VariantModel, refused: list[Mention], findings: Findings) -> None:
    """Warn of places that are called like a credential, and that no `auth` moves.

    One cause, one finding: a rule that names two is told once, and what is an error already is not told again.
    """
    told = _moved(variant)
    wrong = {id(mention.statement) for mention in refused}
    statements: dict[int, list[tuple[_At, Mention]]] = {}
    for mention in _mentions(variant):
        place = _place_of(mention)
        if place is not None and is_secret(place.name) and not is_token(place.name):
            statements.setdefault(id(mention.statement), []).append((place, mention))
        elif place is not None:
            told.add(place)  # a token by itself: the rule says what it is
    for statement, named in statements.items():
        fresh = [mention for place, mention in named if place not in told]
        told |= {place for place, _ in named}
        if fresh and statement not in wrong:
            others = [(mention.at, "and here") for mention in fresh[1:]]
            _warn(Ref(f"@{fresh[0].site.root}", (_spelled(fresh[0]),)), fresh[0].at, others, findings)
    _check_parameters(variant, told, findings)


def _check_parameters(variant: VariantModel, told: set[_At], findings: Findings) -> None:
    """Parameters of paths that no rule names: one that both sides have is copied."""
    passed: dict[str, list[syntax.Route]] = {}
    for side in SIDES:
        lacking = {(id(route), name) for route, name in without_source(variant, side)}  # an error of its own
        for route in routes(variant, side):
            for name in parameters(route):
                fresh = _At(side, Ref("@path", (name,))) not in told and (id(route), name) not in lacking
                if fresh and is_secret(name):
                    passed.setdefault(name, []).append(route)
    for name, (first, *others) in passed.items():
        _warn(Ref("@path", (name,)), first, [(route, "and here") for route in others], findings)


def _warn(ref: Ref, at: syntax.Node, others: Sequence[tuple[syntax.Node, str]], findings: Findings) -> None:
    findings.warn(
        "MAP507",
        f"`{ref}` is called like a credential",
        at,
        "no `credential` declares it",
        *others,
        help=_DECLARE,
    )


def _mentions(variant: VariantModel) -> Iterator[Mention]:
    for message in gather_all(variant):
        yield from message


def _place_of(mention: Mention) -> _At | None:
    """The parameter or header that a statement names; None for a place in a body and for a whole query."""
    root, path = mention.site.root, mention.site.path
    if root not in ("path", "query", "header") or not path or not isinstance(path[0], str):
        return None
    return _At(mention.side, Ref(f"@{root}", path[:1]))


def _spelled(mention: Mention) -> str:
    return mention.spelled or str(mention.site.path[0])


def _moved(variant: VariantModel) -> set[_At]:
    """The places of the credential."""
    carriers = variant.auth.carriers if variant.auth is not None else ()
    places = ((carrier.side, _place(carrier)) for carrier in carriers)
    return {
        _At(side, Ref(ref.root, (name.lower() if ref.root == "@header" else name,)))
        for side, ref in places
        if ref is not None
        for name in (str(ref.path[0]),)
    }


def _is_always_secret(place: _At) -> bool:
    return place.ref.root == "@header" and (place.name in SECRET or place.name.startswith("proxy-"))


# --- carriers --------------------------------------------------------------------------------------------------------


def _check_carriers(auth: syntax.Auth, findings: Findings) -> None:
    """A side carries a credential in one place, or in one of several headers, the first of which is written."""
    seen: dict[str, list[syntax.Carrier]] = {}
    for carrier in auth.carriers:
        if carrier.kind == "scheme" and not _SCHEME.match(carrier.scheme):
            advice = 'write the word that stands before the credential: `scheme "Api-Key"`'
            findings.error("MAP408", f"`{carrier.scheme}` is no scheme", carrier, "", help=advice)
        before = seen.setdefault(carrier.side, [])
        alike = [each for each in before if _tag(each) == _tag(carrier)]
        first = alike[0] if alike else next((each for each in (*before, carrier) if _tag(each) is None), None)
        if before and first is not None:
            findings.error(
                "MAP408",
                f"`{auth.name}` has two carriers on the {carrier.side} side",
                carrier,
                "again",
                (before[0] if first is carrier else first, "first said here"),
                help="a side carries a credential in one place, or in one of several headers: keep one",
            )
        before.append(carrier)


def _tag(carrier: syntax.Carrier) -> str | None:
    """What tells a header that carries a credential from others; None for another place."""
    if carrier.kind != "end":
        return {"bearer": "bearer", "basic": "basic"}.get(carrier.kind, carrier.scheme.lower())
    ref = None if carrier.end is None else carrier.end.ref
    return str(ref.path[0]).lower() if ref is not None and ref.root == "@header" and ref.path else None


def _check_used(
    variant: VariantModel, carrier: syntax.Carrier, mentions: list[Mention], findings: Findings
) -> Iterator[Mention]:
    """Report a carrier that no path has, and give the mentions that name its place, which are errors."""
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
                    help=suggestion(
                        name, parameters(route), f"write `{{{name}}}` into the path, or use another `auth`"
                    ),
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
            yield mention


def _place(carrier: syntax.Carrier) -> Ref | None:
    if carrier.kind in ("bearer", "basic", "scheme"):
        return Ref("@header", ("Authorization",))
    end = carrier.end
    return end.ref if end is not None and len(end.ref.path) == 1 else None


def _same(ref: Ref, mention: Mention) -> bool:
    if f"@{mention.site.root}" != ref.root or not mention.site.path:
        return False
    name, other = str(ref.path[0]), str(mention.site.path[0])
    return name.lower() == other.lower() if ref.root == "@header" else name == other
