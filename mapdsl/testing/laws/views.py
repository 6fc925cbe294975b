"""A message by the places that rules speak of, without what the spec declares to mean nothing (see `mapdsl.ir.joins`).

Two messages with the same normal form mean the same, as the spec declares it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import unquote

import attrs

from mapdsl import ir
from mapdsl.conversions import ABSENT, Refused, Way, same
from mapdsl.paths import is_secret
from mapdsl.runtime import TranslatedRequest, nth_call
from mapdsl.testing.interpreter import Known, same_cells

__all__ = ["Joins", "declared_joins", "view_of"]

Declared = dict[str, Any]
Path = tuple[Any, ...]
_HIDDEN = "***"


def declared_joins(unit: ir.Unit, part: str, to: str, mapping: ir.Mapping | None) -> list[Declared]:
    """What is declared of the messages that a mapping takes to a side, as `show --rules --json` prints it."""
    rules = [] if mapping is None else [each for _, each in ir.joins_of_mapping(unit, mapping)]
    return rules + [each for each in ir.joins_of_message(unit, part) if each["to"] == to]


def view_of(message: dict[str, Any], route: ir.RouteDecl, part: str) -> dict[str, Any]:
    """A message as places name it: `path` by parameters, `header` in small letters, `body` of a call by parameters."""
    body, seen = copy.deepcopy(message["body"]), dict[str, Any]()
    seen["header"] = {name.lower(): value for name, value in message["headers"].items()}
    if part == "request":
        seen["method"] = message["method"]
        seen["query"] = dict(message["query"])
        seen["route"], seen["path"] = _apart(message["path"], route.path if route.params is None else "")
    else:
        seen["status"] = message["status"]
    if route.params is not None and isinstance(body, dict):
        body = _opened(body, [name for name, _ in route.params], seen)
    if body is not None:
        seen["body"] = body
    return seen


def _apart(path: str, template: str) -> tuple[str, dict[str, str]]:
    """The path with the names of its parameters, and their values; as it is where it is none of the template."""
    pattern = re.sub(r"\\\{([^}]*)\\\}", "([^/]*)", re.escape(template))
    found = re.search(f"{pattern}$", path) if template else None
    if found is None:
        return path, {}
    names = re.findall(r"\{([^}]*)\}", template)
    return path[: found.start()] + template, dict(zip(names, map(unquote, found.groups()), strict=True))


def _opened(body: dict[str, Any], names: list[str], seen: dict[str, Any]) -> Any:
    """What the envelope of a call holds; the rest of it stands under `envelope`."""
    rest = {name: member for name, member in body.items() if name not in ("params", "result")}
    seen["envelope"] = rest
    if "method" not in body:
        return body.get("result")
    params = body.get("params")
    if params is None:
        return {}
    if not isinstance(params, list):
        rest["params"] = params
        return {}
    rest["params"] = params[len(names) :]  # what stands behind the last parameter
    # A parameter that is null is as good as none: an inner one that is absent is written as null.
    return {name: value for name, value in zip(names, params, strict=False) if value is not None}


@attrs.define(slots=False)
class Joins:
    """The declarations of one way of one part, as plain data. `lookups` answer their steps, `sent` is the request."""

    declared: list[Declared]
    lookups: Mapping[str, Any]
    sent: TranslatedRequest | None = None
    known: Known = attrs.field(factory=Known)

    def hiding(self, view: dict[str, Any]) -> dict[str, Any]:
        """The view without what never comes home; it is changed."""
        for each in self.declared:
            if "secrets" in each:
                self.secrets(view, each, ABSENT)
            if "connection" in each:
                self.connection(view, each)
            if "hidden" in each or "homeless" in each:
                for owner, name in _spots(view, each["at"][0]):
                    del owner[name]
        return view

    def normal(self, view: dict[str, Any]) -> dict[str, Any]:
        """The view with one value for all that mean the same; it is changed."""
        for kind in _ORDER:
            for each in self._deepest_first if kind == "values" else self.declared:
                if kind in each:
                    _APPLY[kind](self, view, each)
        return view

    def untold(self, view: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
        """The places whose values pass as they are, with the values: what is lost must tell of each."""
        for each in self.declared:
            for place in list(_places(view, each["at"][0])) if "told" in each else ():
                value = _read(view, place)
                if any(same(value, past) for past in each.get("past", ())):
                    continue
                if str(place[-1]).partition("[")[0] not in each.get("but", ()) and self._stays(each["told"], value):
                    yield place, value

    def made_up(self, view: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
        """The places of a view of the other side that hold what a rule makes up and must tell of."""
        for each in self.declared:
            for place in _places(view, each["at"][0]) if "made_up" in each else ():
                if same(_read(view, place), each["made_up"]):
                    yield place, each["made_up"]

    @property
    def owes(self) -> bool:
        return any("owed" in each for each in self.declared)

    def owed(self, view: dict[str, Any]) -> Iterator[Path]:
        """The places of a view of the other side that only the request can fill, and that are empty."""
        for each in self.declared:
            for place in _open(view, tuple(each["at"][0]), ()) if "owed" in each else ():
                if _read(view, place) is ABSENT:
                    yield place

    @cached_property
    def _deepest_first(self) -> list[Declared]:
        """An object is empty when what was in it is gone."""
        return sorted(self.declared, key=lambda each: -max(map(len, each["at"])))

    # --- kinds of declarations ---------------------------------------------------------------------------------------

    def hidden(self, view: dict[str, Any], declared: Declared) -> None:
        for owner, name in _spots(view, declared["at"][0]):
            owner[name] = _HIDDEN

    def secrets(self, view: dict[str, Any], declared: Declared, hidden: Any = _HIDDEN) -> None:
        for (part,) in declared["at"]:
            if part in view:
                view[part] = _masked(view[part], declared["secrets"] if part == "header" else [], hidden)

    def connection(self, view: dict[str, Any], declared: Declared) -> None:
        listed = ",".join(_texts(view["header"].get("connection", ()))).lower()
        names = {*declared["connection"], *(name.strip(" \t") for name in listed.split(","))}
        view["header"] = {name: value for name, value in view["header"].items() if name not in names}

    def omitted(self, view: dict[str, Any], declared: Declared) -> None:
        if view["status"] in declared["omitted"]:
            view.update(header={}, body=None)

    def window(self, view: dict[str, Any], declared: Declared) -> None:
        for place in list(_places(view, declared["at"][0])):
            _remove(view, place)

    def steps(self, view: dict[str, Any], declared: Declared) -> None:
        if len(declared["at"]) > 1:
            self._joint(view, declared)
            return
        for place in reversed(list(_places(view, declared["at"][0]))):  # items that go are behind those that come
            owner, name = _read(view, place[:-1]), place[-1]
            if not self._gives_nothing(declared["steps"], owner[name]):
                image = self._image(declared["steps"], owner[name])
                owner[name] = owner[name] if image is ABSENT else image
            elif isinstance(owner, list):
                del owner[name]
            else:
                _remove(view, place)

    def _joint(self, view: dict[str, Any], declared: Declared) -> None:
        for places in _together(view, declared["at"]):
            cells = tuple(_read(view, place) for place in places)
            nothing = all(cell is ABSENT for cell in cells) or self._gives_nothing(declared["steps"], cells)
            image = ABSENT if nothing else self._image(declared["steps"], cells)
            if image is ABSENT and not nothing:
                continue
            for place in places:
                _remove(view, place)
            if not nothing:
                _note(view, places[0], image)

    def combine(self, view: dict[str, Any], declared: Declared) -> None:
        for places in _together(view, declared["at"]):
            made: Any = ABSENT
            met: list[tuple[str, ...]] = []
            for number, place in enumerate(places):
                value = _read(view, place)
                value = value["="] if type(value) is dict and set(value) == {"="} else value
                image = value if value is ABSENT else self._run(declared["combine"][number], value)
                if image is ABSENT:
                    continue
                mode = declared["modes"][number - 1] if number and made is not ABSENT else ""
                if made is ABSENT:
                    made = image
                elif mode == "append":
                    made = _appended(made, image)
                elif mode not in ("equal", "max", "min") or not same(made, image):
                    met = []  # one of them is told of
                    break
                met.append(place)
            for place in met:
                _remove(view, place)
            if met:  # in a query a list of one is the item
                _note(view, places[0], made[0] if isinstance(made, list) and len(made) == 1 else made)

    def keys(self, view: dict[str, Any], declared: Declared) -> None:
        for owner, name in _spots(view, declared["at"][0]):
            if isinstance(owner[name], dict):
                names = {key: self._run(declared["keys"], key) for key in owner[name]}
                owner[name] = {str(key if names[key] is ABSENT else names[key]): v for key, v in owner[name].items()}

    def values(self, view: dict[str, Any], declared: Declared) -> None:
        for place in list(_places(view, declared["at"][0])):
            if any(same(_read(view, place), each) for each in declared["values"]):
                _remove(view, place)

    def request(self, view: dict[str, Any], declared: Declared) -> None:
        side, root, *path = declared["request"]
        for place in list(_places(view, declared["at"][0])):
            number = next((step for step in place if isinstance(step, int)), 0)
            asked = nth_call(self.sent, number)
            given = ABSENT if asked is None else _read({root: getattr(asked.of(side), root)}, (root, *path))
            if given is not ABSENT and same(_read(view, place), given):
                _remove(view, place)

    # --- steps -------------------------------------------------------------------------------------------------------

    def _image(self, steps: list[Declared], value: Any) -> Any:
        """What a value becomes, marked as that; ABSENT where the steps refuse it, or say that they lose more of it
        than its spelling."""
        if type(value) is dict and set(value) == {"="}:
            return ABSENT
        image = self._run(steps, value)
        return ABSENT if image is ABSENT else {"=": image}

    def _gives_nothing(self, steps: list[Declared], value: Any) -> bool:
        """Whether a table of the steps has a row for the value whose other end is empty."""
        try:
            for step in steps:
                image = self._way(step).run(value) if "table" in step else None
                if image is ABSENT or (type(image) is tuple and all(cell is ABSENT for cell in image)):
                    return True
                value = self._step(step, value)
                if value is ABSENT:
                    return False
        except Refused:
            pass
        return False

    def _run(self, steps: list[Declared], value: Any) -> Any:
        try:
            for step in steps:
                value = self._step(step, value)
                if value is ABSENT:
                    return ABSENT
        except Refused:
            return ABSENT
        return value

    def _way(self, step: Declared) -> Way:
        return self.known.conversion(_convert(step, self.known)).way(step["to"])

    def _step(self, step: Declared, value: Any) -> Any:
        if "each" in step:
            if not isinstance(value, list):
                return ABSENT if value is not None else None
            kept = [item for item in value if not self._gives_nothing(step["each"], item)]
            items = [self._run(step["each"], item) for item in kept]
            return ABSENT if any(item is ABSENT for item in items) else items
        if "ref" in step:
            return self._refer(step, value)
        if "lookup" in step:
            return value if value is None else self._answer(step, value)
        convert = _convert(step, self.known)
        conversion = self.known.conversion(convert)
        if value is None and not conversion.takes_null:
            return None
        way, back = conversion.way(step["to"]), conversion.way("old" if step["to"] == "new" else "new")
        image = way.run(value)
        if way.injective or not way.lossy or image is ABSENT:
            return image
        home = back.run(image)
        spelled = same(home, value) or (way.means is not None and way.means(value, home))
        return image if spelled else ABSENT

    def _stays(self, steps: list[Declared], value: Any) -> bool:
        """Whether a value comes to a step that does not translate it; without steps, there is none that does."""
        for step in steps:
            if "each" in step and isinstance(value, list):
                if any(self._stays(step["each"], item) for item in value):
                    return True
            elif value is not None and self._passes(step, value):
                return True
            value = self._run([step], value)
            if value is ABSENT:
                return False
        return not steps

    def _passes(self, step: Declared, value: Any) -> bool:
        if "lookup" in step and ("ref" not in step or step["to"] == "new"):
            passes = "ref" in step or step["miss"] == "pass"
            return passes and step["lookup"] is not None and self._answer(step, value) is ABSENT
        if "convert" not in step and "table" not in step:
            return False
        convert = _convert(step, self.known)
        way = self._way(step)
        if way.untranslated is not None and way.untranslated(value):
            return True
        if not way.passes_unlisted or convert.table is None:
            return False
        return not any(same_cells(row[0] if step["to"] == "new" else row[1], value) for row in convert.table.rows)

    def _refer(self, step: Declared, value: Any) -> Any:
        if step["to"] == "new" or not isinstance(value, dict):
            return value
        if not set(value) <= {step["ref"], step["other"]} or step["ref"] not in value:
            return ABSENT
        key = value[step["ref"]]
        if step["other"] in value:
            answer = ABSENT if step["lookup"] is None or key is None else self._answer({**step, "to": "new"}, key)
            if answer is ABSENT or not same(answer, value[step["other"]]):
                return ABSENT
        return key

    def _answer(self, step: Declared, key: Any) -> Any:
        table = self.lookups.get(step["lookup"])
        try:
            answers = {} if table is None else getattr(table, f"to_{step['to']}")([key])
        except (AttributeError, TypeError):
            return ABSENT
        return answers.get(key, ABSENT)


_APPLY: Mapping[str, Callable[[Joins, dict[str, Any], Declared], None]] = {
    "hidden": Joins.hidden,
    "connection": Joins.connection,
    "secrets": Joins.secrets,
    "window": Joins.window,
    "omitted": Joins.omitted,
    "combine": Joins.combine,
    "steps": Joins.steps,
    "request": Joins.request,
    "values": Joins.values,
    "keys": Joins.keys,
}
_NEVER_SHOWN = ("hidden", "connection", "secrets")
# Values before steps make others of them, and again when what was in them is gone.
_ORDER = (*_NEVER_SHOWN, "values", *(kind for kind in _APPLY if kind not in _NEVER_SHOWN))


def _masked(value: Any, names: list[str], hidden: Any) -> Any:
    """A value with `hidden` in the place of whatever in it is a secret by its name; ABSENT: without it."""
    if isinstance(value, list):
        return [_masked(item, names, hidden) for item in value]
    if not isinstance(value, dict):
        return value
    secret = {name for name in value if name in names or (names and name.startswith("proxy-")) or is_secret(name)}
    kept = {name: hidden if name in secret else _masked(member, names, hidden) for name, member in value.items()}
    return {name: member for name, member in kept.items() if member is not ABSENT}


def _convert(step: Declared, known: Known) -> ir.Convert:
    """The step as the conversion that it names; one object for one declaration."""
    made = known.facts.get(id(step))
    if made is None:
        known.facts[id(step)] = made = (step, _built(step))
    convert: ir.Convert = made[1]
    return convert


def _built(step: Declared) -> ir.Convert:
    if "table" not in step:
        arguments = tuple(_built(arg) if isinstance(arg, dict) and "to" in arg else arg for arg in step["args"])
        return ir.Convert(step["convert"], arguments, step["to"])
    rows = tuple((_cells(old), _cells(new), to_new, to_old) for old, new, to_new, to_old in step["rows"])
    table = ir.TableData(step["table"], rows, open=step["open"], joint=step["joint"])
    return ir.Convert(step["table"], (), step["to"], table)


def _cells(cells: list[list[Any]]) -> tuple[Any, ...]:
    return tuple(cell[0] if cell else ABSENT for cell in cells)


def _appended(one: Any, other: Any) -> Any:
    """Both in one list without repeats; two scalars that are the same stay one."""
    found: list[Any] = []
    for value in (*_listed(one), *_listed(other)):
        if not any(same(value, each) for each in found):
            found.append(value)
    return found if len(found) > 1 or isinstance(one, list) or isinstance(other, list) else found[0]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


# --- places ----------------------------------------------------------------------------------------------------------


def _places(view: Any, names: list[str]) -> Iterator[Path]:
    """The places that a declaration's place stands for and that are there."""
    for place in _open(view, tuple(names), ()):
        if _read(view, place) is not ABSENT:
            yield place


def _open(view: Any, names: tuple[str, ...], at: Path) -> Iterator[Path]:
    """The places, there or not, whose lists and maps are there. A parameter in brackets is one name of the query."""
    if at == ("query",) and len(names) > 1:
        names = (names[0] + "".join(f"[{name}]" for name in names[1:]),)
    if at == ("query",) and names and _read(view, (*at, f"{names[0]}[]")) is not ABSENT:
        names = (f"{names[0]}[]",)
    if not names:
        yield at
        return
    value = _read(view, at)
    if names[0] in ("[]", "[0]", "*"):
        many = range(len(value)) if isinstance(value, list) else list(value) if isinstance(value, dict) else ()
        for step in many:
            yield from _open(view, names[1:], (*at, step))
    else:
        yield from _open(view, names[1:], (*at, names[0]))


def _together(view: Any, several: list[list[str]]) -> Iterator[list[Path]]:
    """The places of a declaration that belong to one item."""
    opened = [list(_open(view, tuple(names), ())) for names in several]
    counts = {len(places) for places in opened}
    if len(counts) == 1:
        yield from (list(places) for places in zip(*opened, strict=True))


def _spots(view: dict[str, Any], names: list[str]) -> Iterator[tuple[Any, Any]]:
    for place in list(_places(view, names)):
        yield _read(view, place[:-1]), place[-1]


def _read(value: Any, path: Path) -> Any:
    for step in path:
        held = isinstance(value, dict) and step in value
        if not held and not (isinstance(value, list) and isinstance(step, int) and step < len(value)):
            return ABSENT
        value = value[step]
    return value


def _remove(view: dict[str, Any], path: Path) -> None:
    """Take a member away, and the objects below a part of the message that hold nothing else."""
    for length in range(len(path), 0, -1):
        owner = _read(view, path[: length - 1])
        if not isinstance(owner, dict) or path[length - 1] not in owner:
            return
        del owner[path[length - 1]]
        if owner or length <= 2:
            return


def _note(view: dict[str, Any], place: Path, value: Any) -> None:
    view.setdefault("=", []).append([list(place), value])
