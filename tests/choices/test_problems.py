"""The choice problems keep their form, are spread as README.md says, and agree with themselves."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.choices.reading import FOLDER, GROUPS, FormError, Problem, disagreements, problems, read

WORDS = re.compile(r"\b(match\w*|cases?|guards?|rest|residue)\b", re.IGNORECASE)
MESSAGE = """```message
translate "request to new"
given {"a": 1}
expected {"b": 1}
lost []
```
"""
HEAD = "# Title\n\ngroup: tag\n\nThe old endpoint is `POST /v1/x`, the new one is `POST /v2/x`.\n\n"
RIGHT = HEAD + MESSAGE

each = pytest.mark.parametrize("problem", problems(), ids=lambda p: f"{p.number:02}_{p.name}")


def test_there_are_sixty_numbered_without_gaps() -> None:
    assert [p.number for p in problems()] == list(range(1, 61))
    assert len({p.name for p in problems()}) == 60
    assert {file.suffix for file in FOLDER.iterdir()} == {".md"}


def test_the_groups_are_spread_as_the_readme_says() -> None:
    assert Counter(p.group for p in problems()) == GROUPS
    rows = re.findall(
        r"^\| `([a-z-]+)` \| (\d\d) to (\d\d) \|",
        (Path(__file__).parent / "README.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert len(rows) == len(GROUPS)
    for group, first, last in rows:
        assert [p.number for p in problems() if p.group == group] == list(range(int(first), int(last) + 1))


@each
def test_a_story_is_short_and_does_not_speak_the_language(problem: Problem) -> None:
    assert 3 <= len(re.findall(r"[.!?](?= |$)", problem.story)) <= 8
    assert not WORDS.findall(problem.title + " " + problem.story)


@each
def test_a_problem_has_both_directions_and_a_kind_that_is_refused_or_not_named(problem: Problem) -> None:
    assert 4 <= len(problem.messages) <= 8
    assert {m.translate.split()[-1] for m in problem.messages} == {"old", "new"}
    assert any(m.refused or m.expected == m.given for m in problem.messages)
    assert any(not m.refused and m.expected != m.given for m in problem.messages)


@each
def test_what_loses_nothing_comes_home(problem: Problem) -> None:
    assert disagreements(problem) == []


@each
def test_no_message_stands_twice(problem: Problem) -> None:
    seen = Counter(repr((m.translate, m.asked, m.given)) for m in problem.messages)
    assert seen.total() == len(seen)


def _problem(*messages: str) -> Problem:
    return read(HEAD + "\n".join(f"```message\n{message}\n```" for message in messages), "01_x.md")


THERE = 'translate "request to new"\ngiven {"a": 1}\nexpected {"b": 1}\nlost []'


@pytest.mark.parametrize(
    ("back", "agree"),
    [
        ('translate "request to old"\ngiven {"b": 1}\nexpected {"a": 1}\nlost []', True),
        ('translate "request to old"\ngiven {"b": 1}\nexpected {"a": true}\nlost []', False),
        ('translate "request to old"\ngiven {"b": 1}\nexpected {"a": 1, "c": null}\nlost []', False),
        ('translate "request to old"\ngiven {"b": 1}\nexpected {"a": 1}\nlost ["body.b"]', False),
        ('translate "request to old"\ngiven {"b": 1}\nrefused true', False),
        ('translate "request to old"\ngiven {"b": 1.0}\nrefused true', True),
        ('translate "response to old"\ngiven {"b": 1}\nrefused true', True),
    ],
)
def test_a_way_home_that_differs_is_seen(back: str, agree: bool) -> None:
    assert (disagreements(_problem(THERE, back)) == []) is agree


def test_what_loses_something_need_not_come_home() -> None:
    back = 'translate "request to old"\ngiven {"b": 1}\nexpected {"c": 1}\nlost []'
    assert len(disagreements(_problem(THERE, back))) == 1
    assert disagreements(_problem(THERE.replace("lost []", 'lost ["body.a"]'), back)) == []


def test_answers_to_different_requests_are_not_compared() -> None:
    def answer(side: str, path: str, given: str, expected: str) -> str:
        asked = f'asked {{"method": "GET", "path": "{path}"}}'
        return f'translate "response to {side}"\n{asked}\ngiven {given}\nexpected {expected}\nlost []'

    def whole(path: str) -> str:
        return f'{{"method": "GET", "path": "{path}"}}'

    ask = f'translate "request to new"\ngiven {whole("/v1/a")}\nexpected {whole("/v2/a")}\nlost []'
    there, back = answer("old", "/v1/a", '{"n": 1}', '{"o": 1}'), answer("new", "/v2/a", '{"o": 1}', '{"m": 1}')
    assert len(disagreements(_problem(ask, there, back))) == 1
    assert disagreements(_problem(there, back)) == []


def test_a_problem_reads() -> None:
    long = RIGHT.replace('given {"a": 1}', 'given {"a":\n  1}')
    for text in (RIGHT, long):
        problem = read(text, "07_two_words.md")
        assert (problem.number, problem.name, problem.title, problem.group) == (7, "two_words", "Title", "tag")
        (message,) = problem.messages
        assert (message.given, message.expected, message.lost, message.refused) == ({"a": 1}, {"b": 1}, (), False)
        assert (message.line, message.translate, message.whole) == (7, "request to new", False)


def test_a_message_is_whole_by_its_members() -> None:
    request, response = '{"method": "GET", "path": "/v1/x"}', '{"status": 404, "body": null}'
    for what, value, whole in [
        ("request", request, True),
        ("response", request, False),
        ("response", response, True),
        ("request", response, False),
        ("response", '{"status": "open", "body": "hi"}', False),
        ("request", '{"method": "GET", "path": "/v1/x", "scheme": "VS"}', False),
        ("response", "[]", False),
    ]:
        (message,) = _problem(f'translate "{what} to new"\ngiven {value}\nrefused true').messages
        assert message.whole is whole, value


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("x.md", "", "", "x.md:1: a problem's file is called NN_name.md"),
        ("01_x.md", "# Title", "Title", "01_x.md:1: the first line is `# Title`"),
        ("01_x.md", "group: tag", "group: tags", "01_x.md:3: the first line behind the title is `group: `"),
        ("01_x.md", "group: tag\n\n", "", "01_x.md:3: the first line behind the title is `group: `"),
        ("01_x.md", "`POST /v1/x`", "POST /v1/x", "01_x.md:3: the story is missing"),
        ("01_x.md", "```message", "```json", "01_x.md:7: a fenced block is a ```message"),
        ("01_x.md", "lost []\n```\n", "lost []\n```\nMore.\n", "01_x.md:13: the story stands before the messages"),
        ("01_x.md", "lost []\n```\n", "lost []\n", "01_x.md:7: the block has no end"),
        ("01_x.md", "given ", "gives ", "01_x.md:9: unknown arm 'gives'"),
        ("01_x.md", "lost []", "lost []\nlost []", "01_x.md:12: a second 'lost'"),
        ("01_x.md", '{"a": 1}', '{"a": 1', "01_x.md:9: 'given' is bad JSON"),
        ("01_x.md", '{"a": 1}', '{"a": 1, "a": 1}', "01_x.md:9: 'given' is bad JSON: a name stands twice"),
        ("01_x.md", '{"a": 1}', '{"a": NaN}', "01_x.md:9: 'given' is bad JSON: NaN is no JSON"),
        ("01_x.md", "to new", "to newer", "01_x.md:7: `translate` is one of"),
        ("01_x.md", 'given {"a": 1}\n', "", "01_x.md:7: `given` is missing"),
        ("01_x.md", "lost []\n", "", "01_x.md:7: a message has `expected` and `lost`, or `refused`"),
        ("01_x.md", "lost []", "refused true", "01_x.md:7: a message has `expected` and `lost`, or `refused`"),
        ("01_x.md", 'expected {"b": 1}\nlost []', "refused false", "01_x.md:10: `refused` is true"),
        ("01_x.md", "lost []", 'lost ["a"]', "01_x.md:11: `lost` is a list of paths"),
        ("01_x.md", "lost []", "lost 5", "01_x.md:11: `lost` is a list of paths"),
        (
            "01_x.md",
            '{"b": 1}',
            '{"method": "GET", "path": "/v2/x"}',
            "01_x.md:7: `given` and `expected` are both bodies",
        ),
        (
            "01_x.md",
            "given",
            'asked {"method": "GET", "path": "/v2/x"}\ngiven',
            "01_x.md:9: `asked` is the whole request",
        ),
    ],
)
def test_what_does_not_keep_the_form_is_told_with_its_line(file: str, old: str, new: str, told: str) -> None:
    with pytest.raises(FormError) as caught:
        read(RIGHT.replace(old, new, 1), file)
    assert str(caught.value).startswith(told)
