"""Updates of a whole object against updates of a part: PUT on one side, PATCH on the other.

loose, reset    to the side of parts: what an update does not name stays, or is written with what stands for it
merged          to the side of whole objects: the object as it is, with what the update says (RFC 7396, but for null)
changed         to the side of parts: what differs from the object as it is; null takes a member away (RFC 7396)

Where an update needs the object as it is, the one call known before a reply reads it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from mapdsl.conversions import ABSENT, same
from mapdsl.errors import Problem, RuleRef, TranslationError
from mapdsl.runtime.compiled import Editor, FieldDecl, Parts, Recorder, Replace, Where, read
from mapdsl.runtime.messages import Request, found, spell
from mapdsl.runtime.translation import Made, Translation

__all__ = ["KEPT", "UpdateTranslation", "changed", "clear", "filled", "merged", "needs_read", "report_kept", "reset"]

KEPT = "not named, so it stays as it is: the update replaces a part"
_MEMBERS_KEPT = "members that it does not name stay as they are: the update replaces a part"


def needs_read(replace: Replace | None, to: str) -> bool:
    """Whether an update to that side is made of the object as it is."""
    return replace is not None and (to != replace.partial or replace.policy == "read_modify_write")


def report_kept(replace: Replace, declared: Iterable[FieldDecl], source: Parts, log: Recorder) -> None:
    """Tell of each field that a whole update leaves out, which would take it away on its own side."""
    told: set[Where] = set()
    for rule, sources, targets in replace.fields:
        for path in sources:
            told.add(path)
            if read(source, path) is ABSENT:
                log.lose(rule, path, None, KEPT)
            elif isinstance(read(source, path), dict) and any(target in replace.maps for target in targets):
                log.lose(rule, path, read(source, path), _MEMBERS_KEPT)
    for field in declared:
        plain = field.path[0] == "body" and not {"[]", "*"} & set(field.path)
        if plain and not any(field.path[: len(path)] == path for path in told) and read(source, field.path) is ABSENT:
            log.lose(len(log.rules), field.path, None, KEPT)


def clear(replace: Replace, source: Parts, target: Parts) -> None:
    """Null in the place of an object means each field in it: null for all that no rule has written."""
    editor = Editor(target)
    for _, sources, targets in replace.fields:
        for path in targets:
            above = [path[:length] for length in range(2, len(path))]
            if any(read(source, each) is None for each in above):
                for place in sources:
                    if read(target, place) is ABSENT:
                        editor.put(place, None, len(place))


def reset(replace: Replace, source: Parts, target: Parts, log: Recorder) -> None:
    """Write what stands for a field that the update leaves out: its declared default, or null.

    Residue keeps the absence, for the way home reads a value there.
    """
    editor = Editor(target)
    defaults = dict(replace.defaults)
    for _, sources, targets in replace.fields:
        for path in targets:
            if read(target, path) is ABSENT and all(read(source, each) is ABSENT for each in sources):
                value = defaults.get(path)
                editor.put(path, value, len(path))
                for each in sources:
                    log.note(each, ABSENT, ((path, value),))


def merged(current: Any, update: Any, keep: bool, named: Iterable[Where]) -> Any:
    """The object as it is, with what the update says. `keep` False: of it only the named fields."""
    if not isinstance(current, dict) or not isinstance(update, dict):
        return update
    base = current if keep else _only(current, list(named))
    return _over(base, update)


def _over(base: dict[str, Any], update: dict[str, Any]) -> dict[str, Any]:
    made = dict(base)
    for name, value in update.items():
        inner = made.get(name)
        made[name] = _over(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return made


def filled(answer: Any, more: Any) -> Any:
    """The answer, with what it lacks taken from another: objects are filled member by member."""
    if not isinstance(answer, dict) or not isinstance(more, dict):
        return more if answer is None else answer
    return _over(more, answer)


def _only(current: dict[str, Any], named: list[Where]) -> dict[str, Any]:
    kept = Parts({})
    editor = Editor(kept)
    for path in named:
        value = read(Parts(current), path)
        if value is not ABSENT:
            editor.put(path, value, len(path))
    made: dict[str, Any] = kept.body
    return made


def changed(replace: Replace, current: Any, wanted: Any) -> Any:
    """What an update of parts must say so that the object becomes what is wanted, as far as fields are named."""
    if not isinstance(current, dict) or not isinstance(wanted, dict):
        return wanted
    update = Parts(_differing(current, wanted))
    editor = Editor(update)
    for path in (path for _, _, targets in replace.fields for path in targets):
        standing, new = read(Parts(current), path), read(Parts(wanted), path)
        if new is ABSENT and standing not in (ABSENT, None):
            editor.put(path, None, len(path))
        elif path in replace.maps and isinstance(standing, dict) and isinstance(new, dict):
            for name in standing:
                if name not in new and standing[name] is not None:
                    editor.put((*path, name), None, len(path) + 1)
    made: dict[str, Any] = update.body
    return made


def _differing(current: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    made = {}
    for name, value in wanted.items():
        there = current.get(name, ABSENT)
        if isinstance(value, dict) and isinstance(there, dict):
            inner = _differing(there, value)
            if inner:
                made[name] = inner
        elif there is ABSENT or not same(there, value):
            made[name] = value
    return made


@attrs.define(eq=False, repr=False)
class UpdateTranslation(Translation):
    """One translation of an update."""

    @property
    def _replace(self) -> Replace:
        assert self.unit.replace is not None
        return self.unit.replace

    def map(self) -> Made:
        first, replace, log = self.first, self._replace, self.run.log
        target = self.run.map(first.parts, None)
        if self.to != replace.partial:
            clear(replace, first.parts, target)
        elif replace.policy == "loose":
            report_kept(replace, self.unit.declared("request", self.side), first.parts, log)
        elif replace.policy == "reset":
            reset(replace, first.parts, target, log)
        return Made(first.parts, target, target)

    @property
    def reads(self) -> bool:
        """Whether the request is made of the object as it is."""
        return needs_read(self._replace, self.to)

    @property
    def is_complete(self) -> bool:
        return not self.reads

    def dress(self, requests: list[Request]) -> list[Request]:
        return [self._read()] if self.reads else requests

    def _read(self) -> Request:
        name, unit = self._replace.read, self.unit
        if name is None:
            rule = RuleRef(unit.file, unit.line, f"endpoint {unit.endpoint}")
            expected = "an endpoint that reads the object, for its update needs it: `replace ... from NAME`"
            raise TranslationError([Problem("$", expected, "none in the spec", rule)])
        return self.read(name, dict(self.target.path or {}))

    def write(self, current: Parts, etag: str | None) -> Request:
        """The call that updates the object, which the reply to the read shows."""
        replace = self._replace
        assert self.out is not None
        place = replace.places[self.to == "new"]
        standing = read(current, place)
        if not isinstance(standing, dict):
            raise TranslationError([Problem(spell(place), "the object that is updated", found(standing))])
        body: Any = {} if self.target.body is None else self.target.body
        if self.to == replace.partial:
            body = changed(replace, standing, body)
        else:
            body = merged(standing, body, replace.rest == "keep", replace.named)
        request, _ = self.out.spell(Parts(body, self.target.path, self.target.query, self.target.header))
        return request if etag is None else _guarded(request, etag)


def _guarded(request: Request, etag: str) -> Request:
    """The write of what was read; a condition of the client's own is stricter, and stays."""
    if any(name.lower() == "if-match" for name in request.headers):
        return request
    return attrs.evolve(request, headers={**request.headers, "If-Match": etag})
