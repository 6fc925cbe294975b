"""Fields that no document names: a hole stands for each in the paths of specs, and the program may say its name.

    hole webhook_active "no document names the flag" assume "active"
    new PATCH /webhooks/{sid} when new webhook_active is true          # when new active is true

A name that nobody says leaves `webhook_active` where it stands, and what needs it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from mapdsl.diagnostics import Source
from mapdsl.paths import Assumed, Ref
from mapdsl.syntax import Endpoint, Example, File, Given, Include, NameHole, Param, Shape, Variant

__all__ = ["HoleNames", "Needed", "name_fields"]

HoleNames = Mapping[str, str]
_ROOTS = ("@body", "@query", "@header")  # where a field may stand, if more is said than its name
Files = dict[str, tuple[Source, File]]
# What each endpoint, or variant of one, needs: the hole, the field's name or None, the question.
Needed = dict[tuple[str, str | None], tuple[tuple[str, str | None, str], ...]]


def name_fields(files: Files, used: Mapping[str, Mapping[str, str]], names: HoleNames) -> tuple[Files, Needed]:
    """The files with the holes' names in place, and what was assumed where.

    Raises ValueError for a name that no hole has, or that is no text.
    """
    declared = {item.name: item for _, file in files.values() for item in file.items if isinstance(item, NameHole)}
    _check(names, declared)
    if not declared:
        return files, {}
    said = {name: names.get(name, hole.assumed) for name, hole in declared.items()}
    named, assumed = dict(files), Needed()
    for key, (source, file) in files.items():
        seen = [files[other][1] for other in _visible(key, used) if other in files]
        holes = {item.name: item for each in seen for item in each.items if isinstance(item, NameHole)}
        if not holes:
            continue
        shapes = {item.name: item for each in seen for item in each.items if isinstance(item, Shape)}
        for endpoint in (item for item in file.items if isinstance(item, Endpoint)):
            for variant, parts in _units(endpoint):
                needed = dict.fromkeys(name for name in _names(parts, shapes) if name in holes)
                rows = tuple((name, said[name], holes[name].question) for name in needed)
                assumed.update({(endpoint.name, variant): rows} if rows else {})
        renamed = {
            name: field if name in names else Assumed(field, name)
            for name in holes
            if (field := said[name]) is not None
        }
        items = tuple(item if isinstance(item, NameHole) else _renamed(item, renamed) for item in file.items)
        named[key] = source, attrs.evolve(file, items=items)
    return named, assumed


def _check(names: HoleNames, declared: Mapping[str, NameHole]) -> None:
    for name, field in names.items():
        if name not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise ValueError(f"holes: {name!r} is not declared; the fields without a name are: {known}")
        if not isinstance(field, str) or not field:
            raise ValueError(f"holes: the name of {name!r} is a text, not {field!r}")


def _visible(key: str, used: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The file and all that it uses."""
    found = [key]
    seen = {key}
    for each in found:  # grows while it is walked
        new = [other for other in used.get(each, {}).values() if other not in seen]
        seen.update(new)
        found += new
    return found


def _units(endpoint: Endpoint) -> Iterator[tuple[str | None, tuple[Any, ...]]]:
    """Each variant with all that holds for it; the endpoint itself where it has none."""
    common = tuple(part for part in endpoint.parts if not isinstance(part, Variant))
    variants = [part for part in endpoint.parts if isinstance(part, Variant)]
    for variant in variants:
        yield variant.name, (*common, *variant.parts)
    if not variants:
        yield None, common


def _names(node: Any, shapes: Mapping[str, Shape]) -> Iterator[str]:
    """The member names in the paths of a node, and of the shapes that it includes; those of a method's parameters."""
    waiting, seen = [node], set[str]()
    while waiting:
        each = waiting.pop()
        if isinstance(each, Param):
            yield each.name
        elif isinstance(each, Ref):
            yield from (step for step in each.path if isinstance(step, str))
        elif isinstance(each, tuple):
            waiting += reversed(each)
        elif isinstance(each, Include):
            if each.name in shapes and each.name not in seen:
                seen.add(each.name)
                waiting.append(shapes[each.name].block)
        elif attrs.has(type(each)) and not isinstance(each, (Example, Given)):
            waiting += [getattr(each, field.name) for field in reversed(attrs.fields(type(each)))]


def _placed(ref: Ref, names: Mapping[str, str]) -> Ref | None:
    """The path where its hole says a place and not a name alone: `@query.country`. None for other paths."""
    for number, step in enumerate(ref.path):
        field = names.get(step, "") if isinstance(step, str) else ""
        root, name = _place_of(field)
        if root and number:
            raise ValueError(f"holes: `{step}` stands within `{ref}`, so it takes a name, not the place {str(field)!r}")
        if root:
            return Ref(root, (Assumed(name, field.hole) if isinstance(field, Assumed) else name, *ref.path[1:]))
    return None


def _place_of(field: str) -> tuple[str, str]:
    """`@query.country` as root and name; no root for a name alone."""
    root, _, name = field.partition(".")
    return (root, name) if root in _ROOTS and name else ("", field)


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    """The node with other names in its paths, and of a method's parameters."""
    if isinstance(node, Ref):
        placed = _placed(node, names)
        if placed is not None:
            return placed
        path = tuple(names.get(step, step) if isinstance(step, str) else step for step in node.path)
        same = all(one is other for one, other in zip(node.path, path, strict=True))
        return node if same else attrs.evolve(node, path=path)
    if isinstance(node, Param):
        return attrs.evolve(node, name=str(names.get(node.name, node.name)))
    if isinstance(node, tuple):
        made = tuple(_renamed(each, names) for each in node)
        return node if all(one is other for one, other in zip(node, made, strict=True)) else made
    if not attrs.has(type(node)) or isinstance(node, (Example, Given)):
        return node
    changed = {
        field.name: new
        for field in attrs.fields(type(node))
        if field.init and (new := _renamed(getattr(node, field.name), names)) is not getattr(node, field.name)
    }
    return attrs.evolve(node, **changed) if changed else node
