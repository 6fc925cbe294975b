"""Selections: what is read, what is refused, and what is found, with jsonpath-ng itself as the oracle."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from jsonpath_ng import Child, Fields, Index
from jsonpath_ng.ext import parse

from mapdsl.paths import find, parse_selector
from mapdsl.paths.select import _below

DOCUMENT = {
    "id": 7,
    "secret": "a",
    "user": {"secret": None, "name": "Ann", "tags": ["x", "y"]},
    "items": [
        {"type": "sms", "id": 1, "secret": {"secret": "inner"}},
        {"type": "call", "id": 1.0, "live": True},
        {"type": "call", "id": "1", "live": 1},
        "text",
        [{"secret": 0}],
    ],
    "a b": {"é": 1, "": 2},
}


def found(text: str, document: Any = DOCUMENT) -> list[tuple[tuple[str | int, ...], Any]]:
    return find(parse_selector(text), document)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$", [((), DOCUMENT)]),
        ("$.user.name", [(("user", "name"), "Ann")]),
        ("$['a b']['é']", [(("a b", "é"), 1)]),
        ("$.user.tags[*]", [(("user", "tags", 0), "x"), (("user", "tags", 1), "y")]),
        ("$.user.tags[-1]", [(("user", "tags", 1), "y")]),
        ("$.user.tags[1,0]", [(("user", "tags", 1), "y"), (("user", "tags", 0), "x")]),
        ("$.user.tags[5]", []),
        ("$.user['name','nick']", [(("user", "name"), "Ann")]),
        ("$.user.*", [(("user", "secret"), None), (("user", "name"), "Ann"), (("user", "tags"), ["x", "y"])]),
        ("$.items.name", []),
        ("$.user[0]", []),
        (
            "$..secret",
            [
                (("secret",), "a"),
                (("user", "secret"), None),
                (("items", 0, "secret"), {"secret": "inner"}),
                (("items", 0, "secret", "secret"), "inner"),
                (("items", 4, 0, "secret"), 0),
            ],
        ),
        ("$.items[?@.type == 'sms'].id", [(("items", 0, "id"), 1)]),
        ("$.items[?@.id == 1].type", [(("items", 0, "type"), "sms"), (("items", 1, "type"), "call")]),
        ("$.items[?@.id == '1'].type", [(("items", 2, "type"), "call")]),
        ("$.items[?@.live == true].id", [(("items", 1, "id"), 1.0)]),
        ("$.items[?@.live != true && @.type == 'call'].id", [(("items", 2, "id"), "1")]),
        ("$.items[?(@[0].secret == 0)]", [(("items", 4), [{"secret": 0}])]),
        ("$..[*].name", [(("user", "name"), "Ann")]),
        ("$.user[?@ == null]", [(("user", "secret"), None)]),
        ("$..[?@.secret == 'inner']", [(("items", 0, "secret"), {"secret": "inner"})]),
    ],
)
def test_a_selection_finds_paths_and_values(text, expected):
    assert found(text) == expected


def test_numbers_are_compared_by_value():
    assert found("$[?@ == 1.5]", [Decimal("1.50"), 1.5, "1.5"]) == [((0,), Decimal("1.50")), ((1,), 1.5)]
    assert found("$[?@ == 1]", [True, Decimal("1.0")]) == [((1,), Decimal("1.0"))]


@pytest.mark.parametrize("document", ["text", 5, None, [], {}])
def test_a_scalar_has_nothing_to_select(document):
    assert found("$..a[*]", document) == []


def test_what_lies_below_two_findings_is_walked_once():
    """Else `$..a..a..a` would cost the cube of the depth."""
    given = {"a": {"a": {"a": 1}}}
    walked = [path for path, _ in _below([((), given), (("a",), given["a"])])]
    assert walked == [(), ("a",), ("a", "a"), ("a", "a", "a")]


def test_depth_is_no_limit():
    document: Any = {"secret": 1}
    for _ in range(5000):
        document = [document]
    assert [value for _, value in found("$..secret", document)] == [1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot be read"),
        ("$[", "cannot be read"),
        ("$.a'", "cannot be read"),
        ("$.é", "cannot be read: .*é"),
        ("secret", "begins with `\\$`"),
        ("@.a", "begins with `\\$`"),
        ("$.a + $.b", "begins with `\\$`"),
        ("$.a | $.b", "not allowed"),
        ("$.a where $.b", "not allowed"),
        ("$.a.`parent`", "not allowed"),
        ("$.a.`len`", "not allowed"),
        ("$.a.`sub(/a/, b)`", "not allowed"),
        ("$.a.`split(-, 0, -1)`", "not allowed"),
        ("$[1:2]", "not allowed"),
        ("$[::2]", "not allowed"),
        ("$[\\a]", "not allowed"),
        ("$.a.$", "not allowed"),
        ("$[?@.a =~ '(a+)+$']", "compare with `==` or `!=`"),
        ("$[?@.a > 1]", "compare with `==` or `!=`"),
        ("$[?@.a]", "compare with `==` or `!=`"),
        ("$[?!@.a]", "compare with `==` or `!=`"),
        ("$[?@.a == 1 || @.b == 2]", "join with `&&`"),
        ("$[?@.a == @.b]", "compare with a text"),
        ("$[?@.a == $.b]", "compare with a text"),
        ("$[?@.a == sms]", "needs quotes: write 'sms'"),
        ("$[?$.a == 1]", "begins with `@` and names one place"),
        ("$[?@..a == 1]", "begins with `@` and names one place"),
        ("$[?@.a[*] == 1]", "begins with `@` and names one place"),
        ("$['*']", "a member called `\\*`"),
        ('$["a", "*"]', "a member called `\\*`"),
        ("$" + ".a" * 300, "longer than 500"),
        ("$[?@" + ".a" * 240 + "[*] == 1]", "names one place"),
    ],
)
def test_what_is_no_selection_is_refused_with_a_text(text, message):
    with pytest.raises(ValueError, match=message):
        parse_selector(text)


def test_a_selection_shows_the_text_of_its_author():
    assert str(parse_selector("$..secret")) == "$..secret"
    assert parse_selector("$.a") == parse_selector("$['a']")


# --- the oracle ------------------------------------------------------------------------------------------------------

NAMES = ("a", "b", "type", "secret")
STEPS = (".a", ".b", "..a", "..secret", "[*]", ".*", "..[*]", "[0]", "[-1]", "..[0]", "['a','b']")
FILTERS = (
    *("[?@.type == 'sms']", "[?@.a == 1]", "[?@.a == true]", "[?@.b != null]", "[?@.a.b == 1 && @.type != 'x']"),
    *("[?@ == 1]", "[?@[0] == 'sms']", "..[?@.a == '1']", "[?@.a == 0.5]"),
)


def document(random: Random, depth: int = 4) -> Any:
    kind = random.randrange(4 if depth else 2)
    if kind == 2:
        return {name: document(random, depth - 1) for name in NAMES if random.random() < 0.6}
    if kind == 3:
        return [document(random, depth - 1) for _ in range(random.randrange(4))]
    return random.choice((None, True, False, 0, 1, 1.0, 0.5, "1", "sms", "x", ""))


def selection(random: Random) -> str:
    steps = [random.choice(STEPS) for _ in range(random.randint(0, 3))]
    if random.random() < 0.5:
        steps.insert(random.randint(0, len(steps)), random.choice(FILTERS))
    return "$" + "".join(steps)


def steps_of(match: Any) -> tuple[str | int, ...]:
    """The path of a match of jsonpath-ng."""
    steps: list[str | int] = []
    path = match.full_path
    while isinstance(path, Child):
        steps.append(_step(path.right))
        path = path.left
    if isinstance(path, (Fields, Index)):
        steps.append(_step(path))
    return tuple(reversed(steps))


def _step(path: Any) -> str | int:
    return path.fields[0] if isinstance(path, Fields) else path.indices[0]


@pytest.mark.parametrize("seed", range(60))
def test_jsonpath_ng_finds_the_same(seed):
    """The library may find a place twice, or an item by its negative index; otherwise the two agree."""
    random = Random(seed)
    text = selection(random)
    selector, oracle = parse_selector(text), parse(text)
    for _ in range(20):
        given = document(random)
        if not isinstance(given, (dict, list)):
            continue
        expected = {_positive(steps_of(match), given): match.value for match in oracle.find(given)}
        assert {path: repr(value) for path, value in find(selector, given)} == {
            path: repr(value) for path, value in expected.items()
        }


def _positive(path: tuple[str | int, ...], value: Any) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    for step in path:
        steps.append(step % len(value) if isinstance(step, int) else step)
        value = value[step]
    return tuple(steps)


def test_finding_needs_no_library():
    code = (
        "import sys; from mapdsl.paths import Selector, find; from mapdsl.paths.select import Pick\n"
        "assert find(Selector('$.a', (Pick('names', names=('a',)),)), {'a': 1}) == [(('a',), 1)]\n"
        "assert 'jsonpath_ng' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
