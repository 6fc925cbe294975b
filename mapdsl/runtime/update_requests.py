"""An update: of a whole object on one side, of a part of it on the other. The object may have to be read before."""

from __future__ import annotations

from typing import Any

import attrs

from mapdsl.errors import Problem, RuleRef, TranslationError

from . import updates
from .messages import Request
from .parts import Parts
from .places import read
from .plan import Replace
from .requests import Made, Translation
from .show import found, spell

__all__ = ["UpdateTranslation"]


@attrs.define
class UpdateTranslation(Translation):
    """One translation of an update. Where it needs the object as it is, the one call known before a reply reads it."""

    @property
    def _replace(self) -> Replace:
        assert self.unit.replace is not None
        return self.unit.replace

    def map(self) -> Made:
        first, replace, log = self.first, self._replace, self.run.log
        target = self.run.map(first.parts, None)
        if self.to != replace.partial:
            updates.clear(replace, first.parts, target)
        elif replace.policy == "loose":
            updates.report_kept(replace, self.unit.declared("request", self.side), first.parts, log)
        elif replace.policy == "reset":
            updates.reset(replace, first.parts, target, log)
        return Made(first.parts, target, target)

    @property
    def reads(self) -> bool:
        """Whether the request is made of the object as it is."""
        return updates.needs_read(self._replace, self.to)

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
            body = updates.changed(replace, standing, body)
        else:
            body = updates.merged(standing, body, replace.rest == "keep", replace.named)
        request, _ = self.out.spell(Parts(body, self.target.path, self.target.query, self.target.header))
        return request if etag is None else _guarded(request, etag)


def _guarded(request: Request, etag: str) -> Request:
    """The write of what was read; a condition of the client's own is stricter, and stays."""
    if any(name.lower() == "if-match" for name in request.headers):
        return request
    return attrs.evolve(request, headers={**request.headers, "If-Match": etag})
