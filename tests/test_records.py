"""Records print by their fields, as attrs prints them."""

from __future__ import annotations

import attrs

from mapdsl import Loss, Request
from mapdsl.records import Record


def test_a_record_prints_as_attrs_prints_it():
    """attrs is the witness: the same class with a method of its own."""

    def fields(cls: type) -> type:
        cls.__annotations__ = {"name": str, "value": object, "secret": str}
        cls.secret = attrs.field(default="s3cret", repr=False)
        cls.value = None
        return cls

    ours = attrs.frozen(repr=False)(fields(type("Thing", (Record,), {"__slots__": ()})))
    theirs = attrs.frozen(fields(type("Thing", (), {})))
    assert repr(ours("a", {"b": 1})) == repr(theirs("a", {"b": 1})) == "Thing(name='a', value={'b': 1})"


def test_public_records_print_their_public_name_and_fields():
    assert repr(Request("GET", "/a")).startswith("Request(method='GET', path='/a', ")
    assert repr(Loss("a", 1, "dropped")).startswith("Loss(path='a', value=1, reason='dropped'")


def test_a_record_inside_itself_ends():
    @attrs.define(repr=False)
    class Knot(Record):
        held: list[object]

    knot = Knot([])
    knot.held.append(knot)
    assert repr(knot) == "Knot(held=[...])"
