"""What the rest leaves of an item is found once for all items with the same names, and says the same of each member."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mapdsl.runtime import CompiledMapping, Note, Parts, Recorder
from mapdsl.runtime.compiled import Left, no_function, spread
from mapdsl.runtime.compiled.left import Rest
from mapdsl.runtime.compiled.rest import keep_reporting
from mapdsl.runtime.residue import ResidueKey, make_residue

KEY = ResidueKey("toy", None, "response", "new", "abc")
PAIRED = CompiledMapping(
    plain=no_function,
    full=no_function,
    keys=no_function,
    rules=(),
    blocks=((("body", "records", "[]"), ("body", "cdrs", "[]")),),
)
NAMES = st.sampled_from("abcd")
TREES: Any = st.recursive(st.none(), lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=6)
VALUES = st.recursive(
    st.sampled_from([None, 1, "x", [], {}, [{"a": 1}]]),
    lambda inner: st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)
ITEMS = st.lists(st.dictionaries(NAMES, VALUES, max_size=4), max_size=6)
NAMED = st.dictionaries(NAMES, TREES, max_size=3)


def left_of(source: Any, named: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, str]]:
    """The same, told member by member."""
    for name, member in source.items():
        if name not in named:
            yield (*at, name), member, "left"
        elif named[name] is not None and isinstance(member, dict) and member:
            yield from left_of(member, named[name], (*at, name))
        elif named[name] is not None and (member is None or member == {}):
            yield (*at, name), member, "bare"


@given(items=ITEMS, named=NAMED)
def test_each_member_is_told_in_the_order_of_the_document(items, named):
    rest = Rest(named, "left", "bare")
    for number, item in enumerate(items):
        members, values = rest.of(item)
        each = Left(0, ("body", number), members, values).each()
        assert list(each) == [(("body", number, *path), *more) for path, *more in left_of(item, named)]


def test_items_with_the_same_names_share_what_they_are_called():
    rest = Rest({"a": None, "b": {"c": None}}, "left", "bare")
    first, values = rest.of({"x": 1, "a": 2, "b": {"c": 3, "d": 4}, "y": 5})
    again, others = rest.of({"x": 6, "a": None, "b": {"c": [], "d": []}, "y": 7})
    bare, null = rest.of({"x": 6, "a": None, "b": None, "y": 7})
    assert again is first
    assert bare is not first
    assert (values, others, null) == ((1, 5, 4), (6, 7, []), (6, 7, None))
    assert [first.paths[number] for number in first.order] == [("x",), ("b", "d"), ("y",)]
    assert [bare.reasons[number] for number in bare.order] == ["left", "bare", "left"]


def test_an_item_is_one_row_of_the_log_and_each_member_a_loss():
    log = Recorder(())
    for number, item in enumerate([{"id": 1, "x": None, "y": [1]}, {"id": 2}]):
        keep_reporting(
            log, 0, item, {"ID": 1}, {"id": None}, {"ID": None}, "drop", True, ("body", number), "new", False, ()
        )
    assert len(log.kept) == 1
    assert log.notes == [Note(("body", 0, "x"), None), Note(("body", 0, "y"), [1])]
    assert [(loss.path, loss.value, loss.reason) for loss in log.lost()] == [
        ("body[0].x", None, "dropped by rest"),
        ("body[0].y", [1], "dropped by rest"),
    ]


@given(items=ITEMS, named=NAMED, data=st.data())
def test_residue_is_what_it_would_be_of_each_member_by_itself(items, named, data):
    """Beside what else is lost of the items, at any place of the log."""
    source, target = {"records": items}, {"cdrs": [{"n": number // 2} for number in range(len(items))]}
    rest, kept = Rest(named, "left", "bare"), []
    for number, item in enumerate(items):
        members, values = rest.of(item)
        if values:
            kept.append(Left(0, ("body", "records", number), members, values))
    for number in range(len(items)):
        path = data.draw(st.sampled_from([None, ("a",), ("a", "b"), ("a", "b", "c")]))
        if path is not None:
            images = data.draw(st.sampled_from([(), ((("body", "cdrs", number, "n"), number // 2),)]))
            kept.append(Note(("body", "records", number, *path), 1, images))
    kept = data.draw(st.permutations(kept))
    made = make_residue(kept, Parts(source), Parts(target), PAIRED, KEY)
    each = make_residue(list(spread(kept)), Parts(source), Parts(target), PAIRED, KEY)
    assert repr(made) == repr(each)  # the order of members, too


def test_values_stay_with_their_names_in_residue():
    """What is left deeper in an item may stand before what is left of the item itself."""
    items = [{"b": {"c": number, "d": number + 10}, "x": number + 20} for number in range(5)]
    target = {"cdrs": [{"n": number} for number in range(5)]}
    rest = Rest({"b": {"c": None}}, "left", "bare")
    kept = [Left(0, ("body", "records", number), *rest.of(item)) for number, item in enumerate(items)]
    made = make_residue(kept, Parts({"records": items}), Parts(target), PAIRED, KEY)
    assert [(entry["path"], entry["value"]) for entry in made["entries"]] == [
        (["body", "records", 0, "b", "d"], [10, 11, 12, 13, 14]),
        (["body", "records", 0, "x"], [20, 21, 22, 23, 24]),
    ]
