"""Lists in texts, one or many, letter case, prefixes, holders, ranges."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mapdsl.conversions import ABSENT, BadConversion, Refused, build


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", []),
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        (" a ,\tb", ["a", "b"]),
        (",a,,b,", ["a", "b"]),
        (" , ", []),
        ("a b", ["a b"]),
    ],
)
def test_items_are_cut_at_commas_blanks_and_empty_ones_dropped(text, items):
    assert build("csv").to_new.run(text) == items


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b", "a"], "a,b,a"), (["\u00a0a"], "\u00a0a")]
)
def test_items_are_joined_by_commas(items, text):
    made = build("csv")
    assert made.to_old.run(items) == text
    assert made.to_new.run(text) == items


@pytest.mark.parametrize("items", [["a,b"], [""], [" a"], ["a\t"], [1], [None], ["a", ["b"]], "a", None, {"a": 1}])
def test_items_that_would_not_come_back_are_refused(items):
    with pytest.raises(Refused, match="a list of texts"):
        build("csv").to_old.run(items)


@pytest.mark.parametrize(
    ("items", "value"),
    [([], []), (["a"], "a"), (["a", "b"], ["a", "b"]), ([None], [None]), ([["a"]], [["a"]]), ([{}], {}), ([0], 0)],
)
def test_one_item_stands_alone_and_several_in_a_list(items, value):
    made = build("one_or_many")
    assert made.to_new.run(items) == value
    assert made.to_old.run(value) == items


def test_the_way_back_from_one_or_many_takes_a_list_of_one_too():
    assert build("one_or_many").to_old.run(["a"]) == ["a"]


def test_each_converts_every_item_and_leaves_null_alone():
    made = build("each", (build("integer"),))
    assert made.to_new.run(["1", None, "3"]) == [1, None, 3]
    assert made.to_old.run([1, None, 3]) == ["1", None, "3"]
    with pytest.raises(Refused, match="an integer as text"):
        made.to_new.run(["1", "x"])
    with pytest.raises(Refused, match="a list"):
        made.to_new.run("1")


def test_each_has_the_facts_of_its_step():
    made = build("each", (build("clock_seconds"),))
    assert made.to_new.injective
    assert (made.to_old.injective, made.to_old.lossy) == (False, "fraction of a second")
    assert made.old.items == build("clock_seconds").old


def test_flip_exchanges_the_sides():
    made = build("flip", (build("ref", ("id",)),))
    assert made.to_new.run({"id": 1}) == 1
    assert made.to_old.run(1) == {"id": 1}
    assert build("flip", (build("prefix_rest", ("-",)),)).old_places == 2


@pytest.mark.parametrize("name", ["each", "flip"])
def test_a_step_must_be_a_conversion(name):
    with pytest.raises(BadConversion, match="takes a conversion"):
        build(name, ("integer",))


# --- letter case -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "old", "new"), [("lower", "SMS-1", "sms-1"), ("upper", "sms-1", "SMS-1")])
def test_case_is_exchanged_over_ascii(name, old, new):
    made = build(name)
    assert made.to_new.run(old) == new
    assert made.to_old.run(new) == old


@pytest.mark.parametrize("text", ["Sms", "É", "ſ", 5, None])
def test_case_that_would_not_come_back_is_refused(text):
    for name in ("lower", "upper"):
        for to in ("new", "old"):
            with pytest.raises(Refused, match="ASCII only"):
                build(name).way(to).run(text)


@pytest.mark.parametrize(
    ("styles", "old", "new"),
    [
        (("snake", "camel"), "contact_name", "contactName"),
        (("camel", "snake"), "contactURL", "contact_u_r_l"),
        (("kebab", "pascal"), "user-id-2x", None),
        (("kebab", "pascal"), "user-id", "UserId"),
        (("constant", "kebab"), "NO_ANSWER", "no-answer"),
        (("snake", "camel"), "mp3_file", "mp3File"),
        (("snake", "camel"), "user_2", None),
        (("snake", "pascal"), "2_users", None),
        (("constant", "kebab"), "LATIN_1", "latin-1"),
        (("kebab", "snake"), "3pp-2", "3pp_2"),
        (("snake", "constant"), "1", "1"),
        (("constant", "kebab"), "LATIN__1", None),
        (("snake", "camel"), "_a", None),
        (("snake", "camel"), "a__b", None),
        (("snake", "camel"), "userId", None),
        (("kebab", "snake"), "a_b", None),
        (("constant", "snake"), "No", None),
        (("pascal", "snake"), "userId", None),
        (("snake", "camel"), "größe", None),
        (("camel", "snake"), "", None),
    ],
)
def test_names_change_their_style_or_are_refused(styles, old, new):
    made = build("case", styles)
    if new is None:
        with pytest.raises(Refused, match=f"in {styles[0]} case"):
            made.to_new.run(old)
    else:
        assert made.to_new.run(old) == new
        assert made.to_old.run(new) == old


def test_a_style_that_is_none_is_named():
    with pytest.raises(BadConversion, match="styles are camel, constant, kebab, pascal, snake"):
        build("case", ("snake", "title"))


# --- prefixes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("12", "12 - Sold"), ("12", "Sold")),
        (("12", "12 - Sold - twice"), ("12", "Sold - twice")),
        (("12", "12 - 12 - Sold"), ("12", "12 - Sold")),
        (("A - B", "A - B - Sold"), ("A - B", "Sold")),
        (("12", "12 - "), ("12", "")),
        (("", " - x"), ("", "x")),
        (("12", ABSENT), ("12", ABSENT)),
        (("12", None), ("12", None)),
        ((ABSENT, "12 - Sold"), (ABSENT, "12 - Sold")),
        ((None, "12 - Sold"), (None, "12 - Sold")),
    ],
)
def test_the_exact_prefix_is_taken_off_and_put_back(old, new):
    made = build("prefix_rest", (" - ",))
    assert made.to_new.run(old) == new
    assert made.to_old.run(new) == old


@pytest.mark.parametrize("text", ["Sold", "12-Sold", "012 - Sold", ""])
def test_a_missing_prefix_leaves_the_text_whole_and_is_a_loss(text):
    made = build("prefix_rest", (" - ",))
    assert made.to_new.run(("12", text)) == ("12", text)
    assert made.to_old.run(("12", text)) == ("12", f"12 - {text}")
    assert made.to_new.lossy == "no `code - ` prefix"


@pytest.mark.parametrize("pair", [(12, "12 - Sold"), ("12", 5), "12", ("12",), ("12", ["x"]), (True, "x")])
def test_codes_and_texts_of_another_kind_are_refused(pair):
    for to in ("new", "old"):
        with pytest.raises(Refused, match="texts"):
            build("prefix_rest", (" - ",)).way(to).run(pair)


def test_prefix_rest_needs_a_separator():
    with pytest.raises(BadConversion, match="the text between code and rest"):
        build("prefix_rest", ("",))


# --- shapes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ref", "member_of"])
def test_a_value_is_held_in_an_object(name):
    made = build(name, ("id",))
    assert made.to_new.run(5) == {"id": 5}
    assert made.to_old.run({"id": 5, "name": "x"}) == 5
    assert made.to_old.lossy == "other members have no place"
    with pytest.raises(Refused, match=r'^member "id"$'):
        made.to_old.run({"name": "x"})
    with pytest.raises(Refused, match=r"^an object$"):
        made.to_old.run([5])


def test_a_member_may_be_called_like_a_conversion():
    assert build("ref", (build("number"),)).to_new.run("+359") == {"number": "+359"}
    with pytest.raises(BadConversion, match="takes the name of a member"):
        build("ref", (5,))


def test_a_list_of_one_stands_against_its_item():
    made = build("singleton")
    assert made.to_new.run([{"a": 1}]) == {"a": 1}
    assert made.to_old.run({"a": 1}) == [{"a": 1}]
    for items in ([], ["a", "b"], [None], "a", None):
        with pytest.raises(Refused, match="exactly one item"):
            made.to_new.run(items)


@pytest.mark.parametrize(
    ("value", "image"),
    [
        (0, 1),
        (Decimal("1.0"), Decimal("1.0")),
        (1, 1),
        (500, 500),
        (1000, 1000),
        (1001, 1000),
        (-5.5, 1),
        (Decimal("2.50"), Decimal("2.50")),
    ],
)
def test_a_number_outside_a_range_becomes_the_nearest_within(value, image):
    found = build("clamp", (1, 1000)).to_new.run(value)
    assert str(found) == str(image)


def test_the_way_back_from_a_range_holds_its_numbers_alone():
    made = build("clamp", (1, 1000))
    assert made.to_old.run(7) == 7
    assert made.to_new.lossy == "outside the range 1 to 1000"
    for value in (0, 1001, 1000.5, True, "7"):
        with pytest.raises(Refused, match="a number from 1 to 1000"):
            made.to_old.run(value)


@pytest.mark.parametrize("args", [(5, 1), ("a", "b"), (True, 5), (0, float("nan"))])
def test_a_range_needs_two_numbers_in_order(args):
    with pytest.raises(BadConversion, match="the lowest and the highest"):
        build("clamp", args)
