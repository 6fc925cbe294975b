"""Who may import whom. ROOMS is the plan: changing it is a design decision, so it comes with a note in docs/decisions.

The checker itself is tested below, on snippets that break the plan in every way we know.
"""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

import mapdsl
from tests.repo.circles import circles, imports_of_files
from tests.repo.markdown import ROOT

ROOMS = {  # room: the rooms it may import. A room of two parts (`testing.laws`) is a folder or a file inside a room
    "version": "",
    "records": "",
    "cache": "version",
    "diagnostics": "",
    "errors": "diagnostics records",
    "paths": "errors records",
    "conversions": "errors records",
    "runtime.messages": "conversions errors paths records",
    "runtime.compiled": "conversions errors paths records runtime.messages",
    "runtime.residue": "conversions errors records runtime.compiled runtime.messages",
    "runtime.transport": "conversions errors paths records runtime.compiled runtime.messages",
    "runtime.translation": "conversions errors paths records runtime.compiled runtime.messages runtime.residue"
    " runtime.transport",
    "runtime.calls": "conversions errors records runtime.compiled runtime.messages runtime.residue"
    " runtime.translation runtime.transport",
    "runtime.exchange": "conversions errors records runtime.calls runtime.compiled runtime.messages"
    " runtime.translation runtime.transport",
    "runtime": "conversions errors paths records runtime.calls runtime.compiled runtime.exchange runtime.messages"
    " runtime.residue runtime.translation runtime.transport version",
    "resolvers": "errors runtime",
    "syntax": "diagnostics paths",
    "ir": "conversions diagnostics paths runtime",
    "grammar": "cache diagnostics paths syntax",
    "analysis.findings": "diagnostics syntax",
    "analysis.model": "diagnostics syntax",
    "analysis.context": "analysis.findings analysis.model diagnostics syntax",
    "analysis.normal_form": "analysis.context analysis.findings analysis.model diagnostics paths syntax",
    "analysis.questions": "analysis.findings analysis.model conversions paths syntax",
    "analysis.checks": "analysis.context analysis.findings analysis.model analysis.questions conversions paths syntax",
    "analysis": "analysis.checks analysis.context analysis.findings analysis.model analysis.normal_form"
    " analysis.questions diagnostics syntax",
    "lowering": "analysis conversions diagnostics ir paths syntax",
    "linker": "conversions errors paths records runtime",
    "codegen": "conversions diagnostics errors ir linker paths runtime",
    "pipeline": "analysis cache codegen conversions diagnostics errors grammar ir linker lowering paths runtime syntax"
    " version",
    "formatter": "diagnostics errors grammar paths syntax",
    "guide": "analysis conversions diagnostics ir paths pipeline syntax",
    "testing.interpreter": "conversions errors ir paths runtime",
    "testing.generation": "conversions errors ir runtime testing.interpreter",
    "testing.laws": "conversions errors ir paths pipeline runtime testing.generation testing.interpreter",
    "testing.examples": "errors ir pipeline runtime syntax testing.interpreter testing.laws",
    "testing.mutation": "errors ir pipeline runtime syntax testing.examples testing.generation testing.laws",
    "testing": "errors ir pipeline runtime testing.examples testing.generation testing.interpreter testing.laws"
    " testing.mutation",
    "http": "errors resolvers runtime",
    "mock": "conversions errors ir paths pipeline runtime",
    "bulk": "conversions errors ir paths pipeline runtime",
    "cli": "bulk cache conversions diagnostics errors formatter guide http ir mock pipeline resolvers runtime testing"
    " version",
    "translate": "runtime",
    "__init__": "errors pipeline runtime translate version",
    "__main__": "cli",
}
# These load a file when one of its names is first asked for. Tests hold their tables against what there is:
# tests/repo/test_exports.py, tests/conversions/test_registry_and_equality.py.
DOORS = {"__init__.py", "conversions/__init__.py", "runtime/__init__.py"}
ANYWHERE = sys.stdlib_module_names | {"attrs"}
BORROWED = {
    "bulk": {"msgspec", "pyarrow", "pyspark", "zstandard"},
    "cli": {"click", "rich"},
    "grammar": {"lark"},
    "http": {"aiohttp", "httpx", "httpx2", "requests", "starlette", "uvicorn"},
    "mock": {"starlette", "uvicorn"},
    "paths": {"jsonpath_ng"},
    "pipeline": {"cattrs"},
    "runtime": {"msgspec"},
    "testing": {"hypothesis", "pytest"},
    "testing.laws": {"hypothesis"},
}

SRC = Path(mapdsl.__file__).parent
MODULES = sorted(SRC.rglob("*.py"))


def room_of(path: PurePosixPath) -> str:
    """The room of a file, given by its path below mapdsl/."""
    return room_named(".".join(("mapdsl", *path.with_suffix("").parts)))


def room_named(module: str) -> str:
    """The room of a module, given by its full name: that of two parts where the plan has one."""
    parts = module.split(".")[1:]
    two = ".".join(parts[:2])
    return two if two in ROOMS else parts[0]


def imports(tree: ast.Module, path: PurePosixPath) -> Iterator[tuple[str, int, str]]:
    """(module, line, how it is spelled) of every import, inside functions and TYPE_CHECKING blocks too."""
    package = ("mapdsl", *path.parts[:-1])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno, "absolute") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            if len(base) < 2:
                yield "." * node.level + (node.module or ""), node.lineno, "climbing"
            elif node.module:
                yield ".".join((*base, node.module)), node.lineno, "relative"
            else:
                yield from ((".".join((*base, alias.name)), node.lineno, "relative") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            front = node.module == "mapdsl"
            names = [f"mapdsl.{alias.name}" for alias in node.names] if front else [str(node.module)]
            yield from ((name, node.lineno, "absolute") for name in names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield ast.unparse(node), node.lineno, "hidden"


def allowed(name: str, how: str, room: str, path: PurePosixPath) -> bool:
    top, _, inside = name.partition(".")
    if how == "hidden":
        return path.as_posix() in DOORS
    if how != "absolute":
        return how == "relative" and room_named(name) == room
    if top == "mapdsl":
        return inside in ROOMS[room].split()
    return top in ANYWHERE | BORROWED.get(room, set())


def faults(text: str, path: PurePosixPath) -> list[str]:
    """What the module at `path` (below mapdsl/) imports against the plan, as `file:line: room may not import name`."""
    room = room_of(path)
    if room not in ROOMS:
        return [f"{path}:1: {room} is not a room of the plan"]
    return [
        f"{path}:{line}: {room} may not import {name}"
        for name, line, how in imports(ast.parse(text), path)
        if not allowed(name, how, room, path)
    ]


@pytest.mark.parametrize("module", MODULES, ids=lambda p: p.relative_to(SRC).as_posix())
def test_a_module_imports_only_what_its_room_may(module: Path) -> None:
    path = PurePosixPath(module.relative_to(SRC).as_posix())
    assert faults(module.read_text("utf-8"), path) == []


def test_the_plan_has_no_cycles() -> None:
    order = tuple(graphlib.TopologicalSorter({room: below.split() for room, below in ROOMS.items()}).static_order())
    assert set(order) == set(ROOMS), "the plan names a room that it does not describe"


def test_no_file_imports_itself_by_way_of_others() -> None:
    assert circles(imports_of_files(SRC.parent, "mapdsl")) == []


def test_the_check_sees_a_circle_that_is_hidden(tmp_path: Path) -> None:
    for file, text in CIRCLES.items():
        (tmp_path / "p" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "p" / file).write_text(text, "utf-8")
    assert circles(imports_of_files(tmp_path, "p")) == [
        ["p/a.py", "p/room/__init__.py", "p/room/b.py"],
        ["p/c.py", "p/d.py"],
    ]


CIRCLES = {
    "__init__.py": "",
    "a.py": "from p.room import name",
    "room/__init__.py": "from .b import name",
    "room/b.py": "def name():\n    from p import a",
    "c.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import p.d",
    "d.py": "from .c import name",
    "e.py": "from . import a, c\nimport json",
}


def test_the_table_of_rooms_is_the_plan() -> None:
    """docs/internals/rooms.md lists each room that is built, lower ones first, with the rooms that it takes."""
    lines = (ROOT / "docs/internals/rooms.md").read_text("utf-8").splitlines()
    rows = [line.strip("|").split("|") for line in lines if line.startswith("| `")]
    told = {room.strip(" `"): takes.replace("`", "").split() for room, takes, _ in rows}
    built = {room_of(PurePosixPath(module.relative_to(SRC).as_posix())) for module in MODULES}
    plan = {room: [each for each in below.split() if each in built] for room, below in ROOMS.items() if room in built}
    assert told == plan
    order = list(told)
    assert order == list(plan)
    assert [room for room, takes in told.items() for each in takes if order.index(each) > order.index(room)] == []
    assert all(gives.strip() for _, _, gives in rows)


def test_no_folder_holds_more_than_a_sixth_of_the_package() -> None:
    lines: dict[str, int] = {}
    for module in MODULES:
        folder = module.parent.relative_to(SRC).as_posix()
        lines[folder] = lines.get(folder, 0) + len(module.read_text("utf-8").splitlines())
    most = sum(lines.values()) / 6
    assert {folder for folder, count in lines.items() if count > most} == set()


def test_the_rooms_as_built_have_no_cycles() -> None:
    """Holds whatever ROOMS says: the graph is drawn from the imports that stand in the files."""
    graph: dict[str, set[str]] = {}
    for module in MODULES:
        path = PurePosixPath(module.relative_to(SRC).as_posix())
        below = graph.setdefault(room_of(path), set())
        for name, _, how in imports(ast.parse(module.read_text("utf-8")), path):
            if how == "absolute" and name.startswith("mapdsl."):
                below.update({room_named(name)} & set(ROOMS) - {room_of(path)})
    order = tuple(graphlib.TopologicalSorter(graph).static_order())
    assert order.index("diagnostics") < order.index("runtime") < order.index("cli")


BAD = [
    pytest.param("guide/page.py", "from mapdsl.bulk import read", "mapdsl.bulk", id="sideways"),
    pytest.param("ir/ops.py", "from mapdsl.lowering import lower", "mapdsl.lowering", id="upwards"),
    pytest.param("codegen/emit.py", "import mapdsl.grammar", "mapdsl.grammar", id="sideways, as a module"),
    pytest.param("grammar/parse.py", "from mapdsl import analysis", "mapdsl.analysis", id="sideways, by the front"),
    pytest.param("grammar/items.py", "from mapdsl.paths.path import Ref", "mapdsl.paths.path", id="past the door"),
    pytest.param("grammar/items.py", "import mapdsl.paths.path", "mapdsl.paths.path", id="past the door, as a module"),
    pytest.param("ir/check.py", "from mapdsl.ir.ops import Move", "mapdsl.ir.ops", id="its own room, not relative"),
    pytest.param("runtime/api.py", "import mapdsl", "mapdsl", id="the front door itself"),
    pytest.param("runtime/api.py", "from mapdsl import load", "mapdsl.load", id="a name of the front door"),
    pytest.param("cli/demo.py", "from mapdsl import __version__", "mapdsl.__version__", id="the version, by the front"),
    pytest.param("runtime/api.py", "def f():\n    import lark", "lark", id="hidden in a function"),
    pytest.param("http/asgi.py", "def f():\n    from mapdsl.pipeline import load", "mapdsl.pipeline", id="lazy"),
    pytest.param(
        "syntax/nodes.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from mapdsl.ir import Move",
        "mapdsl.ir",
        id="under TYPE_CHECKING",
    ),
    pytest.param("errors.py", "try:\n    import cattrs\nexcept ImportError:\n    pass", "cattrs", id="in a try"),
    pytest.param("analysis/checks/names.py", "import lark", "lark", id="a library another room borrowed"),
    pytest.param("codegen/emit.py", "import numpy as np", "numpy", id="a library nobody borrowed"),
    pytest.param("conversions/time.py", "from numpy.linalg import norm", "numpy.linalg", id="a part of a library"),
    pytest.param("ir/ops.py", "from ..syntax import nodes", "..syntax", id="climbing out"),
    pytest.param("ir/ops.py", "from .. import errors", "..", id="climbing out, to the front"),
    pytest.param("errors.py", "from .diagnostics import Span", ".diagnostics", id="climbing out of a single file"),
    pytest.param("testing/laws/a.py", "from ..plugin import b", "mapdsl.testing.plugin", id="climbing out of a part"),
    pytest.param("testing/plugin.py", "from .laws import a", "mapdsl.testing.laws", id="into a part, relative"),
    pytest.param("testing/plugin.py", "from . import laws", "mapdsl.testing.laws", id="into a part, by its own front"),
    pytest.param("testing/laws/a.py", "from mapdsl.testing import b", "mapdsl.testing", id="a part, to its own front"),
    pytest.param("testing/laws/a.py", "import mapdsl.testing.mutation", "testing.mutation", id="upwards between parts"),
    pytest.param("testing/a.py", "from mapdsl.testing.laws.b import c", "testing.laws.b", id="past the door of a part"),
    pytest.param("cli/test.py", "from mapdsl.testing.laws import a", "testing.laws", id="a part, from another room"),
    pytest.param("grammar/parts/a.py", "from ...ir import Move", "...ir", id="climbing out of a folder in a room"),
    pytest.param("runtime/api.py", "importlib.import_module('lark')", "import_module", id="hidden in a call"),
    pytest.param("runtime/api.py", "__import__('lark')", "__import__", id="hidden in a bare call"),
]


@pytest.mark.parametrize(("path", "text", "name"), BAD)
def test_the_check_reports_a_forbidden_import_by_file_and_line(path: str, text: str, name: str) -> None:
    line = text.count("\n") + 1 if "try" not in text else 2
    found = faults(text, PurePosixPath(path))
    assert len(found) == 1
    assert found[0].startswith(f"{path}:{line}: ")
    assert name in found[0]


def test_the_check_reports_every_fault_of_a_file() -> None:
    found = faults("import lark\nimport os\nimport click\n", PurePosixPath("runtime/api.py"))
    assert [report.split(":")[1] for report in found] == ["1", "3"]


def test_the_check_reports_a_room_that_the_plan_does_not_know() -> None:
    assert faults("", PurePosixPath("utils/misc.py")) == ["utils/misc.py:1: utils is not a room of the plan"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("grammar/items.py", "from mapdsl.paths import Ref"),
        ("analysis/model.py", "from mapdsl import syntax"),
        ("grammar/items.py", "from . import model\nfrom .model import Scope"),
        ("grammar/parts/a.py", "from ..lexer import tokens"),
        ("testing/laws/a.py", "from .blame import b\nfrom mapdsl.testing.generation import c"),
        ("testing/mutation/a.py", "from mapdsl.testing.examples import b"),
        ("testing/plugin.py", "from . import strategies\nimport mapdsl.testing.laws as laws"),
        ("paths/select.py", "def f():\n    from jsonpath_ng.ext import parse"),
        ("cli/__init__.py", "import click, sys\nfrom mapdsl.version import __version__"),
        ("codegen/emit.py", "import ast\nimport attrs\nfrom collections.abc import Iterator"),
    ],
)
def test_the_check_is_silent_on_what_the_plan_allows(path: str, text: str) -> None:
    assert faults(text, PurePosixPath(path)) == []


def modules_after(statements: str) -> set[str]:
    """The top names in sys.modules of a fresh interpreter that ran the statements."""
    code = f"{statements}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


def test_importing_mapdsl_loads_no_library() -> None:
    """A program that only translates, from specs compiled before, must not pay for the compiler's libraries."""
    libraries = {"attr", "attrs", "cattrs", "click", "hypothesis", "jsonpath_ng", "lark", "pytest"}
    assert modules_after("import mapdsl; mapdsl.translate_request, mapdsl.translate_response") & libraries == set()


def test_importing_the_runtime_loads_only_attrs() -> None:
    libraries = {"cattrs", "click", "hypothesis", "jsonpath_ng", "lark", "pytest"}
    assert modules_after("import mapdsl; mapdsl.Api") & libraries == set()
