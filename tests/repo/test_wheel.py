"""The wheel holds the specs, whatever the ignore rules say, and works without the sources."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import mapdsl
from tests.repo.markdown import ROOT

# With this line, and without force-include, hatchling builds a wheel that lacks every spec, and says nothing.
IGNORED = "\n*.map\n"
PROJECT = ["pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".gitignore", "mapdsl", "specs"]


def build(source: Path, target: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=120)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project whose ignore rules hit the specs."""
    copy = tmp_path_factory.mktemp("sources")
    for name in PROJECT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    with (copy / ".gitignore").open("a") as rules:
        rules.write(IGNORED)
    return copy


@pytest.fixture(scope="module")
def wheel(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return zipfile.ZipFile(build(sources, "wheel", tmp_path_factory.mktemp("wheel")))


def test_the_wheel_holds_the_very_specs_of_the_project(wheel: zipfile.ZipFile) -> None:
    specs = {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in ROOT.glob("specs/**/*") if file.is_file()}
    assert any(name.endswith(".map") for name in specs)
    packed = {name: wheel.read(name) for name in wheel.namelist() if name.startswith("mapdsl/specs/")}
    assert packed == {f"mapdsl/{name}": content for name, content in specs.items()}


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert len(names) == len(set(names))
    files = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "mapdsl").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    packed = {
        name for name in names if not name.startswith(("mapdsl/specs/", f"mapdsl-{mapdsl.__version__}.dist-info/"))
    }
    assert packed == files
    assert {"mapdsl/py.typed", "mapdsl/grammar/mapdsl.lark"} <= packed


def test_the_metadata_names_licence_version_and_command(wheel: zipfile.ZipFile) -> None:
    info = f"mapdsl-{mapdsl.__version__}.dist-info"
    metadata = wheel.read(f"{info}/METADATA").decode()
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    assert "\nLicense-File: LICENSE\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata
    assert "mapdsl = mapdsl.cli:main" in wheel.read(f"{info}/entry_points.txt").decode()
    needed = [
        line.split()[1] for line in metadata.split("\n") if line.startswith("Requires-Dist") and "extra" not in line
    ]
    assert sorted(name.partition(">")[0].partition("<")[0] for name in needed) == [
        "attrs",
        "cattrs",
        "click",
        "jsonpath-ng",
        "lark",
    ]


def test_the_installed_package_finds_its_specs_without_the_sources(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    wheel.extractall(site)
    elsewhere.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", "import mapdsl; print(mapdsl.__file__); print(mapdsl.shipped('voiso'))"],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.split() == [str(site / "mapdsl/__init__.py"), str(site / "mapdsl/specs/voiso")]


def test_the_source_distribution_holds_the_specs_once(sources: Path, tmp_path: Path) -> None:
    """Wheels are built from it, and by people who have their own ignore rules."""
    with tarfile.open(build(sources, "sdist", tmp_path)) as packed:
        names = [name.partition("/")[2] for name in packed.getnames()]
    specs = [file.relative_to(ROOT).as_posix() for file in ROOT.glob("specs/**/*") if file.is_file()]
    assert sorted(name for name in names if name.startswith("specs/")) == sorted(specs)


def test_an_editable_install_finds_the_same_files() -> None:
    assert mapdsl.shipped("voiso") == ROOT / "specs/voiso"


def test_an_unknown_guide_is_answered_with_those_that_exist() -> None:
    with pytest.raises(ValueError, match="no guide named 'viso' comes with mapdsl, but these do: callr, voiso"):
        mapdsl.shipped("viso")
