"""Loading: files and folders, texts, open enums, pickles, digests."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from mapdsl.errors import MapError, MapSemanticError, MapSyntaxError
from mapdsl.pipeline import check, load, loads

COMMON = 'mapdsl 1\nenum tag open { "a" <-> "x" }\n'
ONE = 'mapdsl 1\nuse "common.map"\nendpoint one { old POST /one; new POST /v4/one; request { t <-> tag : tag } }\n'
TWO = "mapdsl 1\nendpoint two { old POST /two; new POST /v4/two; request { a <-> b } }\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("common.map", COMMON), ("one.map", ONE), ("two.map", TWO)):
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_a_folder_is_one_api(folder: Path) -> None:
    assert list(load(folder)) == ["one", "two"]
    assert list(load(str(folder))) == ["one", "two"]


def test_a_file_brings_what_it_uses(folder: Path) -> None:
    assert load(folder / "one.map")["one"].transform("request", to="new")({"t": "a"}) == {"tag": "x"}


def test_a_text_finds_what_it_uses_in_the_working_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert loads(ONE)["one"].transform("request", to="new")({"t": "a"}) == {"tag": "x"}


def test_a_folder_of_folders_is_refused_and_names_them(folder: Path) -> None:
    with pytest.raises(MapError, match=folder.name):
        load(folder.parent)


def test_nothing_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MapError, match="no such file or folder"):
        load(tmp_path / "nothing.map")
    with pytest.raises(MapError, match=r"no \.map file"):
        load(tmp_path)


def test_wrong_calls_raise_type_errors() -> None:
    with pytest.raises(TypeError, match="str or Path"):
        load(3)  # a path that is no path
    with pytest.raises(TypeError, match="takes a str"):
        loads(b"mapdsl 1")


def test_one_mistake_in_one_file_loads_nothing(folder: Path) -> None:
    (folder / "two.map").write_text(TWO.replace("a <-> b", "a <-> b : nothing_like_this"), "utf-8")
    with pytest.raises(MapSemanticError):
        load(folder)
    (folder / "two.map").write_text(TWO.replace("<->", "<=>"), "utf-8")
    with pytest.raises(MapSyntaxError):
        load(folder)


def test_check_reports_and_raises_nothing(folder: Path) -> None:
    assert check([folder]) == ()
    (folder / "two.map").write_text(TWO.replace("<->", "<=>"), "utf-8")
    (found,) = check([folder])
    assert found.position[1] == 2


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_marks_and_tabs_do_not_matter(tmp_path: Path, ending: str, mark: bytes, last: bool) -> None:
    text = TWO.replace("; ", "\n\t").replace("\n", ending)
    (tmp_path / "two.map").write_bytes(mark + (text if last else text.rstrip()).encode())
    assert load(tmp_path)["two"].transform("request", to="new")({"a": 1}) == {"b": 1}


@pytest.mark.parametrize(
    "data", [TWO.replace("a <->", "a\u00a0<->").encode(), TWO.encode("utf-16"), b"\xff\xfe\x00", b"a\x00b"]
)
def test_an_unreadable_file_gives_one_message(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "two.map").write_bytes(data)
    with pytest.raises(MapSyntaxError) as caught:
        load(tmp_path)
    assert len(caught.value.diagnostics) == 1


# --- open enums ------------------------------------------------------------------------------------------------------


def test_an_open_enum_takes_rows_at_load(folder: Path) -> None:
    transform = load(folder, enums={"tag": {"b": "y"}})["one"].transform
    assert transform("request", to="new")({"t": "b"}) == {"tag": "y"}
    assert transform("request", to="old")({"tag": "y"}) == {"t": "b"}
    assert load(folder)["one"].transform("request", to="new")({"t": "b"}) == {"tag": "b"}


@pytest.mark.parametrize(
    ("enums", "says"),
    [
        ({"nothing": {"b": "y"}}, "not declared"),
        ({"tag": {"a": "y"}}, "'a' <-> 'x'"),
        ({"tag": {"b": "x"}}, "'a' <-> 'x'"),
        ({"tag": {1: "y"}}, "takes texts"),
    ],
)
def test_rows_that_do_not_fit_are_refused(folder: Path, enums: dict[str, dict[str, str]], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        load(folder, enums=enums)


# --- pickles and digests ---------------------------------------------------------------------------------------------


def test_enums_of_one_name_in_separate_files_are_two(tmp_path: Path) -> None:
    """Files that do not use each other may give one name to two tables, and each keeps its own rows."""
    text = "mapdsl 1\nenum t {} {{ {} }}\nendpoint {} {{ old POST /{}; new POST /{}/new; request {{ k <-> k : t }} }}\n"
    (tmp_path / "one.map").write_text(text.format("closed", '"a" <-> "x"', "one", "one", "one"), "utf-8")
    (tmp_path / "two.map").write_text(text.format("open", '"a" <-> "y"', "two", "two", "two"), "utf-8")
    api = load(tmp_path, enums={"t": {"b": "z"}})

    assert api["one"].transform("request", to="new")({"k": "a"}) == {"k": "x"}
    assert api["two"].transform("request", to="new")({"k": "a"}) == {"k": "y"}
    assert api["two"].transform("request", to="new")({"k": "b"}) == {"k": "z"}
    with pytest.raises(MapError):
        api["one"].transform("request", to="new")({"k": "b"})


def test_an_enum_declared_twice_is_reported() -> None:
    """Neither declaration takes the other's place without a word."""
    with pytest.raises(MapSemanticError, match="MAP104"):
        loads("mapdsl 1\nenum t closed { 1 <-> 2 }\nenum t closed { 3 <-> 4 }\n")


def test_an_api_pickles_by_its_texts(folder: Path) -> None:
    api = load(folder, enums={"tag": {"b": "y"}})
    data = pickle.dumps(api)
    for file in folder.iterdir():
        file.unlink()
    again = pickle.loads(data)
    assert again.digest == api.digest
    assert again["one"].transform("request", to="new")({"t": "b"}) == {"tag": "y"}


def test_the_digest_is_that_of_the_texts_not_of_the_place(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("elsewhere")
    for file in folder.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    assert load(other).digest == load(folder).digest
    (other / "two.map").write_text(TWO + "# a comment\n", "utf-8")
    assert load(other).digest != load(folder).digest
    assert load(folder, enums={"tag": {"b": "y"}}).digest != load(folder).digest
