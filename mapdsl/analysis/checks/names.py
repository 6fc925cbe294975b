"""References by name: shapes, auths and credentials. What pipes name is the work of the pass over steps.

include campain       # MAP105: did you mean `campaign`?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mapdsl import syntax
from mapdsl.analysis.context import Context, items
from mapdsl.analysis.findings import Findings, suggestion
from mapdsl.analysis.model import Scope
from mapdsl.analysis.questions import walk_file

__all__ = ["check_names"]

SCALARS = ("string", "integer", "number", "boolean", "bytes")


def check_names(context: Context) -> None:
    """Report unknown shapes, auths and credentials, and lookups without a domain."""
    for name, file in context.files.items():
        scope = context.scopes[name]
        for statement in walk_file(file):
            if isinstance(statement, syntax.Include):
                _check_known("MAP105", "shape", statement.name, scope.shapes, statement, scope, context.findings)
            elif isinstance(statement, syntax.AuthUse):
                _check_known("MAP106", "auth", statement.name, scope.auths, statement, scope, context.findings)
        for auth in items(file, syntax.Auth):
            _check_credential(auth, scope, context.findings)
        for lookup in items(file, syntax.Lookup):
            _check_lookup(lookup, context.findings)


def _check_known(
    code: str,
    kind: str,
    name: str,
    known: Mapping[str, object],
    at: syntax.Statement,
    scope: Scope,
    findings: Findings,
) -> None:
    if name in known:
        return
    other = _other_kind(name, scope)
    declare = f"declare it: `{kind} {name} {{ ... }}`, or `use` the file that does"
    advice = f"`{name}` is {other}; {declare}" if other else suggestion(name, known, declare)
    findings.error(code, f"there is no {kind} `{name}`", at, "", help=advice)


def _other_kind(name: str, scope: Scope) -> str:
    kinds: tuple[tuple[str, Iterable[str]], ...] = (
        ("an enum", scope.enums),
        ("a table", scope.tables),
        ("a lookup", scope.lookups),
        ("a credential", scope.credentials),
        ("an auth", scope.auths),
        ("a shape", scope.shapes),
    )
    return next((word for word, names in kinds if name in names), "")


def _check_credential(auth: syntax.Auth, scope: Scope, findings: Findings) -> None:
    if auth.credential in scope.credentials:
        return
    advice = suggestion(auth.credential, scope.credentials, f"declare it: `credential {auth.credential}`")
    findings.error("MAP106", f"there is no credential `{auth.credential}`", auth, "", help=advice)


def _check_lookup(lookup: syntax.Lookup, findings: Findings) -> None:
    for domain in (lookup.old, lookup.new):
        if domain not in SCALARS:
            advice = suggestion(domain, SCALARS, f"keys are matched in one of {', '.join(SCALARS)}")
            findings.error("MAP314", f"`{domain}` is no domain of a lookup", lookup, "", help=advice)
    if lookup.arrow == "<-":
        advice = "write `<->`, or `->` where there is no way back"
        findings.error("MAP314", "a lookup is answered to new, or both ways", lookup, "", help=advice)
