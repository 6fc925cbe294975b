"""Conversions that users bring: registered by the decorator, found through entry points, faults and all."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mapdsl import TranslationError, loads, translate_request
from mapdsl.testing import check_conversion
from tests.conformance.conversions import x_broken, x_roman_month

SPEC = """mapdsl 1
endpoint e {
  old POST /a
  new POST /b
  request { month <-> month : NAME }
}
"""


def translate(name: str, value: object, to: str = "new") -> object:
    path = "/a" if to == "new" else "/b"
    message = {"method": "POST", "path": path, "body": {"month": value}}
    return translate_request(loads(SPEC.replace("NAME", name)), message, to=to).request.body


def test_a_registered_conversion_runs_in_a_spec() -> None:
    assert translate("x_roman_month", 4) == {"month": "IV"}
    assert translate("x_roman_month", "ix", to="old") == {"month": 9}
    with pytest.raises(TranslationError, match="a month from 1 to 12"):
        translate("x_roman_month", 13)


def test_its_facts_are_checked_like_those_of_the_others() -> None:
    assert check_conversion(x_roman_month()) == []


def test_a_fault_in_it_names_the_rule_and_is_no_result() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        translate("x_broken", 1)
    assert "while running the rule at <text>:5: month <-> month : x_broken" in caught.value.__notes__
    assert any("raises ZeroDivisionError, which is not Refused" in text for text in check_conversion(x_broken()))


def test_an_installed_package_brings_one_through_an_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shouting.py").write_text(
        "from mapdsl.conversions import Conversion, Domain, Way\n"
        "def make():\n"
        "    text = Domain('string', 'a text', values=('a',))\n"
        "    return Conversion('x_shout', text, text, Way(str.upper), Way(str.lower))\n"
    )
    about = tmp_path / "shouting-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[mapdsl.conversions]\nx_shout = shouting:make\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    assert translate("x_shout", "hey") == {"month": "HEY"}
    assert "shouting" in sys.modules
