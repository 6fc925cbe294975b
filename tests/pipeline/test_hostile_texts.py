"""Texts made to break a compiler: each is compiled or refused with a finding, never a traceback."""

from __future__ import annotations

import pytest

from mapdsl import loads
from mapdsl.errors import SpecError
from tests.bench.compile_rows import link

DEPTHS = (20, 64, 65, 450, 1200, pytest.param(3000, marks=pytest.mark.long))


def spec(rules: str, parts: str = "", before: str = "") -> str:
    return f"mapdsl 1\n{before}\nendpoint e {{\nold POST /a\nnew POST /b\n{parts}\nrequest {{\n{rules}\n}}\n}}\n"


def dotted(name: str, many: int) -> str:
    return ".".join([name] * many)


def codes(text: str) -> set[str]:
    """The codes that refuse a text; none where it is compiled."""
    try:
        link(loads(text))
    except SpecError as error:
        return {each.code for each in error.diagnostics}
    return set()


@pytest.mark.parametrize("many", DEPTHS)
@pytest.mark.parametrize(
    "text",
    [
        "{a} <-> {b}",
        "x <-> {b}",
        "{a} -> x; y <-> x combine first",
        "drop {a}",
        "add {a} = 1",
        'hole {a} "which?" pass',
        "match {{ case old {a} is 1, new z is 1 {{ c <-> d }} else pass }}",
        "l[] <-> m[] {{ @up.{a} -> z; y <-> z combine first }}",
        "{a} <-> {b} {{ x <-> y }}",
        "{a}[] <-> {b}[] {{ {a} <-> {b} }}",
        "filter @query.{a} ignore",
    ],
)
def test_deep_paths(text: str, many: int) -> None:
    found = codes(spec(text.format(a=dotted("a", many), b=dotted("b", many))))
    assert ("MAP005" in found) == (many > 64), found


@pytest.mark.parametrize("many", DEPTHS)
def test_deep_paths_of_lists(many: int) -> None:
    for left, right in (("a[]", "b[]"), ("a.*", "b.*")):
        assert ("MAP112" if many < 65 else "MAP005") in codes(spec(f"{dotted(left, many)} <-> {dotted(right, many)}"))
        assert codes(spec(f"{dotted(left, 16)} <-> {dotted(right, 16)}")) == set()


@pytest.mark.parametrize("many", DEPTHS)
def test_shapes_in_shapes(many: int) -> None:
    for inner in ("include {}", "x <-> y {{ include {} }}", "k[] <-> l[] {{ include {} }}"):
        shapes = [f"shape s{n} {{ {inner.format(f's{n + 1}')} }}" for n in range(many)]
        found = codes(spec("include s0", before="\n".join([*shapes, f"shape s{many} {{ a <-> b }}"])))
        assert found == ({"MAP112"} if many > 20 or "[]" in inner else set())


@pytest.mark.parametrize("many", DEPTHS)
def test_circles_of_shapes(many: int) -> None:
    for inner in (
        "include {}",
        "k[] <-> l[] {{ include {} }}",
        "match {{ case old t is 1, new t is 1 {{ include {} }} else pass }}",
    ):
        shapes = [f"shape s{n} {{ {inner.format(f's{(n + 1) % many}')} }}" for n in range(many)]
        assert codes(spec("include s0", before="\n".join(shapes))) == {"MAP107"}


@pytest.mark.parametrize("many", [30, 500])
def test_holes_of_names_in_chains_of_shapes(many: int) -> None:
    shapes = [f"shape s{n} {{ include s{n + 1} }}" for n in range(many)]
    before = "\n".join(['hole h "which?" assume "f"', *shapes, f"shape s{many} {{ h <-> b }}"])
    assert codes(spec("include s0", before=before)) <= {"MAP112"}


@pytest.mark.parametrize(
    "text",
    [
        "a[] <-> b[] {" * 15 + " c <-> d " + "}" * 15,
        "a.b.c.d.e <-> f.g.h.i.j {" * 28 + f" {dotted('a', 64)} <-> {dotted('b', 64)} " + "}" * 28,
        "match { case old a is 1, new b is 1 {" * 14 + " c <-> d " + "} else pass }" * 14,
        "match { case old a is 1, new b is 1 { } else {" * 14 + " c <-> d " + "} }" * 14,
        "match { case old a is 1, new b is 1 { c[].d[] <-> e[].f[] {" * 8 + " c <-> d " + "} } else pass }" * 8,
        "a <-> b : " + "each(" * 29 + "integer" + ")" * 29,
        "a <-> b : " + " | ".join(["each(integer)"] * 200),
        "add a = " + "[ " * 29 + "1" + " ]" * 29,
        "add a = " + '{"a": ' * 29 + "1" + "}" * 29,
        'drop select("$' + "..a" * 5000 + '")',
        'drop select("$' + "[0]" * 5000 + '")',
        'drop select("' + "(" * 5000 + "$.a" + ")" * 5000 + '")',
        'drop select("$.a[?(@.b == 1' + " & @.c == 2" * 5000 + ')]")',
        'drop select("$.a' + "|$.b" * 5000 + '")',
    ],
    ids=range(14),
)
def test_whatever_stands_in_each_other(text: str) -> None:
    codes(spec(text))
