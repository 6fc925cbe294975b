"""One question per lookup, keys and answers matched in the declared domains."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mapdsl.errors import LookupMissing, TranslationError
from mapdsl.runtime import LookupDecl
from mapdsl.runtime.translation import dict_index
from mapdsl.runtime.translation.lookup_values import coerce
from mapdsl.runtime.translation.lookups import answer

USER = LookupDecl("user", "string", "string")
TEAM = LookupDecl("team", "integer", "string")
KEY = LookupDecl("api_key", "string", "string", credential=True)
DECLS = {decl.name: decl for decl in (USER, TEAM, KEY, LookupDecl("rate", "number", "boolean"))}


def keys(*values):
    return dict.fromkeys(values)


def test_a_dict_answers_to_new_as_it_stands():
    assert answer(DECLS, {"user": keys("101", "102")}, {"user": {"101": "a", "102": "b", "103": "c"}}, "new") == {
        "user": {"101": "a", "102": "b"}
    }


def test_a_dict_is_inverted_to_old():
    assert answer(DECLS, {"user": keys("b")}, {"user": {"101": "a", "102": "b"}}, "old") == {"user": {"b": "102"}}


def test_a_key_without_answer_is_left_out():
    assert answer(DECLS, {"user": keys("101", "9")}, {"user": {"101": "a"}}, "new") == {"user": {"101": "a"}}


def test_null_is_no_answer():
    assert answer(DECLS, {"user": keys("101")}, {"user": {"101": None}}, "new") == {"user": {}}


def test_text_keys_find_integers_and_true_is_not_one():
    """Tables read from JSON have text keys; a bool of Python must not answer for 1."""
    assert answer(DECLS, {"team": keys(3)}, {"team": {"3": "Sales"}}, "new") == {"team": {3: "Sales"}}
    assert answer(DECLS, {"team": keys(3)}, {"team": {3.0: "Sales"}}, "new") == {"team": {3: "Sales"}}
    assert answer(DECLS, {"team": keys(3.0)}, {"team": {"3": "Sales"}}, "new") == {"team": {3: "Sales"}}
    assert answer(DECLS, {"team": keys(1)}, {"team": {True: "yes"}}, "new") == {"team": {}}
    assert answer(DECLS, {"team": keys(1)}, {"team": {True: "yes", "1": "one"}}, "new") == {"team": {1: "one"}}
    assert answer(DECLS, {"team": keys(3)}, {"team": {"3.5": "x", "03": "y", " 3": "z"}}, "new") == {"team": {}}


def test_a_float_and_a_decimal_of_one_value_are_one_key():
    assert answer(DECLS, {"rate": keys(Decimal("0.1"))}, {"rate": {0.1: "true"}}, "new") == {
        "rate": {Decimal("0.1"): True}
    }


def test_answers_are_brought_into_the_declared_domain():
    """To old the team lookup answers integers."""
    got = answer(DECLS, {"team": keys("Sales")}, {"team": lambda names: {"Sales": "11"}}, "old")
    assert got == {"team": {"Sales": 11}}
    assert type(got["team"]["Sales"]) is int


def test_an_answer_outside_the_domain_is_a_problem():
    with pytest.raises(TranslationError) as caught:
        answer(DECLS, {"team": keys("Sales")}, {"team": lambda names: {"Sales": "eleven"}}, "old")
    (problem,) = caught.value.problems
    assert (problem.path, problem.expected, problem.found) == ('lookups.team["Sales"]', "an integer", '"eleven"')


def test_a_callable_is_asked_once_with_all_keys_in_order():
    asked = []

    def users(extensions):
        asked.append(extensions)
        return {extension: f"u{extension}" for extension in [*extensions, "not asked"]}

    assert answer(DECLS, {"user": keys("7", "3", "5")}, {"user": users}, "new") == {
        "user": {"7": "u7", "3": "u3", "5": "u5"}
    }
    assert asked == [["7", "3", "5"]]


def test_nobody_is_asked_for_nothing():
    assert answer(DECLS, {"user": {}}, {}, "new") == {"user": {}}


def test_an_object_answers_by_direction():
    class Users:
        def to_new(self, extensions):
            return {each: each.upper() for each in extensions}

        def to_old(self, ids):
            return {each: each.lower() for each in ids}

    assert answer(DECLS, {"user": keys("a")}, {"user": Users()}, "new") == {"user": {"a": "A"}}
    assert answer(DECLS, {"user": keys("A")}, {"user": Users()}, "old") == {"user": {"A": "a"}}


def test_a_repeated_value_matters_only_where_it_is_asked():
    table = {"101": "a", "102": "b", "103": "b"}
    assert answer(DECLS, {"user": keys("a")}, {"user": table}, "old") == {"user": {"a": "101"}}
    with pytest.raises(TranslationError) as caught:
        answer(DECLS, {"user": keys("b")}, {"user": table}, "old")
    assert str(caught.value) == 'lookups.user["b"]: expected one old key with this value, found 2: "102" and "103"'


def test_two_spellings_of_one_old_key_do_not_clash():
    assert answer(DECLS, {"team": keys("Sales")}, {"team": {3: "Sales", "3": "Sales"}}, "old") == {"team": {"Sales": 3}}


def test_missing_lookups_are_named_all_at_once_with_what_to_pass():
    with pytest.raises(LookupMissing) as caught:
        answer(DECLS, {"user": keys("1", "2", "3", "4", "5"), "team": keys(8)}, {"usr": {}}, "new")
    first, second = caught.value.problems
    assert first.path == "lookups.user"
    assert first.expected == 'answers for "1", "2", "3" and 2 more'
    assert first.help.startswith("pass lookups={'user': {old: new, ...}}")
    assert first.help.endswith("or an object with to_new(keys)")
    assert first.found == "no such lookup (it has usr)"
    assert second.path == "lookups.team"


def test_credentials_are_never_shown():
    with pytest.raises(TranslationError) as caught:
        answer(DECLS, {"api_key": keys("SECRET")}, {"api_key": {"OTHER": "SECRET", "THIRD": "SECRET"}}, "old")
    assert "OTHER" not in str(caught.value)
    assert "SECRET" not in str(caught.value)
    with pytest.raises(TranslationError) as caught:
        answer(DECLS, {"api_key": keys("SECRET")}, {"api_key": {"SECRET": ["OTHER"]}}, "new")
    assert "OTHER" not in str(caught.value)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("raw", [None, ["a"], "a"])
def test_an_answer_that_is_no_dict_is_a_problem(raw):
    with pytest.raises(TranslationError, match=r"lookups\.user: expected a dict of answers, found"):
        answer(DECLS, {"user": keys("1")}, {"user": lambda keys: raw}, "new")


def test_a_coroutine_is_named_and_closed():
    async def users(extensions):
        return {}

    with pytest.raises(TranslationError, match="found a Python coroutine"):
        answer(DECLS, {"user": keys("1")}, {"user": users}, "new")


def test_exceptions_of_the_program_pass_with_a_note():
    def users(extensions):
        raise ConnectionError("directory is down")

    with pytest.raises(ConnectionError) as caught:
        answer(DECLS, {"user": keys("1")}, {"user": users}, "new")
    assert caught.value.__notes__ == ["mapdsl asked lookup user for 1 key to new"]


@pytest.mark.parametrize("source", [7, [("1", "a")], None])
def test_a_source_of_another_kind_is_a_wrong_call(source):
    with pytest.raises(TypeError, match=r"lookups\['user'\] must be a dict, a callable or an object"):
        answer(DECLS, {"user": keys("1")}, {"user": source}, "new")
    with pytest.raises(TypeError, match="lookups must be a dict"):
        answer(DECLS, {"user": keys("1")}, [source], "new")


def test_the_table_is_not_changed():
    table = {"3": "Sales", "4": None}
    answer(DECLS, {"team": keys("Sales")}, {"team": table}, "old")
    assert table == {"3": "Sales", "4": None}


def rows(**changes):
    """A dict that is long enough to be indexed once."""
    return {**{f"o{number}": f"n{number}" for number in range(150)}, **changes}


def home(table, *asked):
    return answer(DECLS, {"user": keys(*asked)}, {"user": table}, "old")["user"]


def test_a_long_dict_is_looked_through_once(monkeypatch):
    brought = []
    monkeypatch.setattr(dict_index, "coerce", lambda value, domain: brought.append(value) or coerce(value, domain))
    table = rows()
    for number in range(20):
        assert home(table, f"n{number}") == {f"n{number}": f"o{number}"}
    assert len(brought) == 150 + 20  # each row once, and what was found
    assert home(table, "none", "n1", "nothing") == {"n1": "o1"}
    assert len(brought) == 150 + 20 + 1
    assert home(rows(), "n1") == {"n1": "o1"}  # another dict, which is equal
    assert len(brought) == 150 + 20 + 1 + 150 + 1


def test_a_long_dict_that_changes_is_read_as_it_is():
    table = rows()
    assert home(table, "n1", "n2") == {"n1": "o1", "n2": "o2"}
    table["o1"], table["o2"] = "n2", "n1"
    assert home(table, "n1", "n2") == {"n1": "o2", "n2": "o1"}
    table["o1"] = "new"
    assert home(table, "n2", "new") == {"new": "o1"}
    table["more"] = "n2"
    assert home(table, "n2") == {"n2": "more"}
    del table["more"]
    assert home(table, "n2") == {}
    del table["o3"]
    table["other"] = "n2"
    assert home(table, "n3", "n2") == {"n2": "other"}
    table["o4"] = "n5"
    table["o6"] = "n6 and more"
    assert home(table, "n4") == {}
    with pytest.raises(TranslationError, match='one old key with this value, found 2: "o4" and "o5"'):
        home(table, "n5")


def test_a_second_row_with_a_value_is_seen_when_the_dict_is_longer():
    table = rows()
    assert home(table, "n1") == {"n1": "o1"}
    table["more"] = "n1"
    with pytest.raises(TranslationError, match='one old key with this value, found 2: "o1" and "more"'):
        home(table, "n1")


def test_a_long_dict_with_keys_of_another_spelling_is_read_as_it_is():
    table = {str(number): f"t{number}" for number in range(150)}
    ask = {"team": keys(3, 0)}
    assert answer(DECLS, ask, {"team": table}, "new") == {"team": {3: "t3", 0: "t0"}}
    table["3"] = "other"
    assert answer(DECLS, ask, {"team": table}, "new") == {"team": {3: "other", 0: "t0"}}
    del table["3"]
    assert answer(DECLS, ask, {"team": table}, "new") == {"team": {0: "t0"}}
    table["3.0"] = "again"
    assert answer(DECLS, ask, {"team": table}, "new") == {"team": {3: "again", 0: "t0"}}


def test_true_and_one_are_two_values_on_the_way_home():
    decls = {"flag": LookupDecl("flag", "string", "any")}
    assert answer(decls, {"flag": keys(1)}, {"flag": {"yes": True, "one": 1}}, "old") == {"flag": {1: "one"}}
    assert answer(decls, {"flag": keys(True)}, {"flag": {"yes": True, "one": 1}}, "old") == {"flag": {True: "yes"}}
