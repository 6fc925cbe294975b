"""Generated code: what it may hold, what it is called, where it says it comes from."""

from __future__ import annotations

import ast
import json
import linecache
import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from mapdsl.codegen.written import Lines
from mapdsl.conversions import Conversion, Domain, Way, conversion, registry
from mapdsl.errors import TranslationError
from mapdsl.pipeline import compile_text, loads
from mapdsl.runtime import translate_request

PLAIN = """mapdsl 1
enum unit closed { "s" <-> "seconds"; "m" <-> "minutes" }
lookup user : string <-> integer
endpoint e {
  old POST /a/{id}
  new PUT /b/{id}
  request {
    agent <-> user_id : user
    units <-> wait.unit : unit
    rules[] <-> rows[] key id { id <-> id; length <-> seconds : clock_seconds }
    drop gone
    add flag = true
  }
}
"""

# Names and texts that would be code if they were pasted: quotes, newlines, braces, keywords, dunders, builtins.
HOSTILE = [
    "'); import os; ('",
    '\\"\\"\\"',
    "a\\nb",
    "{0}{x}%s%(a)s",
    "class",
    "None",
    "__class__",
    "__builtins__",
    "print",
    "old",
    "log",
    "\\u2028",
    "#",
    "a\\\\",
    "日本",
    "problem",
    "x_to_new",
]


def test_the_same_text_gives_the_same_code() -> None:
    assert compile_text(PLAIN).code == compile_text(PLAIN).code


def test_generated_code_consists_of_allowed_nodes_only() -> None:
    """What is read back from the text can be written again, and is the same text."""
    for text in compile_text(PLAIN).code.values():
        lines = Lines()
        lines.write(ast.parse(text).body)
        assert "\n".join([text.partition("\n")[0], *lines.lines, ""]) == text


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_a_spec_are_data(name: str) -> None:
    """A field of any name is renamed to another field of that name and back, in an object, a list and a guard."""
    api = compile_text(
        f"""mapdsl 1
        endpoint e {{
          old POST /a
          new POST /b
          request {{
            "{name}" <-> "x{name}"
            list[]."{name}" <-> "n{name}"[]."y{name}"
            match {{ case old "g{name}" is present, new "k{name}" is "{name}" {{ "g{name}" <-> "g{name}" }} else pass }}
          }}
        }}
        """
    ).api
    field = ast.literal_eval(f'"{name}"')
    old = {field: 1, "list": [{field: [2]}, {}], "g" + field: {"deep": None}}
    new = {"x" + field: 1, "n" + field: [{"y" + field: [2]}, {}], "g" + field: {"deep": None}, "k" + field: field}
    assert api["e"].transform("request", to="new")(old) == new
    assert api["e"].transform("request", to="old")(new) == old


def test_a_traceback_shows_the_generated_line() -> None:
    """Generated sources are registered, so that a fault in them can be read."""
    function = compile_text(PLAIN).api["e"].transform("request", to="new")
    filename = function.func.__code__.co_filename
    assert "<text>" in filename
    assert "Edit the spec, not this file." in linecache.getline(filename, 1)
    with pytest.raises(TranslationError) as caught:
        function({"units": "h"})
    shown = "".join(traceback.format_exception(caught.value))
    assert "raise log.error()" in shown


def test_a_problem_names_file_line_and_rule() -> None:
    with pytest.raises(TranslationError) as caught:
        compile_text(PLAIN, "specs/e.map").api["e"].transform("request", to="new")({"units": "h"})
    (problem,) = caught.value.problems
    assert (problem.path, problem.found) == ("body.units", '"h"')
    assert problem.rule is not None
    assert (problem.rule.file, problem.rule.line) == ("specs/e.map", 9)
    assert problem.rule.text.startswith("units <-> wait.unit")


def test_problems_come_by_rule_and_then_by_item() -> None:
    with pytest.raises(TranslationError) as caught:
        compile_text(PLAIN).api["e"].transform("request", to="new")(
            {"rules": [{"length": "x"}, 3, {"length": "00:61:00"}], "units": "h", "agent": "7"}
        )
    assert [problem.path for problem in caught.value.problems] == [
        "body.agent",
        "body.units",
        "body.rules[1]",
        "body.rules[0].length",
        "body.rules[2].length",
    ]


def test_an_untouched_value_is_the_same_object() -> None:
    tags = {"a": [1]}
    new = compile_text(PLAIN).api["e"].transform("request", to="new")({"tags": tags})
    assert new["tags"] is tags
    assert new == {"tags": {"a": [1]}, "flag": True}


def test_a_fault_of_a_conversion_names_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversion of the user's that breaks is no MapError: it propagates, with the rule as a note."""
    monkeypatch.setattr(registry, "_ENTRIES", dict(registry._ENTRIES))

    @conversion("breaks_on_zero")
    def breaks_on_zero() -> Conversion:
        domain = Domain("number")
        return Conversion("breaks_on_zero", domain, domain, Way(lambda n: 1 / n), Way(lambda n: 1 / n))

    api = loads(
        "mapdsl 1\nendpoint e { old POST /a; new POST /b\n request { a <-> b : breaks_on_zero } }", "specs/e.map"
    )
    with pytest.raises(ZeroDivisionError) as caught:
        translate_request(api, {"method": "POST", "path": "/a", "body": {"a": 0}}, to="new")
    assert caught.value.__notes__ == ["while running the rule at specs/e.map:3: a <-> b : breaks_on_zero"]


def test_the_same_text_gives_the_same_code_in_another_process(tmp_path: Path) -> None:
    """No order of a set leaks into generated code: hash seeds do not matter."""
    spec = tmp_path / "e.map"
    spec.write_text(PLAIN, "utf-8")
    code = f"from mapdsl.pipeline import compile_program; print(compile_program({str(spec)!r}).code)"
    seen = set()
    for seed in ("0", "1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        seen.add(done.stdout)
    assert len(seen) == 1


ODD = ["a\\u0000b", "\\u0000", "a\\nimport os", "a\\u2028b", "\\u0085", 'a\\"b', "\\ud83d\\ude00"]


@pytest.mark.parametrize("name", ODD)
def test_names_that_no_file_of_python_could_have(name: str) -> None:
    api = loads(
        f'mapdsl 1\nendpoint "{name}" {{ new POST /b; request {{ "{name}" <-> b }}\n'
        f'variant "{name}" {{ old POST /a }} }}'
    )
    (endpoint,) = api
    assert endpoint == json.loads(f'"{name}"')
    assert api[endpoint].transform("request", to="new", variant=endpoint)({endpoint: 1}) == {"b": 1}


def test_a_spec_with_a_name_that_no_file_could_have() -> None:
    text = "mapdsl 1\nendpoint e { old POST /a; new POST /b; request { a <-> b } }"
    for name in ("a\0b", "a\nimport os", "\udcff.map"):
        assert loads(text, name)["e"].transform("request", to="new")({"a": 1}) == {"b": 1}
