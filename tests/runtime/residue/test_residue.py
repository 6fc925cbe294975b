"""What a translation could not carry comes back, and only where it still fits."""

from __future__ import annotations

import copy
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapdsl.conversions import ABSENT, same
from mapdsl.errors import MapError, TranslationError
from mapdsl.runtime import CompiledMapping, Note, Parts
from mapdsl.runtime.residue import ResidueKey, make_residue
from mapdsl.runtime.residue.digests import canonical
from mapdsl.runtime.residue.lists import digest_of
from mapdsl.runtime.residue.restore import check, restore

TO_NEW = ResidueKey("toy", None, "response", "new", "abc")
TO_OLD = ResidueKey("toy", None, "response", "old", "abc")


def ways(key=None):
    return CompiledMapping(
        plain=None,
        full=None,
        keys=None,
        rules=(),
        blocks=((("body", "records", "[]"), ("body", "cdrs", "[]"), key),),
    )


# A toy API. Old: {records: [{id, name, agent}], crm: {system, note}, agent}; new: {cdrs: [{id, label}], source:
# {system}}. `name` is lower-cased on the way, `agent` and `crm.note` have no new home.


def to_new(old):
    new, notes = {}, []
    if "records" in old:
        new["cdrs"] = []
        for i, record in enumerate(old["records"]):
            item = {"id": record["id"]} if "id" in record else {}
            if "name" in record:
                item["label"] = record["name"].lower()
                if item["label"] != record["name"]:
                    image = (("body", "cdrs", i, "label"), item["label"])
                    notes.append(Note(("body", "records", i, "name"), record["name"], (image,)))
            if "agent" in record:
                notes.append(Note(("body", "records", i, "agent"), record["agent"]))
            new["cdrs"].append(item)
    crm = old.get("crm", ABSENT)
    if isinstance(crm, dict) and crm:
        if "system" in crm:
            new["source"] = {"system": crm["system"]}
        if "note" in crm:
            notes.append(Note(("body", "crm", "note"), crm["note"]))
    elif crm is not ABSENT:
        notes.append(Note(("body", "crm"), crm))
    if "agent" in old:
        notes.append(Note(("body", "agent"), old["agent"]))
    return new, notes


def to_old(new):
    old = {}
    if "cdrs" in new:
        old["records"] = []
        for cdr in new["cdrs"]:
            old["records"].append(
                {there: cdr[here] for here, there in (("id", "id"), ("label", "name")) if here in cdr}
            )
    if "system" in new.get("source", {}):
        old["crm"] = {"system": new["source"]["system"]}
    return old


def out(old, key=None):
    new, notes = to_new(old)
    residue = make_residue(notes, Parts(old), Parts(new), ways(key), TO_NEW)
    return new, json.loads(json.dumps(residue))


def home(new, residue, key=None):
    made = Parts(to_old(new))
    restore(check(residue, TO_OLD), Parts(new), made, ways(key), TO_OLD)
    return made.body


records = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "id": st.integers(1, 3),
            "name": st.sampled_from(["Ann", "ann", "Bob"]),
            "agent": st.sampled_from(["x", "y", None, {"deep": []}]),
        },
    ),
    max_size=4,
)
olds = st.fixed_dictionaries(
    {},
    optional={
        "records": records,
        "crm": st.one_of(
            st.none(),
            st.fixed_dictionaries({}, optional={"system": st.integers(0, 2), "note": st.sampled_from(["", "n"])}),
        ),
        "agent": st.sampled_from(["z", None, False]),
    },
)


@given(old=olds, key=st.sampled_from([None, "id"]))
def test_residue_brings_the_original_back(old, key):
    """Law 1, through JSON text."""
    new, residue = out(old, key)
    assert home(new, residue, key) == old


@given(old=olds, key=st.sampled_from([None, "id"]), data=st.data())
def test_the_order_in_which_losses_were_found_does_not_matter(old, key, data):
    new, notes = to_new(old)
    shuffled = data.draw(st.permutations(notes))
    residue = make_residue(shuffled, Parts(old), Parts(new), ways(key), TO_NEW)
    assert home(new, json.loads(json.dumps(residue)), key) == old


def test_the_rows_of_a_long_list_say_what_each_item_became():
    """The rows of later items are made like that of an earlier one: here the second of the list, of four."""
    old = {"records": [{"id": number, "agent": [number]} for number in (7, 8, 9, 8)]}
    new = {"cdrs": [{"id": number} for number in (7, 8, 9, 8)]}
    notes = [Note(("body", "records", at, "agent"), old["records"][at]["agent"]) for at in (1, 3, 0, 2)]
    made = check(make_residue(notes, Parts(old), Parts(new), ways(), TO_NEW), TO_OLD)
    digests = [digest_of(("body", "cdrs", at), new["cdrs"][at]) for at in (1, 3, 0, 2)]
    there = {"from": ["body", "records"], "to": ["body", "cdrs"]}
    assert made["items"] == [
        {**there, "item": each, "nth": nth} for each, nth in zip(digests, (0, 1, 0, 0), strict=True)
    ]
    assert [entry["path"] for entry in made["entries"]] == [["body", "records", row, "agent"] for row in range(4)]
    assert [entry["value"] for entry in made["entries"]] == [[8], [8], [7], [9]]


def test_a_member_that_is_called_as_a_sign_is_paired_by_its_place():
    """`*` in the place of a block means each member, and a message may have one of that name."""
    old = {"o": {"*": [{"gone": 1}, {"gone": 2}], "k": [{"gone": 3}, {"gone": 4}]}}
    new = {"p": {"K": [{}, {}], "*": [{}, {}]}}
    both = CompiledMapping(
        plain=None, full=None, keys=None, rules=(), blocks=((("body", "o", "*", "[]"), ("body", "p", "*", "[]")),)
    )
    notes = [Note(("body", "o", "*", at, "gone"), at + 1) for at in (0, 1)]
    made = check(make_residue(notes, Parts(old), Parts(new), both, TO_NEW), TO_OLD)
    assert [row["to"] for row in made["items"]] == [["body", "p", "K"], ["body", "p", "K"]]


def test_an_object_of_lists_is_looked_through_once_and_not_for_each_list():
    class Object(dict):
        walks = 0

        def __iter__(self):
            self.walks += 1
            return super().__iter__()

    old = Object({f"k{number}": [{"a": 1, "gone": number}] for number in range(50)})
    new = Object({f"K{number}": [{"a": 1}] for number in range(50)})
    notes = [Note(("body", "o", name, 0, "gone"), items[0]["gone"]) for name, items in old.items()]
    blocks = ((("body", "o", "*", "[]"), ("body", "p", "*", "[]")),)
    residue = make_residue(
        notes, Parts({"o": old}), Parts({"p": new}), CompiledMapping(None, None, None, (), blocks=blocks), TO_NEW
    )
    assert [row["to"] for row in residue["items"]] == [["body", "p", f"K{number}"] for number in range(50)]
    assert old.walks + new.walks <= 4


@given(old=olds, other=olds, key=st.sampled_from([None, "id"]))
def test_residue_of_another_document_never_raises_and_touches_no_other_value(old, other, key):
    """Whatever comes home, what the rules wrote there stays, up to the spelling that an unchanged image stands for."""
    _, residue = out(old, key)
    stranger, _ = out(other, key)
    plain, restored = to_old(stranger), home(stranger, residue, key)

    assert to_new(restored)[0] == stranger
    if "records" in plain:
        assert len(restored["records"]) == len(plain["records"])


@given(old=olds, data=st.data(), key=st.sampled_from([None, "id"]))
def test_a_deleted_item_takes_its_entries_along_and_a_new_one_gets_none(old, data, key):
    new, residue = out(old, key)
    cdrs = new.get("cdrs", [])
    if not cdrs:
        return
    gone = data.draw(st.integers(0, len(cdrs) - 1))
    agents = [record.get("agent", ABSENT) for record in old["records"]]
    if cdrs.count(cdrs[gone]) > 1:
        return  # equal items cannot be told apart
    cdrs[gone] = {"id": 99, "label": "new"}
    restored = home(new, residue, key)["records"]

    assert restored[gone] == {"id": 99, "name": "new"}
    for i, record in enumerate(restored):
        if i != gone and cdrs.count(cdrs[i]) == 1:
            assert record.get("agent", ABSENT) == agents[i]


@given(old=olds, data=st.data(), key=st.sampled_from([None, "id"]))
def test_items_keep_their_own_entries_in_another_order(old, data, key):
    new, residue = out(old, key)
    cdrs = new.get("cdrs", [])
    order = data.draw(st.permutations(range(len(cdrs))))
    distinct = [i for i in order if cdrs.count(cdrs[i]) == 1]
    if len(distinct) != len(cdrs):
        return
    moved = {**new, "cdrs": [cdrs[i] for i in order]} if "cdrs" in new else new
    restored = home(moved, residue, key)

    assert restored.get("records", []) == [old["records"][i] for i in order]


@given(old=olds)
def test_nothing_that_was_handed_in_is_changed(old):
    """Containers that the translation shares with its input are copied before they are changed."""
    new, residue = out(old)
    shared = Parts(new)
    before = copy.deepcopy((new, residue))
    notes = [Note(("body", "source", "extra"), [1]), Note(("body", "cdrs", 0, "extra"), {}), Note(("body", "more"), 1)]
    more = make_residue(notes, shared, shared, ways(), TO_NEW)
    target = Parts(new)
    restore(more, Parts(new), target, ways(), TO_OLD)

    assert (new, residue) == before


def test_an_item_with_a_key_is_found_although_it_changed():
    """The label has another value now: the old name does not come back, the agent does."""
    new, residue = out({"records": [{"id": 1, "name": "Ann", "agent": "x"}]}, "id")
    new["cdrs"][0]["label"] = "eve"
    assert home(new, residue, "id") == {"records": [{"id": 1, "name": "eve", "agent": "x"}]}


def test_an_item_without_a_key_that_changed_gets_nothing():
    new, residue = out({"records": [{"id": 1, "name": "Ann", "agent": "x"}]})
    new["cdrs"][0]["label"] = "eve"
    assert home(new, residue) == {"records": [{"id": 1, "name": "eve"}]}


def test_a_repeated_key_falls_back_on_equal_items():
    old = {"records": [{"id": 1, "name": "a", "agent": "x"}, {"id": 1, "name": "b", "agent": "y"}]}
    new, residue = out(old, "id")
    new["cdrs"].reverse()
    assert home(new, residue, "id") == {"records": old["records"][::-1]}
    assert not any("key" in row for row in residue["items"])


def test_equal_items_are_told_apart_by_their_order():
    old = {"records": [{"id": 1, "agent": "x"}, {"id": 1, "agent": "y"}, {"id": 1}]}
    new, residue = out(old)
    assert home(new, residue) == old


def test_a_parent_of_nothing_but_residue_is_made_again():
    new, residue = out({"crm": {"note": "n"}})
    assert new == {}
    assert home(new, residue) == {"crm": {"note": "n"}}


def test_a_parent_that_a_rule_makes_stays_away_when_its_field_went():
    """`crm` came from `source.system`; that is deleted, so the note has no home."""
    new, residue = out({"crm": {"system": 1, "note": "n"}})
    del new["source"]
    assert home(new, residue) == {}


def test_an_empty_parent_comes_back_and_does_not_replace_a_filled_one():
    new, residue = out({"crm": {}})
    assert home(new, residue) == {"crm": {}}
    assert home({"source": {"system": 2}}, residue) == {"crm": {"system": 2}}


def sealed(notes, source, target):
    return make_residue(notes, source, target, ways(), TO_NEW)


def restored(residue, source, target):
    made = Parts(copy.deepcopy(target))
    restore(residue, Parts(source), made, ways(), TO_OLD)
    return made.body


def test_a_constant_of_the_way_home_gives_way_and_another_value_does_not():
    """`drop segments = 1` with 3 in the original: home writes 1 by itself."""
    residue = sealed([Note(("body", "segments"), 3, given=1)], Parts({"segments": 3}), Parts({}))
    assert restored(residue, {}, {"segments": 1}) == {"segments": 3}
    assert restored(residue, {}, {"segments": 1.0}) == {"segments": 3}
    assert restored(residue, {}, {"segments": 7}) == {"segments": 7}
    assert restored(residue, {}, {}) == {"segments": 3}


def test_a_constant_that_was_not_there_goes_and_takes_its_parent_along():
    residue = sealed([Note(("body", "meta", "segments"), ABSENT, given=1)], Parts({}), Parts({}))
    assert restored(residue, {}, {"meta": {"segments": 1}}) == {}
    assert restored(residue, {}, {"meta": {"segments": 1, "kept": 2}}) == {"meta": {"kept": 2}}
    assert restored(residue, {}, {"meta": {"segments": 2}}) == {"meta": {"segments": 2}}

    residue = sealed([Note(("body", "meta", "segments"), ABSENT, given=1)], Parts({"meta": {}}), Parts({}))
    assert restored(residue, {}, {"meta": {"segments": 1}}) == {"meta": {}}


def test_of_several_sources_the_one_that_was_there_comes_back():
    """`start` and `start_date` meet in `gte`; home writes `start`, the original had `start_date`."""
    image = ((("body", "gte"), 5),)
    notes = [Note(("body", "start"), ABSENT, image), Note(("body", "old", "start_date"), "5", image)]
    residue = sealed(notes, Parts({"old": {"start_date": "5"}}), Parts({"gte": 5}))

    assert restored(residue, {"gte": 5}, {"start": 5}) == {"old": {"start_date": "5"}}
    assert restored(residue, {"gte": 6}, {"start": 6}) == {"start": 6}
    assert restored(residue, {}, {}) == {}


def test_an_image_that_was_absent_must_still_be_absent():
    residue = sealed(
        [Note(("body", "order"), "disabled", ((("body", "live"), ABSENT),))], Parts({"order": "disabled"}), Parts({})
    )
    assert restored(residue, {}, {}) == {"order": "disabled"}
    assert restored(residue, {"live": 1}, {}) == {}


def test_a_place_that_is_filled_from_elsewhere_is_left_alone():
    residue = sealed([Note(("body", "agent"), "x")], Parts({"agent": "x"}), Parts({}))
    assert restored(residue, {}, {"agent": "y"}) == {"agent": "y"}


def test_numbers_come_back_digit_for_digit():
    value = Decimal("100.10")
    residue = sealed(
        [Note(("body", "n"), value, ((("body", "m"), "100.1"),))], Parts({"n": value}), Parts({"m": "100.1"})
    )
    assert str(restored(residue, {"m": "100.1"}, {"n": 100.1})["n"]) == "100.10"


def test_nested_lists_and_converted_keys():
    """rules.*[] against follow.*[], whose keys are converted: found through the pair of patterns."""
    pairs = (
        (("body", "rules", "*"), ("body", "follow", "*")),
        (("body", "rules", "*", "[]"), ("body", "follow", "*", "[]")),
        (("body", "rules", "*", "[]", "legs", "[]"), ("body", "follow", "*", "[]", "steps", "[]")),
    )
    both = CompiledMapping(plain=None, full=None, keys=None, rules=(), blocks=pairs)
    old = {"rules": {"NO": [{"x": 1}], "YES": [{"legs": [{"u": 1}, {"u": 2, "v": 3}]}]}}
    new = {"follow": {"no": [{}], "yes": [{"steps": [{"w": 1}, {"w": 2}]}]}}
    notes = [Note(("body", "rules", "NO", 0, "x"), 1), Note(("body", "rules", "YES", 0, "legs", 1, "v"), 3)]
    residue = make_residue(notes, Parts(old), Parts(new), both, TO_NEW)
    made = Parts({"rules": {"NO": [{}], "YES": [{"legs": [{"u": 1}, {"u": 2}]}]}})
    restore(residue, Parts(new), made, both, TO_OLD)

    assert made.body == old


def test_a_block_that_went_does_not_come_back_for_its_residue():
    """`o <-> p { x <-> y; drop z }`: the object is there in its own right, so without p there is no o."""
    both = CompiledMapping(plain=None, full=None, keys=None, rules=(), blocks=((("body", "o"), ("body", "p")),))
    residue = make_residue([Note(("body", "o", "z"), 1)], Parts({"o": {"z": 1}}), Parts({"p": {}}), both, TO_NEW)
    made = Parts({})
    restore(residue, Parts({}), made, both, TO_OLD)
    assert made.body == {}


def test_other_parts_than_the_body():
    notes = [
        Note(("query", "page"), "01", ((("query", "offset"), "0"),)),
        Note(("header", "x-trace"), "t"),
        Note(("query", "q"), ""),
    ]
    source = Parts(query={"page": "01", "q": ""}, header={"x-trace": "t"})
    residue = sealed(notes, source, Parts(query={"offset": "0"}))
    made = Parts(query={"page": "1"})
    restore(residue, Parts(query={"offset": "0"}), made, ways(), TO_OLD)
    assert (made.query, made.header) == ({"page": "01", "q": ""}, {"x-trace": "t"})


# --- whose residue, and of what form -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "text"),
    [
        (
            ResidueKey("toy2", None, "response", "old", "abc"),
            'residue.endpoint: expected residue of endpoint "toy2", found "toy"',
        ),
        (
            ResidueKey("toy", None, "request", "old", "abc"),
            'residue.part: expected residue of a request, found "response"',
        ),
        (ResidueKey("toy", None, "response", "new", "abc"), 'residue.to: expected residue of a translation to "old"'),
        (ResidueKey("toy", None, "response", "old", "abd"), "residue.digest: expected residue made by the same specs"),
    ],
)
def test_residue_of_something_else_is_refused_by_what_differs(other, text):
    _, residue = out({"agent": "x"})
    with pytest.raises(TranslationError) as caught:
        check(residue, other)
    assert str(caught.value).startswith(text)
    assert len(caught.value.problems) == 1


def test_residue_of_another_variant_no_longer_fits():
    residue = make_residue(
        [Note(("body", "agent"), "x")],
        Parts({"agent": "x"}),
        Parts({}),
        ways(),
        ResidueKey("toy", "one", "response", "new", "abc"),
    )
    made = Parts({})
    check(residue, TO_OLD)
    restore(residue, Parts({}), made, ways(), TO_OLD)
    assert made.body == {}


def places(value, path=()):
    yield path
    if isinstance(value, (dict, list)):
        for step in list(value) if isinstance(value, dict) else range(len(value)):
            yield from places(value[step], (*path, step))


def refusal(new, residue):
    """What is said against the residue, if anything."""
    try:
        home(new, residue, "id")
    except MapError as error:
        return str(error)
    return "residue is taken"


HOSTILE = [
    None,
    True,
    -1,
    99,
    1.5,
    "",
    "body",
    [],
    [0],
    ["body", 99],
    {},
    {"path": ["body"]},
    [[]],
    [None],
    ["body", None],
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=repr)
def test_damaged_residue_is_refused_or_ignored_but_never_breaks(hostile):
    """Every node of real residue replaced by something odd: a MapError, or a translation."""
    old = {
        "records": [{"id": 1, "name": "Ann", "agent": "x"}, {"id": 2, "agent": "y"}],
        "crm": {"note": "n"},
        "agent": 1,
    }
    new, residue = out(old, "id")
    for path in list(places(residue)):
        damaged = copy.deepcopy(residue)
        holder = damaged
        for step in path[:-1]:
            holder = holder[step]
        if path:
            holder[path[-1]] = copy.deepcopy(hostile)
        else:
            damaged = hostile
        assert refusal(new, damaged).startswith("residue")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "5e-1"),
        (-12.25, "-1225e-2"),
        (0.0025, "25e-4"),
        (-0.0, "0"),
        (100.0, "1e2"),
        (120, "12e1"),
        (-7, "-7"),
        (105, "105"),
        (1.25e-7, "125e-9"),
        (3e22, "3e22"),
        (Decimal("0.50"), "5e-1"),
        ({"b": None, "a": [True, "é"]}, '{"a":[true,"\\u00e9"],"b":null}'),
    ],
)
def test_values_have_one_text(value, text):
    assert canonical(value) == text


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    ),
    other=st.sampled_from(
        [0, 1, 1.0, True, Decimal("1.00"), Decimal("1E+2"), 100, 10**30, Decimal("1e30"), -0.0, 0.1, Decimal("0.10")]
    ),
)
def test_one_digest_for_equal_values_only(value, other):
    assert (canonical(value) == canonical(other)) == same(value, other)
    assert canonical([value, {"a": other}]) == canonical([value, {"a": other}])


def test_constants_of_the_way_home_go_with_the_object_that_only_they_fill():
    """`meta` was not there; home makes {a: 1, b: 2}. What somebody added since stays, and the constants with it."""
    notes = [Note(("body", "meta"), ABSENT, given=1), Note(("body", "meta"), ABSENT, given=2)]
    residue = sealed(notes, Parts({"k": 0}), Parts({"k": 0}))
    assert restored(residue, {"k": 0}, {"k": 0, "meta": {"a": 1, "in": {"b": 2}}}) == {"k": 0}
    assert restored(residue, {"k": 5}, {"k": 5, "meta": {"a": 1}}) == {"k": 5}
    assert restored(residue, {"k": 0}, {"k": 0, "meta": {"a": 1, "more": 3}}) == {"k": 0, "meta": {"a": 1, "more": 3}}


def test_a_body_that_was_not_there_goes_only_while_nothing_has_changed():
    residue = sealed([Note(("body",), ABSENT)], Parts(None), Parts({"made": 1}))
    assert restored(residue, {"made": 1}, {"k": 1}) is None
    assert restored(residue, {"made": 1, "more": 2}, {"k": 1}) == {"k": 1}


def test_lists_that_do_not_correspond_item_by_item_hold_nothing():
    """An item was left out on the way: which translated item came from which original cannot be said."""
    residue = sealed(
        [Note(("body", "records", 0, "agent"), "x")],
        Parts({"records": [{"id": 1, "agent": "x"}, {"id": 2}]}),
        Parts({"cdrs": [{"id": 2}]}),
    )
    assert residue["entries"] == []

    _, residue = out({"records": [{"id": 1}, {"id": 2, "agent": "x"}]}, "id")
    made = Parts({"records": [{"id": 2}]})
    restore(residue, Parts({"cdrs": [{"id": 1}, {"id": 2}]}), made, ways("id"), TO_OLD)
    assert made.body == {"records": [{"id": 2}]}


def test_an_absence_makes_room_for_the_null_above_it():
    image = ((("body", "gte"), 5),)
    notes = [
        Note(("body", "range"), None),
        Note(("body", "range", "start"), ABSENT, image),
        Note(("body", "on"), "5", image),
    ]
    residue = sealed(notes, Parts({"range": None, "on": "5"}), Parts({"gte": 5}))
    assert restored(residue, {"gte": 5}, {"range": {"start": 5}}) == {"range": None, "on": "5"}


def test_what_has_an_image_makes_the_parent_for_what_has_none():
    image = ((("body", "gte"), 5),)
    notes = [Note(("body", "range", "note"), "n"), Note(("body", "range", "on"), "5", image)]
    residue = sealed(notes, Parts({"range": {"note": "n", "on": "5"}}), Parts({"gte": 5}))
    assert restored(residue, {"gte": 5}, {}) == {"range": {"note": "n", "on": "5"}}
    assert restored(residue, {"gte": 6}, {}) == {}


def test_a_key_that_repeats_by_now_says_nothing():
    """The item was copied: the equal one that comes first keeps its agent, for nothing else tells them apart."""
    new, residue = out({"records": [{"id": 1, "name": "a", "agent": "x"}]}, "id")
    new["cdrs"] = [{"id": 1, "label": "b"}, {"id": 1, "label": "a"}, {"id": 1, "label": "a"}]
    assert home(new, residue, "id")["records"] == [
        {"id": 1, "name": "b"},
        {"id": 1, "name": "a", "agent": "x"},
        {"id": 1, "name": "a"},
    ]


def test_a_query_without_members_may_be_no_object_at_all():
    notes = [Note(("query", "q"), "x")]
    residue = sealed(notes, Parts(query={"q": "x", "page": "1"}), Parts(query=None))
    made = Parts(query=None)
    restore(residue, Parts(query=None), made, ways(), TO_OLD)
    assert made.query == {"q": "x"}


def test_a_query_is_text_when_it_is_read_again():
    """Rules wrote an integer and a list of one; on the way home both are texts, and still the same."""
    images = ((("query", "size"), 5), (("query", "ids"), ["a"]), (("query", "kinds"), [1, 2]))
    residue = sealed([Note(("query", "per"), "05", images)], Parts(query={"per": "05"}), Parts(query={}))
    made = Parts(query={"per": "5"})
    restore(residue, Parts(query={"size": "5", "ids": "a", "kinds": "1,2"}), made, ways(), TO_OLD)
    assert made.query == {"per": "05"}
    made = Parts(query={"per": "6"})
    restore(residue, Parts(query={"size": "6", "ids": "a", "kinds": ["1", "2"]}), made, ways(), TO_OLD)
    assert made.query == {"per": "6"}
