"""Entries come back as they were kept, or not at all, whatever became of the folder or the file."""

from __future__ import annotations

import errno
import marshal
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mapdsl.cache.entries as entries
from mapdsl.cache import VARIABLE, fetch, keep, key_of

VALUE = ("text", 1, (b"\0", None), {"a": [1.5]}, compile("1 + 1", "<test>", "eval"))
KEY = key_of("test", ["a"])
OTHER = key_of("test", ["b"])


def entry(place: Path) -> Path:
    keep(KEY, VALUE)
    (file,) = place.iterdir()
    return file


def test_what_was_kept_is_fetched(place: Path) -> None:
    assert fetch(KEY) is None
    keep(KEY, VALUE)
    assert fetch(KEY) == VALUE
    assert fetch(OTHER) is None


def test_the_folder_and_its_entries_are_the_users_alone(place: Path) -> None:
    file = entry(place)
    assert place.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600


def test_off_keeps_and_fetches_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(KEY, VALUE)
    monkeypatch.setenv(VARIABLE, "off")
    assert fetch(KEY) is None
    keep(OTHER, VALUE)
    assert len([*place.iterdir()]) == 1


def test_nothing_is_unmarshalled_before_it_is_proved(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = entry(place)
    data = file.read_bytes()

    def loads(_: Any) -> None:
        raise AssertionError("unmarshalled")

    monkeypatch.setattr(marshal, "loads", loads)
    for number in range(len(data)):  # each byte altered, and the file cut off before each
        for spoiled in (data[:number] + bytes([data[number] ^ 1]) + data[number + 1 :], data[:number]):
            file.write_bytes(spoiled)
            assert fetch(KEY) is None
    file.write_bytes(data + b"\0")
    assert fetch(KEY) is None
    file.write_bytes(data)
    with pytest.raises(AssertionError, match="unmarshalled"):
        fetch(KEY)


def test_an_entry_under_another_name_is_none(place: Path) -> None:
    file = entry(place)
    file.rename(file.with_name(file.name.replace(KEY, OTHER)))
    assert fetch(OTHER) is None


def test_an_entry_that_is_spoiled_is_written_again(place: Path) -> None:
    entry(place).write_bytes(b"")
    keep(KEY, VALUE)
    assert fetch(KEY) == VALUE


@pytest.mark.parametrize("bit", [0o040, 0o020, 0o010, 0o004, 0o002, 0o001])
def test_a_folder_that_others_may_enter_is_not_used(place: Path, bit: int) -> None:
    entry(place)
    place.chmod(0o700 | bit)
    assert fetch(KEY) is None
    keep(OTHER, VALUE)
    assert len([*place.iterdir()]) == 1
    place.chmod(0o700)
    assert fetch(KEY) == VALUE


@pytest.mark.parametrize("bit", [0o020, 0o002])
def test_an_entry_that_others_may_write_is_not_read(place: Path, bit: int) -> None:
    file = entry(place)
    file.chmod(0o600 | bit)
    assert fetch(KEY) is None
    file.chmod(0o600)
    assert fetch(KEY) == VALUE


def test_what_belongs_to_another_user_is_not_used(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry(place)
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    assert fetch(KEY) is None
    keep(OTHER, VALUE)
    assert len([*place.iterdir()]) == 1


def test_an_entry_of_another_user_in_the_own_folder_is_not_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A root that once ran mapdsl, a copy of somebody's files."""
    entry(place)
    own = os.fstat

    def foreign(descriptor: int) -> os.stat_result:
        fields = list(own(descriptor))
        fields[4] += 1  # st_uid
        return os.stat_result(fields)

    monkeypatch.setattr(os, "fstat", foreign)
    assert fetch(KEY) is None


def test_links_are_not_followed(place: Path, tmp_path: Path) -> None:
    file = entry(place)
    real = tmp_path / "real"
    file.rename(real)
    file.symlink_to(real)
    assert fetch(KEY) is None
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    keep(OTHER, VALUE)
    assert fetch(OTHER) is None


def test_a_folder_that_cannot_be_made_costs_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    for where in (tmp_path / "file", tmp_path / "file" / "below", Path("\0")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "environ", {**os.environ, VARIABLE: str(where)})
            keep(KEY, VALUE)
            assert fetch(KEY) is None


def refused(number: int) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return refuse


def test_a_folder_that_is_read_only_is_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry(place)
    whole = os.open

    def read_only(path: Any, flags: int, *mode: int) -> int:
        if flags & os.O_WRONLY:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return whole(path, flags, *mode)

    monkeypatch.setattr(os, "open", read_only)
    keep(OTHER, VALUE)
    assert fetch(OTHER) is None
    assert fetch(KEY) == VALUE


def test_what_is_nested_too_deep_is_not_kept(place: Path) -> None:
    value: tuple[Any, ...] = ()
    for _ in range(3000):
        value = (value,)
    keep(KEY, value)
    assert fetch(KEY) is None


@pytest.mark.parametrize("step", ["write", "replace"])
def test_a_full_disk_leaves_nothing_half_written(place: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    entry(place)
    if step == "replace":
        monkeypatch.setattr(os, "replace", refused(errno.ENOSPC))
    else:
        whole = open

        class Full:
            """A file of which the first bytes still find a place."""

            def __init__(self, *arguments: Any) -> None:
                self._file = whole(*arguments)

            def __enter__(self) -> Any:
                return self

            def __exit__(self, *_: object) -> None:
                self._file.close()

            def write(self, data: bytes) -> None:
                self._file.write(data[:6])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(entries, "open", Full, raising=False)
    keep(OTHER, VALUE)
    monkeypatch.undo()
    monkeypatch.setenv(VARIABLE, str(place))
    assert [file.name for file in place.iterdir()] == [f"{KEY}.entry"]
    assert fetch(KEY) == VALUE


def test_the_oldest_entries_go_where_all_take_too_much(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [key_of("test", [str(number)]) for number in range(4)]
    for number, key in enumerate(keys[:3]):
        keep(key, b"x" * 1000)
        os.utime(place / f"{key}.entry", ns=(number, number))
    monkeypatch.setattr(entries, "_MOST", 3000)  # two entries and a half
    keep(keys[3], b"x" * 1000)
    assert [fetch(key) is not None for key in keys] == [False, False, True, True]


def test_what_was_never_finished_goes_after_an_hour(place: Path) -> None:
    file = entry(place)
    old, new = place / "a.part", place / "b.part"
    for each in (old, new):
        each.write_bytes(b"")
    os.utime(old, (0, 0))
    keep(OTHER, VALUE)
    assert (old.exists(), new.exists(), file.exists()) == (False, True, True)


def test_writers_and_readers_at_once_see_whole_entries(place: Path) -> None:
    values = [("a" * 100_000,), ("b" * 100_000,)]
    seen: set[Any] = set()

    def write(value: Any) -> None:
        for _ in range(30):
            keep(KEY, value)

    writers = [threading.Thread(target=write, args=[value]) for value in values]
    keep(KEY, values[0])
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        seen.add(fetch(KEY))
    assert seen <= set(values)


# --- keys ------------------------------------------------------------------------------------------------------------


def test_keys_tell_parts_apart() -> None:
    keys = {
        key_of("test", parts)
        for parts in (["a", "b"], ["ab"], ["a", b"b"], [b"a", "b"], ["b", "a"], ["", "ab"], [], [""], ["\ud800"])
    }
    assert len(keys) == 9
    assert key_of("other", ["a"]) != key_of("test", ["a"])


@pytest.mark.parametrize(
    "change", ["import sys; sys.version += 'x'", "import mapdsl.version as v; v.__version__ = '9'"]
)
def test_another_version_has_other_keys(change: str) -> None:
    def key(before: str) -> str:
        code = f"{before}\nfrom mapdsl.cache import key_of\nprint(key_of('test', ['a']))"
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()

    assert key("") == KEY
    assert key(change) != KEY


def test_another_optimisation_has_other_keys() -> None:
    """Code that was compiled without its texts is not that with them."""
    code = "from mapdsl.cache import key_of; print(key_of('test', ['a']))"
    done = subprocess.run([sys.executable, "-OO", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() != KEY


def test_a_file_of_the_package_that_changed_has_other_keys(tmp_path: Path) -> None:
    """A checkout keeps its version while it is worked on."""
    from mapdsl.cache import keys

    (tmp_path / "room").mkdir()
    file = tmp_path / "room" / "a.py"
    file.write_text("", "utf-8")
    (tmp_path / "room" / "notes.txt").write_text("", "utf-8")
    before = [*keys._files(str(tmp_path))]
    file.write_text("x", "utf-8")
    assert len(before) == 1
    assert [*keys._files(str(tmp_path))] != before
