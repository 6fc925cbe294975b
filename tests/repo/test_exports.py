"""The front door: every public object is there, once, fetched when it is first asked for."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

import mapdsl
from mapdsl import runtime

SOURCE = ast.parse(Path(mapdsl.__file__).read_text("utf-8"))


@pytest.mark.parametrize("name", mapdsl.__all__)
def test_every_public_name_can_be_fetched(name: str) -> None:
    assert getattr(mapdsl, name) is not None


def test_the_public_names_are_sorted_and_unique() -> None:
    """As ruff sorts them: classes, then functions."""
    classes = [name for name in mapdsl.__all__ if name[0].isupper()]
    rest = [name for name in mapdsl.__all__ if not name[0].isupper()]
    assert mapdsl.__all__ == [*sorted(set(classes)), *sorted(set(rest))]


def test_type_checkers_and_programs_see_the_same_names_from_the_same_rooms() -> None:
    """The imports under TYPE_CHECKING and the table of homes say the same thing twice; here they are held together."""
    typed = {
        node.module.removeprefix("mapdsl."): sorted(alias.name for alias in node.names)
        for node in ast.walk(SOURCE)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("mapdsl.")
    }
    assert typed == {room: sorted(names) for room, names in mapdsl._HOMES.items()}
    assert sorted(name for names in typed.values() for name in names) == sorted(mapdsl.__all__)


def test_the_door_of_the_runtime_says_the_same_to_both() -> None:
    tree = ast.parse(Path(runtime.__file__).read_text("utf-8"))
    typed: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module not in ("__future__", "importlib", "typing"):
            room = str(node.module).removeprefix("mapdsl.runtime.")
            typed[room] = sorted([*typed.get(room, []), *map(ast.unparse, node.names)])
    assert typed == {room: sorted(names) for room, names in runtime._ROOMS.items()}
    assert sorted(runtime._ROOM_OF) == sorted(runtime.__all__)
    for name in runtime.__all__:
        assert getattr(runtime, name) is not None


def test_an_unknown_name_is_an_attribute_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="'mapdsl' has no attribute 'lod'"):
        _ = mapdsl.lod


def test_dir_lists_the_public_names() -> None:
    assert dir(mapdsl) == sorted(mapdsl.__all__)


def test_the_exceptions_have_one_root() -> None:
    for name in mapdsl.__all__:
        value = getattr(mapdsl, name)
        if isinstance(value, type) and issubclass(value, Exception):
            assert issubclass(value, mapdsl.MapError)


@pytest.mark.parametrize("name", ["translate_request", "translate_response"])
def test_the_acts_at_the_front_door_are_those_of_the_runtime(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They take the same arguments, and hand over each of them."""
    front, signature = getattr(mapdsl, name), inspect.signature(getattr(runtime, name))
    assert inspect.signature(front) == signature
    given = {parameter: object() for parameter in signature.parameters}
    seen: list[dict[str, object]] = []

    def act(*args: object, **options: object) -> None:
        seen.append(signature.bind(*args, **options).arguments)

    monkeypatch.setattr(runtime, name, act)
    monkeypatch.setattr("mapdsl.translate._acts", {})  # as long as none was called
    front(**given)
    assert seen == [given]


def test_a_public_class_says_that_it_is_of_the_package() -> None:
    """A pickle and a traceback name it so; moving its file changes neither."""
    classes = {name: value for name in mapdsl.__all__ if isinstance(value := getattr(mapdsl, name), type)}
    assert len(classes) > 10
    assert {name: value.__module__ for name, value in classes.items()} == dict.fromkeys(classes, "mapdsl")
