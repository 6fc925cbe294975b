"""Path templates: `/api/v1/{api_key}/sendsms` as segments, and what is wrong with one."""

from __future__ import annotations

import re
from collections import Counter

from mapdsl import syntax
from mapdsl.analysis.findings import Findings

__all__ = ["check_template", "parameters", "shape"]

_PARAMETER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_-]*)\}\Z")
_LITERAL = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*\Z")


def _segments(route: syntax.Route) -> list[str]:
    return route.path.removeprefix("/").split("/")


def parameters(route: syntax.Route) -> tuple[str, ...]:
    """The names in braces, in order; the path of an RPC route is the name of a method and has none."""
    if route.is_rpc:
        return ()
    found = (_PARAMETER.match(segment) for segment in _segments(route))
    return tuple(match.group(1) for match in found if match is not None)


def shape(route: syntax.Route) -> tuple[str, ...]:
    """Method and segments with the names left out: two routes of one shape take the same messages."""
    if route.is_rpc:
        return (route.method, route.path)
    return (route.method, *("{}" if _PARAMETER.match(segment) else segment for segment in _segments(route)))


def check_template(route: syntax.Route, findings: Findings) -> None:
    """Report a path that no message can have."""
    complaint = None if route.is_rpc else _complaint(route)
    if complaint is not None:
        findings.error("MAP402", f"no message can have the path `{route.path}`", route, complaint[0], help=complaint[1])


def _complaint(route: syntax.Route) -> tuple[str, str] | None:
    segments = _segments(route)
    for number, segment in enumerate(segments):
        if segment in (".", ".."):
            return f"`{segment}` is resolved on the way", "write the path that arrives"
        if not segment and number < len(segments) - 1:
            return "an empty segment", "write one `/` between segments"
        if _PARAMETER.match(segment):
            continue
        if "{" in segment or "}" in segment:
            return f"`{segment}` mixes text and braces", "a parameter fills a whole segment: `/{name}/`"
        if "?" in segment:
            return "a query is no part of a path", "name parameters in rules: `@query.name`"
        if not _LITERAL.match(segment):
            return f"`{segment}` is not how a path is spelled", "percent-encode it: a blank is `%20`"
    names = parameters(route)
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        return f"`{{{twice}}}` stands twice", "give each parameter a name of its own"
    return None
