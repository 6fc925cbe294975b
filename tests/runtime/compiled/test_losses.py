"""Many losses that are made at once are what each would be by itself."""

from __future__ import annotations

from mapdsl.errors import RuleRef
from mapdsl.runtime import Recorder
from mapdsl.runtime.compiled import DROPPED, UNTRANSLATED, Left, Loss
from mapdsl.runtime.compiled.left import Rest
from mapdsl.runtime.compiled.losses import made_of

RULE = RuleRef("e.map", 3, "a <-> b")


def test_they_are_equal_to_those_made_one_by_one():
    value = {"x": [1]}
    made = made_of(["body.a", "body.b"], [value, "v"], ["no place", "why"], [RULE, None], [DROPPED, UNTRANSLATED])
    assert made == (Loss("body.a", {"x": [1]}, "no place", RULE), Loss("body.b", "v", "why", None, UNTRANSLATED))
    assert hash(made[1]) == hash(Loss("body.b", "v", "why", None, UNTRANSLATED))
    value["x"].append(2)
    assert made[0].value == {"x": [1]}
    assert made_of([], [], [], [], []) == ()


def test_what_the_rest_leaves_and_a_rule_reports_is_told_once():
    log = Recorder((RULE,))
    members, values = Rest({}, "dropped by rest", "bare").of({"x": 1, "odd name": 2})
    log.lose(0, ("body", "l", 0, "x"), 1, "dropped by rest")
    log.leave(Left(0, ("body", "l", 0), members, values))
    log.leave(Left(0, ("body", "l", 0), members, values))
    assert [(loss.path, loss.value, loss.rule) for loss in log.lost()] == [
        ("body.l[0].x", 1, RULE),
        ('body.l[0]."odd name"', 2, RULE),
    ]


def test_what_the_rest_leaves_is_told_where_it_stands_in_the_envelope_of_a_call():
    log = Recorder((RULE,))
    log.respell_with(lambda path: ("body", "result", *path[1:]))
    members, values = Rest({}, "dropped by rest", "bare").of({"x": 1})
    log.leave(Left(0, ("body", 7), members, values))
    assert [(loss.path, loss.value) for loss in log.lost()] == [("body.result[7].x", 1)]
