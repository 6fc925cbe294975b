"""The pytest plugin: a `.map` file is a test file. Its examples, and each law in each direction, are tests.

Nothing of mapdsl is loaded before a `.map` file is collected.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .plugin_items import Found

__all__ = ["pytest_addoption", "pytest_collect_file", "pytest_configure", "pytest_terminal_summary"]

_NOT_SPECS = (".js.map", ".mjs.map", ".cjs.map", ".ts.map", ".css.map")  # source maps of JavaScript and CSS
_OPTIONS = {
    "examples": ("documents to draw for each message and side of a .map file", 100),
    "seed": ("draws other documents", 0),
    "coverage": ("fail where fewer rules, cases and rows are reached, in percent", 0),
}
_KEY = pytest.StashKey[dict[Any, Any]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--mapdsl-examples`, `--mapdsl-seed` and `--mapdsl-coverage`, each also a setting of the ini file."""
    group = parser.getgroup("mapdsl", "tests of .map files")
    for name, (help_, otherwise) in _OPTIONS.items():
        help_ = f"{help_} ({otherwise})"
        group.addoption(f"--mapdsl-{name}", dest=f"mapdsl_{name}", default=None, metavar="N", help=help_)
        parser.addini(f"mapdsl_{name}", help_)


def pytest_configure(config: pytest.Config) -> None:
    """Raise UsageError for a setting that is no number, before anything is collected."""
    for name in _OPTIONS:
        _option(config, name)


def _option(config: pytest.Config, name: str) -> int:
    given = config.getoption(f"mapdsl_{name}") or config.getini(f"mapdsl_{name}") or _OPTIONS[name][1]
    try:
        return int(given)
    except ValueError:
        raise pytest.UsageError(f"mapdsl_{name} is a whole number, not {given!r}") from None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix != ".map" or file_path.name.endswith(_NOT_SPECS) or _is_json(file_path):
        return None
    if _is_with_its_spec(file_path) and not parent.session.isinitpath(file_path):
        return None
    return SpecFile.from_parent(parent, path=file_path)


def _is_json(path: Path) -> bool:
    """Whether it is a source map under another name: a JSON object, which no spec is."""
    try:
        with path.open("rb") as stream:
            return stream.read(256).lstrip().startswith(b"{")
    except OSError:
        return False


def _is_with_its_spec(path: Path) -> bool:
    """Whether it holds the examples of a spec beside it, with which they are collected."""
    from mapdsl.pipeline import beside, is_beside

    return is_beside(path) and beside(path).is_file()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """How many documents were drawn, and which rules none of them reached."""
    if _KEY in config.stash:
        from .plugin_items import summary

        for line in summary(config.stash[_KEY]):
            terminalreporter.write_line(line)


class SpecFile(pytest.File):
    """The tests of one `.map` file."""

    def collect(self) -> Iterator[pytest.Item]:
        from mapdsl.pipeline import beside

        from .plugin_items import collect

        if _is_with_its_spec(self.path) and self.session.isinitpath(beside(self.path)):
            return  # somebody asks for both
        programs: dict[Any, Any] = self.config.stash.setdefault(_KEY, {})
        count, seed, least = (_option(self.config, name) for name in _OPTIONS)
        for test in collect(self.path, programs, count, seed):
            yield SpecItem.from_parent(self, name=test.name, test=test)
        if least and count:
            from .plugin_items import coverage_test

            test = coverage_test(self.path, programs, least, count, seed)
            yield SpecItem.from_parent(self, name=test.name, test=test)


class SpecItem(pytest.Item):
    """One example, or one law on the messages that go one way."""

    def __init__(self, *, test: Found, **more: Any) -> None:
        super().__init__(**more)
        self.test = test

    def runtest(self) -> None:
        self.test.run()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from .plugin_items import Failure

        if isinstance(excinfo.value, Failure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, self.test.line, self.test.name
