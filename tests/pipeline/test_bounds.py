"""Which files are read: those of the folder that is loaded, and those that the program names."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from mapdsl import MapError, MapSemanticError, load, loads
from mapdsl.cli import commands
from mapdsl.pipeline import check

SECRET = "root:x:0:0 the secret of the file"
SHAPE = "mapdsl 1\nshape s { a <-> b }\n"
USER = 'mapdsl 1\nuse "{}"\nendpoint e {{ old POST /a; new POST /b; request {{ include s }} }}\n'


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_text(SECRET, "utf-8")
    (tmp_path / "outside/shapes.map").write_text(SHAPE, "utf-8")
    (tmp_path / "api").mkdir()
    return tmp_path


def spec(outside: Path, use: str, name: str = "api/e.map") -> Path:
    file = outside / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(USER.format(use), "utf-8")
    return file


def refused(path: Path) -> str:
    with pytest.raises(MapError) as caught:
        load(path)
    assert SECRET not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("use", ["/etc/hostname", "/etc/passwd", "../outside/secret", "../../../etc/passwd", "..", "/"])
def test_what_lies_outside_is_not_read(outside: Path, use: str) -> None:
    file = spec(outside, use)
    for path in (file, file.parent):
        said = refused(path)
        assert f'error[MAP111]: "{use}" lies outside of the folder that is loaded' in said
        assert "files=" in said
        assert [each.code for each in check([path]) if each.code.startswith("MAP11")] == ["MAP111"]
    with pytest.raises(MapSemanticError, match="MAP111"):
        loads(USER.format(use))


def test_whether_a_file_outside_is_there_is_not_told(outside: Path) -> None:
    said = refused(spec(outside, "../outside/nothing")), refused(spec(outside, "../outside/secrets"))
    (outside / "outside/secrets").write_text(SECRET, "utf-8")
    assert refused(spec(outside, "../outside/secrets")) == said[1] == said[0].replace("nothing", "secrets")


@pytest.mark.parametrize("link", ["api/common.txt", "api/below"])
def test_a_link_out_of_the_folder_is_not_followed(outside: Path, link: str) -> None:
    directory = link.endswith("below")
    (outside / link).symlink_to(outside / "outside" if directory else outside / "outside/secret")
    said = refused(spec(outside, "below/secret" if directory else "common.txt"))
    assert "MAP111" in said


def test_a_spec_that_is_a_link_out_of_the_folder_is_refused(outside: Path) -> None:
    spec(outside, "../outside/shapes.map")
    (outside / "api/e.map").unlink()
    (outside / "api/e.map").symlink_to(outside / "outside/secret")
    assert "a link out of the folder" in refused(outside / "api")
    with pytest.raises(MapError, match="a link out of the folder"):
        check([outside / "api"])


def test_a_folder_that_is_a_link_out_of_the_folder_of_folders_is_refused(outside: Path) -> None:
    (outside / "all").mkdir()
    (outside / "all/shared").symlink_to(outside / "outside")
    with pytest.raises(MapError, match="a link out of the folder"):
        check([outside / "all"])
    assert check([outside / "all"], files=[outside / "outside"]) == ()


def test_a_file_that_the_program_names_may_be_a_link(outside: Path) -> None:
    spec(outside, "shapes.map", "outside/e.map")
    (outside / "api/e.map").symlink_to(outside / "outside/e.map")
    (outside / "api/shapes.map").write_text(SHAPE, "utf-8")
    assert list(load(outside / "api/e.map")) == ["e"]


def test_the_folder_itself_may_be_reached_by_a_link(outside: Path) -> None:
    (outside / "api/shapes.map").write_text(SHAPE, "utf-8")
    spec(outside, "shapes.map")
    (outside / "link").symlink_to(outside / "api")
    assert list(load(outside / "link")) == ["e"]
    assert list(load(outside / "link/e.map")) == ["e"]


@pytest.mark.parametrize("use", ["below/shapes.map", "./shapes.map", "below/../shapes.map", "link.map"])
def test_what_lies_in_the_folder_is_read(outside: Path, use: str) -> None:
    (outside / "api/below").mkdir()
    (outside / "api/below/shapes.map").write_text(SHAPE, "utf-8")
    (outside / "api/shapes.map").write_text(SHAPE, "utf-8")
    (outside / "api/link.map").symlink_to("shapes.map")
    assert list(load(spec(outside, use))) == ["e"]


@pytest.mark.parametrize("allowed", ["outside/shapes.map", "outside"])
def test_what_the_program_names_is_read(outside: Path, allowed: str) -> None:
    file = spec(outside, "../outside/shapes.map")
    files = [outside / allowed]
    assert list(load(file, files=files)) == list(load(str(file.parent), files=[str(files[0])])) == ["e"]
    assert list(loads(USER.format((outside / "outside/shapes.map").as_posix()), files=files)) == ["e"]
    assert check([file.parent], files=files) == ()
    with pytest.raises(MapSemanticError, match="MAP111"):
        load(file, files=[outside / "outside/secret"])


def test_files_is_a_list() -> None:
    with pytest.raises(TypeError, match="several paths"):
        loads(SHAPE, files="shapes.map")


@pytest.mark.parametrize("use", ["x" * 5000, "a\\u0000b", "loop/x", "loop"])
def test_a_name_that_no_system_takes_is_no_file(outside: Path, use: str) -> None:
    (outside / "api/loop").symlink_to("loop")
    assert "MAP1" in refused(spec(outside, use))


def test_a_path_that_no_system_takes_is_nothing() -> None:
    for path in ("x" * 5000, "a\0b"):
        with pytest.raises(MapError, match="no such file"):
            load(path)


def test_files_that_use_each_other_in_a_long_chain(tmp_path: Path) -> None:
    many = 1010
    for number in range(many):
        (tmp_path / f"f{number}.map").write_text(f'mapdsl 1\nuse "f{number + 1}.map"\n', "utf-8")
    (tmp_path / f"f{many}.map").write_text('mapdsl 1\nuse "f0.map"\n', "utf-8")
    assert [each.code for each in check([tmp_path / "f0.map"])] == ["MAP103"]


@pytest.mark.parametrize("command", [["check"], ["show"], ["test", "--examples", "0"], ["fmt", "--check"]])
def test_the_command_line_reads_what_files_names(outside: Path, command: list[str]) -> None:
    (outside / "outside/shapes.map").write_text("mapdsl 1\n\nshape s {\n  a <-> b\n}\n", "utf-8")
    (outside / "api/e.map").symlink_to(outside / "outside/e.map")
    text = 'mapdsl 1\n\nuse "../outside/shapes.map"\n\nendpoint e {\n  old POST /a\n  new POST /b\n}\n'
    (outside / "outside/e.map").write_text(text, "utf-8")
    run = CliRunner()
    assert run.invoke(commands, [*command, str(outside / "api")]).exit_code == 1
    allowed = run.invoke(commands, [*command, "--files", str(outside / "outside"), str(outside / "api")])
    assert allowed.exit_code == 0, allowed.output


def test_translate_reads_what_files_names(outside: Path) -> None:
    file = spec(outside, "../outside/shapes.map")
    (outside / "message.json").write_text('{"method": "POST", "path": "/a", "body": {"a": 1}}', "utf-8")
    arguments = ["translate", str(file), str(outside / "message.json"), "--to", "new"]
    assert CliRunner().invoke(commands, arguments).exit_code == 1
    allowed = CliRunner().invoke(commands, [*arguments, "--files", str(outside / "outside/shapes.map")])
    assert (allowed.exit_code, '"b": 1' in allowed.output) == (0, True)
