"""The pytest plugin, in a pytest of its own: what it collects, how a failure reads, and what it leaves alone.

In a process of its own only where it must be: it loads the whole package again.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from mapdsl import conversions, runtime

# pytester takes out of `sys.modules` what its runs load. What is loaded when it is needed is loaded before, or there
# would be two of it.
for name in runtime.__all__:
    getattr(runtime, name)
for name in conversions.names():
    conversions.usage(name)

SPEC = """mapdsl 1
endpoint send {
  old POST /a
  new POST /b
  request { number <-> phone; drop agent }
  response { id <-> uid }
  example "a number" {
    old request {body: {number: "1"}}
    new request {body: {phone: "1"}}
  }
}
"""
# A conversion that says that it loses nothing, and does.
CONFTEST = """
from mapdsl.conversions import Conversion, Domain, Way, conversion

@conversion("x_short")
def x_short():
    texts = Domain("string", "a text", values=("a", "ab"))
    cut = Way(lambda value: str(value)[:1], injective=True)
    return Conversion("x_short", texts, texts, cut, cut)
"""


@attrs.frozen
class Ran:
    code: int
    out: str


Inside = Callable[..., Ran]


def apart(folder: Path, *arguments: str) -> Ran:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    return Ran(done.returncode, done.stdout + done.stderr)


@pytest.fixture
def inside(pytester: pytest.Pytester) -> Inside:
    def run(*arguments: str) -> Ran:
        done = pytester.runpytest_inprocess("-p", "no:cacheprovider", *arguments)
        return Ran(int(done.ret), done.stdout.str() + done.stderr.str())

    return run


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    (pytester.path / "pytest.ini").write_text("[pytest]\nmapdsl_examples = 10\n", "utf-8")
    return pytester.path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, "utf-8")


def test_items_are_named_by_endpoint_way_and_law(folder: Path, inside: Inside) -> None:
    write(folder, send__map=SPEC)
    ran = inside("--collect-only", "-q")
    names = [line.partition("::")[2] for line in ran.out.splitlines() if "::" in line]
    assert names[:3] == [
        "check",
        "send-request-to-new-example-a number",
        "send-request-to-old-example-a number",
    ]
    laws = [
        f"send-{part}-to-{to}-law{law}"
        for part in ("request", "response")
        for to in ("new", "old")
        for law in (1, 2, 3, 4, 5, 8, 9)
    ]
    assert names[3:] == [
        *laws,
        "send-exchange-of-old-law7",
        "send-exchange-of-new-law7",
        "law6-the_same_text_gives_the_same_code",
    ]


def test_a_sound_spec_is_green_and_its_documents_are_counted(folder: Path, inside: Inside) -> None:
    write(folder, send__map=SPEC)
    ran = inside("-q", "--mapdsl-coverage", "100", "--mapdsl-examples", "30")
    assert ran.code == 0, ran.out
    assert "35 passed" in ran.out
    assert "documents, 9" in ran.out  # 9x% translated


def test_a_law_that_breaks_is_shown_with_all_that_it_takes_to_mend_it(folder: Path) -> None:
    write(folder, send__map=SPEC.replace("number <-> phone", "number <-> phone : x_short"), conftest__py=CONFTEST)
    ran = apart(folder, "-q", "-k", "request-to-new-law1")
    assert ran.code == 1
    told = ran.out
    assert "law 1: comes home with its residue" in told
    assert 'body.number: expected "ab", found "a"' in told
    assert "send.map:5: number <-> phone : x_short" in told
    assert '"body": {"number": "ab"}}' in told  # the message, with nothing but the field
    assert '"body": {"number": "a"}}' in told  # what came
    assert "| mapdsl translate send.map --to new --endpoint send --full" in told
    assert "INTERNALERROR" not in told


def test_an_example_that_fails_names_its_line_and_the_rule(folder: Path, inside: Inside) -> None:
    write(folder, send__map=SPEC.replace('{phone: "1"}', '{phone: "2"}'))
    ran = inside("-q", "-k", "example")
    assert ran.code == 1
    assert 'body.phone: expected "2", found "1"' in ran.out
    assert "send.map:5: number <-> phone" in ran.out


def test_a_spec_that_cannot_be_read_is_one_failed_item(folder: Path, inside: Inside) -> None:
    write(folder, send__map="mapdsl 1\nendpont x {\n}\n", test_other__py="def test_it(): pass\n")
    ran = inside("-q")
    assert ran.code == 1
    assert "1 failed, 1 passed" in ran.out
    assert "send.map:2:1" in ran.out
    assert "INTERNALERROR" not in ran.out


def test_a_wrong_neighbour_does_not_stop_a_sound_spec(folder: Path, inside: Inside) -> None:
    write(
        folder, send__map=SPEC, wrong__map="mapdsl 1\nendpoint y { old POST /y\n new POST /z\n request { a -> b } }\n"
    )
    ran = inside("-q", "--mapdsl-examples", "10")
    assert ran.code == 1
    assert "1 failed" in ran.out
    assert "MAP210" in ran.out


@pytest.mark.long  # processes of its own, each with the whole package
def test_it_works_with_xdist(folder: Path) -> None:
    write(folder, send__map=SPEC)
    ran = apart(folder, "-q", "-n2", "--mapdsl-examples", "10")
    assert ran.code == 0, ran.out
    assert "34 passed" in ran.out


def test_without_hypothesis_the_laws_are_skipped_and_say_so(folder: Path) -> None:
    write(folder, send__map=SPEC, conftest__py="import sys\nsys.modules['hypothesis'] = None\n")
    ran = apart(folder, "-q", "-rs", "-p", "no:hypothesispytest", "-p", "no:xdist")
    assert ran.code == 0, ran.out
    assert "hypothesis is not installed" in ran.out
    assert "skipped" in ran.out
    assert "4 passed" in ran.out  # the check, both examples, the same code


APART = """mapdsl 1
use "send.map"
examples for send {
  example "another" {
    old request {body: {number: "2"}}
    new request {body: {phone: "2"}}
  }
}
"""
LAWLESS = ("-q", "--collect-only", "-k", "example or check")


def collected(ran: Ran) -> list[str]:
    return [line for line in ran.out.splitlines() if "::" in line]


def test_examples_in_a_file_beside_are_collected_once_with_their_spec(folder: Path, inside: Inside) -> None:
    write(folder, send__map=SPEC, send__examples__map=APART)
    own = [
        f"send.map::send-request-to-{to}-example-{name}" for name in ("a number", "another") for to in ("new", "old")
    ]
    for paths in ((), ("send.map",), ("send.map", "send.examples.map")):
        assert collected(inside(*LAWLESS, *paths)) == ["send.map::check", *own]
    alone = inside(*LAWLESS, "send.examples.map")
    assert collected(alone) == [
        "send.examples.map::check",
        "send.examples.map::send-request-to-new-example-another",
        "send.examples.map::send-request-to-old-example-another",
    ]


def test_examples_in_another_file_are_collected_there(folder: Path, inside: Inside) -> None:
    write(folder, send__map=SPEC, more__map=APART)
    assert collected(inside(*LAWLESS)) == [
        "more.map::check",
        "more.map::send-request-to-new-example-another",
        "more.map::send-request-to-old-example-another",
        "send.map::check",
        "send.map::send-request-to-new-example-a number",
        "send.map::send-request-to-old-example-a number",
    ]


def test_an_example_in_a_file_beside_fails_with_its_own_line(folder: Path, inside: Inside) -> None:
    write(folder, send__map=SPEC, send__examples__map=APART.replace('{phone: "2"}', '{phone: "3"}'))
    ran = inside("-q", "-k", "example")
    assert ran.code == 1
    assert 'body.phone: expected "3", found "2"' in ran.out
    assert "send.examples.map:4" in ran.out


def test_source_maps_are_no_specs(folder: Path, inside: Inside) -> None:
    (folder / "bundle.js.map").write_text('{"version": 3}', "utf-8")
    (folder / "styles.map").write_text(' {"version": 3}', "utf-8")
    ran = inside("-q")
    assert ran.code == 5, ran.out  # nothing collected


def test_a_setting_that_is_no_number_is_wrong_usage(folder: Path, inside: Inside) -> None:
    write(folder, send__map=SPEC)
    ran = inside("-q", "--mapdsl-examples", "many")
    assert ran.code == 4
    assert "mapdsl_examples is a whole number, not 'many'" in ran.out


def test_nothing_of_mapdsl_is_loaded_where_no_spec_is_collected(folder: Path) -> None:
    """But the plugin, and the packages that it lies in, which themselves load nothing."""
    text = "import sys\ndef test_it():\n    print('LOADED', sorted(m for m in sys.modules if m.startswith('mapdsl')))\n"
    write(folder, test_other__py=text)
    ran = apart(folder, "-q", "-s", "-p", "no:xdist", "-p", "no:hypothesispytest")
    assert "LOADED ['mapdsl', 'mapdsl.testing', 'mapdsl.testing.plugin']" in ran.out, ran.out
