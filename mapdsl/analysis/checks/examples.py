"""Examples, each completed by what is given, for the endpoint that it shows.

given { old request {headers: {V: "2"}} }               # for the file, an endpoint or an `examples for`
examples for send_sms {
  example "x" { old request {body: {to: "1"}} ... }     # old request {headers: {V: "2"}, body: {to: "1"}}
}

Objects are joined member by member, and the nearer `given` wins, the example most of all; `absent` takes a member
away. A message is completed where the example shows it. None is added: what an example shows stays its own choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from mapdsl import syntax
from mapdsl.analysis.context import Context, items
from mapdsl.analysis.findings import suggestion

from .literals import report_absent

__all__ = ["gather_examples"]

Arms = Mapping[tuple[str, str | None], Any]  # what is given, by kind and side
_NO_ARMS: Arms = {}


def gather_examples(context: Context) -> None:
    """Fill the `examples` of `endpoints`; report examples of no endpoint, and what cannot be given."""
    gathering = _Gathering(context)
    for name, file in context.files.items():
        if name in context.beside:
            _check_beside(context, file)
        outer = gathering.given(file.items, _NO_ARMS)
        for endpoint in items(file, syntax.Endpoint):
            gathering.endpoint(endpoint, outer)
        for examples in items(file, syntax.Examples):
            gathering.elsewhere(name, examples, outer)
    gathering.finish()


class _Gathering:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.homes = {e.name: name for name, file in context.files.items() for e in items(file, syntax.Endpoint)}
        self.own: dict[int, list[syntax.Example]] = {id(each.node): [] for each in context.endpoints}
        self.apart: dict[str, list[syntax.Example]] = {}

    def endpoint(self, endpoint: syntax.Endpoint, outer: Arms) -> None:
        common = self.given(endpoint.parts, outer)
        found = self.own[id(endpoint)]
        found += self.shown(endpoint.parts, common)
        for part in endpoint.parts:
            if isinstance(part, syntax.Variant):
                found += self.shown(part.parts, self.given(part.parts, common))

    def elsewhere(self, file: str, examples: syntax.Examples, outer: Arms) -> None:
        shown = self.shown(examples.parts, self.given(examples.parts, outer))
        home = self.homes.get(examples.name)
        if home is None:
            advice = suggestion(examples.name, self.homes, "examples are of an endpoint in a file that is used here")
            self.context.findings.error("MAP113", f"there is no endpoint `{examples.name}`", examples, "", help=advice)
        elif home not in self.context.visible[file]:
            advice = f'add `use "{self.context.sources[home].name}"`, with the path from this file'
            headline = f"the file of endpoint `{examples.name}` is not used here"
            self.context.findings.error("MAP113", headline, examples, "", help=advice)
        else:
            self.apart.setdefault(examples.name, []).extend(shown)

    def finish(self) -> None:
        for number, endpoint in enumerate(self.context.endpoints):
            own = self.own[id(endpoint.node)]
            found = (*own, *self.apart.get(endpoint.name, ()))
            self._check_names(found)
            self.context.endpoints[number] = attrs.evolve(endpoint, examples=found)

    def _check_names(self, examples: Sequence[syntax.Example]) -> None:
        seen: dict[str, syntax.Example] = {}
        for example in examples:
            first = seen.setdefault(example.name, example)
            if first is not example:
                self.context.findings.error(
                    "MAP104",
                    f"`{example.name}` is declared twice",
                    example,
                    "this example has the name of another",
                    (first, "first declared here"),
                    help="give one of them another name, or take one away",
                )

    def given(self, parts: Iterable[syntax.Statement], outer: Arms) -> Arms:
        """What the `given` among some parts adds to what is given outside of them."""
        several = [part for part in parts if isinstance(part, syntax.Given)]
        for again in several[1:]:
            self.context.findings.error(
                "MAP211",
                "there is one `given` too many",
                again,
                "again",
                (several[0], "first said here"),
                help="write what is given in one place",
            )
        if not several:
            return outer
        own: Arms = {(arm.kind, arm.side): self._over(outer, arm) for arm in several[0].arms}
        return {**outer, **own}

    def shown(self, parts: Iterable[syntax.Statement], given: Arms) -> list[syntax.Example]:
        """The examples among some parts, completed."""
        return [self._completed(part, given) for part in parts if isinstance(part, syntax.Example)]

    def _completed(self, example: syntax.Example, given: Arms) -> syntax.Example:
        arms = [attrs.evolve(arm, value=self._over(given, arm)) for arm in example.arms]
        answers = given.get(("lookups", None))
        if answers is not None and all(arm.kind != "lookups" for arm in arms):
            arms.append(syntax.ExampleArm("lookups", answers, span=example.span))
        return attrs.evolve(example, arms=tuple(arms))

    def _over(self, given: Arms, arm: syntax.ExampleArm) -> Any:
        """The value of an arm, over what is given. Where an arm is a list of messages, over each."""
        base, value = given.get((arm.kind, arm.side)), arm.value
        if arm.side is not None and isinstance(value, list):
            made: Any = [_joined(base, each) for each in value]
        else:
            made = _joined(base, value)
        report_absent(made, arm, self.context.findings)
        return made


def _joined(given: Any, own: Any) -> Any:
    if not isinstance(given, dict) or not isinstance(own, dict):
        return own
    joined = dict(given)
    for name, value in own.items():
        if value is syntax.ABSENT and name in given:
            del joined[name]
        else:
            joined[name] = _joined(given.get(name), value)
    return joined


def _check_beside(context: Context, file: syntax.File) -> None:
    """A program does not read the file, so nothing that a translation needs may stand in it."""
    for item in file.items:
        if not isinstance(item, (syntax.Use, syntax.Examples, syntax.Given)):
            context.findings.error(
                "MAP114",
                "this file holds examples, and `load` leaves it out",
                item,
                "",
                help="move this into a file whose name does not end in `.examples.map`",
            )
