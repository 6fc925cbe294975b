"""The examples of the shipped specs: enough of them, in every direction, and data that a reader can trust."""

from __future__ import annotations

from pathlib import Path

import pytest

import mapdsl
from mapdsl.diagnostics import Source
from mapdsl.grammar import parse
from mapdsl.syntax import Endpoint, Example, File, Variant

SPECS = sorted(path for path in mapdsl.shipped("voiso").glob("*.map") if path.name != "common.map")
FOUR = {("request", "new"), ("request", "old"), ("response", "new"), ("response", "old")}

every_spec = pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)


def read(path: Path) -> File:
    file, findings = parse(Source(path.name, path.read_text("utf-8")))
    assert not findings
    assert file is not None
    return file


def examples(file: File) -> list[Example]:
    (endpoint,) = [item for item in file.items if isinstance(item, Endpoint)]
    parts = [part for part in endpoint.parts if not isinstance(part, Variant)]
    parts += [part for variant in endpoint.parts if isinstance(variant, Variant) for part in variant.parts]
    return [part for part in parts if isinstance(part, Example)]


def translations(example: Example) -> set[tuple[str, str]]:
    """Which of the four translations an example shows: it is about a response if one stands in it."""
    part = "response" if any(arm.kind == "response" for arm in example.arms) else "request"
    return {(part, example.to)} if example.to else {(part, "new"), (part, "old")}


@every_spec
def test_a_spec_has_at_least_eight_examples_over_the_four_translations(path: Path):
    found = examples(read(path))

    assert len(found) >= 8
    assert set().union(*(translations(example) for example in found)) == FOUR


@every_spec
def test_no_two_examples_of_a_spec_have_one_name(path: Path):
    names = [example.name for example in examples(read(path))]

    assert len(names) == len(set(names))


@every_spec
def test_a_spec_has_refusals_and_says_what_is_lost(path: Path):
    kinds = {arm.kind for example in examples(read(path)) for arm in example.arms}

    assert {"refused", "lost"} <= kinds


@every_spec
def test_a_spec_begins_with_its_version_and_the_section_of_the_guide(path: Path):
    version, comment, use = path.read_text("utf-8").split("\n")[:3]

    assert version == "mapdsl 1"
    assert comment.startswith(f"# Voiso, section {int(path.name[:2])} ")
    assert use == 'use "common.map"'
