"""Help lines: the name that was meant, and the arrow that is missing."""

from __future__ import annotations

import pytest

from mapdsl.analysis.findings import suggestion
from mapdsl.analysis.questions import misfit
from mapdsl.conversions import Domain


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("campain", "did you mean `campaign`?"),
        ("TEAM_ID", "did you mean `teamId`?"),
        ("zzz", "declare it"),
    ],
)
def test_the_likely_name_is_offered(name, help):
    assert suggestion(name, ["campaign", "teamId", "user"], "declare it") == help


def rules(text):
    return "endpoint e {\nold POST /a\nnew POST /b\nrequest {\n" + text + "\n}\n}"


@pytest.mark.parametrize(
    ("text", "help"),
    [
        (
            'enum e closed { "a" <-> "x"; "b" <-> "x" }',
            "mark the row to be taken `canonical`, or give the others the arrow `->`",
        ),
        (
            'enum e closed { "a" <-> "x"; "a" <-> "y" }',
            "mark the row to be taken `canonical`, or give the others the arrow `<-`",
        ),
        (
            "lookup l : integer -> string\n" + rules("a <-> b : l"),
            "give the rule the arrow `->`, or declare the lookup `<->`",
        ),
        (
            rules("o <-> p { x <-> y }\nz <-> p.z"),
            "move the rule for `p.z` into the block, where `@up` names what is outside",
        ),
        (rules("m <-> m\nt <-> m.t"), "name the members of `m` one by one, or write elsewhere"),
        (rules("o <-> p { x <-> y }\ndrop o.z"), "move it into the block of that rule"),
        (rules("a[] <-> b[] { x <-> @body.y }"), "let the rule read it only (`<-`), or write it outside of the list"),
        (rules("drop tags[].x"), "map it with a rule, or name the whole field: `tags`"),
        (rules("a <-> b : date_time(1)"), "write `date_time(layout, zone, unset?, new_unset?)`"),
    ],
)
def test_the_help_says_what_to_write(analysed, text, help):
    _, found = analysed(text)

    assert [one.help for one in found] == [help]


@pytest.mark.parametrize(
    ("given", "taken", "wrong"),
    [
        (Domain("string"), Domain("integer"), True),
        (Domain("integer"), Domain("number"), False),
        (Domain("any"), Domain("array"), False),
        (Domain("one_of", values=("a", None)), Domain("boolean"), True),
        (Domain("one_of", values=("a", True)), Domain("boolean"), False),
        (Domain("one_of", values=(None,)), Domain("null"), True),
        (Domain("string", also=(Domain("array"),)), Domain("array"), False),
        (Domain("array"), Domain("array", items=Domain("string")), False),
        (Domain("array", items=Domain("integer")), Domain("array", items=Domain("string")), True),
        (Domain("array", items=Domain("integer")), Domain("any", items=Domain("string")), False),
    ],
)
def test_only_a_certain_misfit_counts(given, taken, wrong):
    assert misfit(given, taken) is wrong
