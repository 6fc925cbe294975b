"""The examples of the shipped specs: enough of them, in every direction, and data that a reader can trust."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapdsl.analysis import EndpointModel
from mapdsl.pipeline import beside
from mapdsl.syntax import Example
from tests.guides import guide, spec_files

SPECS = spec_files("voiso")
BOTH = [*SPECS, *spec_files("callr")]
FOUR = {("request", "new"), ("request", "old"), ("response", "new"), ("response", "old")}

every_spec = pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)


def endpoint_of(path: Path) -> EndpointModel:
    (endpoint,) = [each for each in guide(path.parent.name).model.endpoints if Path(each.node.span.source) == path]
    return endpoint


def lines_of(example: Example) -> int:
    text = Path(example.span.source).read_text("utf-8")
    return text.count("\n", example.span.start, example.span.end) + 1


def translations(example: Example) -> set[tuple[str, str]]:
    """Which of the four translations an example shows: it is about a response if one stands in it."""
    part = "response" if any(arm.kind == "response" for arm in example.arms) else "request"
    return {(part, example.to)} if example.to else {(part, "new"), (part, "old")}


@every_spec
def test_a_spec_has_at_least_eight_examples_over_the_four_translations(path: Path):
    found = endpoint_of(path).examples

    assert len(found) >= 8
    assert set().union(*(translations(example) for example in found)) == FOUR


@every_spec
def test_a_spec_has_refusals_and_says_what_is_lost(path: Path):
    kinds = {arm.kind for example in endpoint_of(path).examples for arm in example.arms}

    assert {"refused", "lost"} <= kinds


@every_spec
def test_a_spec_begins_with_its_version_and_the_section_of_the_guide(path: Path):
    version, comment, use = path.read_text("utf-8").split("\n")[:3]

    assert version == "mapdsl 1"
    assert comment.startswith(f"# Voiso, section {int(path.name[:2])} ")
    assert use == 'use "common.map"'


@pytest.mark.parametrize("path", BOTH, ids=lambda path: path.stem)
def test_a_spec_has_its_rules_first_and_then_a_few_examples(path: Path):
    endpoint = endpoint_of(path)
    kinds = [isinstance(part, Example) for part in endpoint.node.parts]

    assert kinds == sorted(kinds)
    assert 2 <= sum(kinds) <= 4
    assert {Path(each.span.source) for each in endpoint.examples} == {path, beside(path)}


def test_two_lines_of_three_are_no_examples():
    """Of the specs, without the files of examples beside them."""
    files = {*BOTH, *(path.with_name("common.map") for path in BOTH)}
    lines = sum(file.read_text("utf-8").count("\n") for file in files)
    own = [example for path in BOTH for example in endpoint_of(path).examples if Path(example.span.source) == path]

    assert sum(map(lines_of, own)) * 3 <= lines
