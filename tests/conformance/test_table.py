"""Constructs x translations x kinds of input: every cell has a case, or a reason why there can be none."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.conformance.reading import KINDS, TRANSLATIONS, Cell, Construct, constructs

GAPS = Path(__file__).parents[2] / "docs" / "known-gaps.md"
SHORT = {"request to new": "q>n", "request to old": "q>o", "response to new": "s>n", "response to old": "s>o"}


_NAMES = """
    auth booleans byte_bodies clamp clock_seconds closed_fields combine concat constants csv csv_of_names date_time days
    dropped_and_added each enum_closed enum_many_to_one enum_open enum_open_by_rule enum_tuples failures fan
    fan_by_pipe filters gather headers holes integers joint_tables keyed_objects letter_case list_blocks list_of_one
    lookup_misses lookups match_by_presence match_by_value match_open member_of negate_and_flip nest number_decimal
    numbered numbers object_blocks one_or_many one_way paging_windows path_parameters places prefix_rest
    query_parameters ref rename request_values rest root_values routes_carry_values rpc_errors rpc_params rpc_results
    several_routes shared_routes sharing statuses strings user_conversions variants
"""
CONSTRUCTS = frozenset(_NAMES.split())


def cells(construct: Construct) -> Counter[Cell]:
    return Counter((translation, case.kind) for case in construct.cases for translation in case.translations)


def excused(construct: Construct) -> dict[Cell, str]:
    return {cell: reason.text for reason in construct.empty for cell in reason.cells}


def table() -> str:
    """The number of cases in each cell; `-` where a reason says why there is none, `!` where nothing does."""
    columns = [(translation, kind) for translation in TRANSLATIONS for kind in KINDS]
    lines = [" " * 26 + " ".join(f"{SHORT[translation]} {kind[:3]}" for translation, kind in columns)]
    for construct in constructs():
        found, reasons = cells(construct), excused(construct)
        shown = [str(found[c]) if found[c] else "-" if c in reasons else "!" for c in columns]
        lines.append(f"{construct.name:26}" + " ".join(f"{text:>7}" for text in shown))
    return "\n".join(lines)


def test_every_construct_has_its_file() -> None:
    assert {construct.name for construct in constructs()} == CONSTRUCTS


def test_every_cell_has_a_case_or_a_reason() -> None:
    print(table())
    missing = [
        f"{construct.name}: {translation}, {kind}"
        for construct in constructs()
        for translation in TRANSLATIONS
        for kind in KINDS
        if not cells(construct)[translation, kind] and (translation, kind) not in excused(construct)
    ]
    assert not missing, "\n".join(missing)


def test_a_cell_with_a_case_has_no_reason_beside_it() -> None:
    both = [
        f"{construct.name}: {', '.join(cell)}"
        for construct in constructs()
        for cell in excused(construct)
        if cells(construct)[cell]
    ]
    assert not both, "\n".join(both)


def test_the_reasons_are_counted() -> None:
    """Empty cells and laws that do not hold are gaps: docs/known-gaps.md says how many there are."""
    text = GAPS.read_text("utf-8")
    for words, count in (
        ("empty cells of the conformance table", sum(len(excused(construct)) for construct in constructs())),
        ("exemptions from laws", sum(len(reason.cells) for c in constructs() for reason in c.exempt)),
    ):
        found = re.search(rf"(\d+) {words}", text)
        assert found is not None, f"known-gaps.md does not count the {words}"
        assert int(found[1]) == count, f"{found[0]}: there are {count}"
