"""Secrets that nobody declares: what they are called says what they are, and no rule names them.

They are taken out of a message before anything else happens to it, so that they are neither sent on nor kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import attrs

from mapdsl.paths import is_secret
from mapdsl.records import Record
from mapdsl.runtime.compiled import Parts, Where
from mapdsl.runtime.messages import HIDDEN

__all__ = ["UNDECLARED", "Spoken", "spoken_of"]

UNDECLARED = "a secret that nothing in the spec names: it is not sent on"
WHOLE = "**"  # in a place that a rule names: with all that stands below

# name -> what is named below it; "[]" stands for items, "*" for every key, WHOLE for all there is.
Tree = dict[str, Any]
_NOTHING: Tree = {}


@attrs.frozen(repr=False)
class Spoken(Record):
    """What a spec names of the messages of a part that come from a side.

    `anywhere` are names that a selection may mean wherever they stand; `carriers` parameters that carry the credential
    of the other side.
    """

    body: Tree
    query: Tree
    anywhere: frozenset[str]
    carriers: frozenset[str] = frozenset()

    def hide(self, parts: Parts) -> list[Where]:
        """Take the undeclared secrets out of a message, whose parts are changed; where they stood."""
        hidden: list[Where] = []
        if _has_secret_names(parts.body):
            parts.body = self._scrub(parts.body, self.body, hidden, ("body",), mask=False)
        if parts.query:
            parts.query = self._scrub(parts.query, self.query, hidden, ("query",), mask=False)
            for name in self.carriers & parts.query.keys():
                if name not in self.query:
                    hidden.append(("query", name))
                    parts.query = {each: value for each, value in parts.query.items() if each != name}
        return hidden

    def masked(self, body: Any) -> Any:
        """A body with `***` in the place of undeclared secrets."""
        return self._scrub(body, self.body, [], (), mask=True)

    def masked_reply(self, body: Any) -> Any:
        """The same of a reply, which may stand in the envelope of a call."""
        if isinstance(body, dict) and "jsonrpc" in body:
            return {name: self.masked(each) if name in ("result", "error") else each for name, each in body.items()}
        return self.masked(body)

    def masked_query(self, query: dict[str, Any]) -> dict[str, Any]:
        """A query as it is on the wire, with `***` in the place of undeclared secrets."""
        made = {}
        for name, value in query.items():
            words = [word for word in re.split(r"[\[\]]+", name) if word]
            steps: Any = HIDDEN
            for word in reversed(words):
                steps = {word: steps}
            hidden: list[Where] = []
            self._scrub(steps, self.query, hidden, (), mask=False)
            own = name in self.carriers and name not in self.query
            made[name] = HIDDEN if hidden or own else value
        return made

    def _scrub(self, value: Any, tree: Tree, hidden: list[Where], at: Where, *, mask: bool) -> Any:
        """The document without its undeclared secrets, or with `***` there; itself where it holds none."""
        if WHOLE in tree or not isinstance(value, (dict, list)):
            return value
        if isinstance(value, list):
            below = tree.get("[]", _NOTHING)
            items = [self._scrub(item, below, hidden, (*at, n), mask=mask) for n, item in enumerate(value)]
            return value if all(one is other for one, other in zip(items, value, strict=True)) else items
        made: dict[str, Any] = {}
        changed = False
        for name, member in value.items():
            if name not in tree and "*" not in tree and name not in self.anywhere and is_secret(name):
                hidden.append((*at, name))
                changed = True
                if mask:
                    made[name] = HIDDEN
                continue
            below = tree.get(name) or tree.get("*") or _NOTHING
            made[name] = self._scrub(member, below, hidden, (*at, name), mask=mask)
            changed = changed or made[name] is not member
        return made if changed else value


def _has_secret_names(value: Any) -> bool:
    """Whether any name in a document is that of a secret, declared or not: few documents have one."""
    level = [value]
    while level:
        below: list[Any] = []
        for holder in level:
            values: Iterable[Any] = ()
            if type(holder) is dict:
                if not _harmless.issuperset(holder) and any(map(_is_secret, holder)):
                    return True
                values = holder.values()
            elif type(holder) is list:
                values = holder
            below += [each for each in values if type(each) is dict or type(each) is list]
        level = below
    return False


def _is_secret(name: str) -> bool:
    if is_secret(name):
        return True
    if len(_harmless) < _MOST_NAMES:
        _harmless.add(name)
    return False


_harmless: set[str] = set()  # names that were found to be no secret's: APIs have few, and use them again and again
_MOST_NAMES = 10_000


def spoken_of(places: Iterable[tuple[str, ...]], carriers: Iterable[str] = ()) -> Spoken:
    """`places` have their root first: body, query, or "selected" before a name."""
    trees: dict[str, Tree] = {"body": {}, "query": {}}
    anywhere = set()
    for root, *steps in places:
        if root == "selected":
            anywhere.update(steps)
        elif root in trees:
            node = trees[root]
            for step in steps:
                node = node.setdefault(step, {})
    return Spoken(trees["body"], trees["query"], frozenset(anywhere), frozenset(carriers))
