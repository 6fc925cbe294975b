"""Circles of files: `python -m tests.repo.circles` prints those of mapdsl, each with the imports that close it.

Imports in functions and under TYPE_CHECKING count: a circle that is hidden there is a circle for the reader.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.repo.markdown import ROOT

__all__ = ["Imports", "circles", "imports_of_files"]

Imports = dict[str, dict[str, int]]  # file: the files that it imports, each with the line of the first import


def imports_of_files(root: Path, package: str) -> Imports:
    """What each file of the package in `root` imports of it, by paths below `root` (`mapdsl/ir/ops.py`).

    A file does not import the `__init__.py` of the folders on the way to a module, only what it names.
    """
    modules = {}
    for file in sorted((root / package).rglob("*.py")):
        path = file.relative_to(root)
        parts = path.parts[:-1] if path.name == "__init__.py" else path.with_suffix("").parts
        modules[".".join(parts)] = path.as_posix()
    graph: Imports = {}
    for module, path in modules.items():
        inside = module if path.endswith("/__init__.py") else module.rpartition(".")[0]
        graph[path] = {}
        for name, line in sorted(_names(ast.parse((root / path).read_text("utf-8")), inside), key=lambda each: each[1]):
            # `from package import name` names a module, or something that the package's own file holds.
            target = modules.get(name) or modules.get(name.rpartition(".")[0])
            if target is not None and target != path:
                graph[path].setdefault(target, line)
    return graph


def _names(tree: ast.Module, package: str) -> Iterator[tuple[str, int]]:
    """Every name that is imported, spelled in full, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = parts[: len(parts) - node.level + 1] if node.level else []
            module = ".".join(filter(None, (*base, node.module)))
            yield from ((f"{module}.{alias.name}", node.lineno) for alias in node.names)


def circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The sets of files that reach each other, each sorted, the sets by their first file."""
    reached = {file: _reached(graph, file) for file in graph}
    found = {
        tuple(sorted(other for other in beyond if file in reached[other]))
        for file, beyond in reached.items()
        if file in beyond
    }
    return [list(files) for files in sorted(found)]


def _reached(graph: Mapping[str, Iterable[str]], start: str) -> set[str]:
    """Every file on a way from `start`; itself only where a way leads back to it."""
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += graph[file]
    return found


def main() -> int:
    """Print every circle of mapdsl; 1 where there is one."""
    graph = imports_of_files(ROOT, "mapdsl")
    found = circles(graph)
    for number, files in enumerate(found, 1):
        print(f"circle {number}: {len(files)} files")
        for file in files:
            for target, line in graph[file].items():
                if target in files:
                    print(f"  {file}:{line} imports {target}")
    print(f"{len(found) or 'no'} circle{'' if len(found) == 1 else 's'} in {len(graph)} files")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
