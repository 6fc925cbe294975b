"""Loading out of the cache: the same API, nothing of the compiler, and never an old entry."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mapdsl.pipeline.loading as loading
import mapdsl.pipeline.stored as stored
from mapdsl import __version__, shipped, translate_request
from mapdsl.cache import VARIABLE
from mapdsl.conversions import Conversion, Domain, Way, conversion, registry
from mapdsl.errors import MapError, MapSemanticError, TranslationError
from mapdsl.pipeline import compile_program, compile_text, load, loads, rebuild
from mapdsl.pipeline.stored import Seen, kept_api, look_at
from tests.guides import guide

COMMON = 'mapdsl 1\nenum tag open { "a" <-> "x" }\nhole flag "nobody says" assume "on"\n'
SPEC = """mapdsl 1
use "common.map"
endpoint one {
  old POST /one
  new POST /v4/one
  request { t <-> tag : tag; n <-> n : number_decimal; f <-> flag }
}
"""
BODY = {"t": "a", "n": 1.5, "f": True}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two specs; the cache is `tmp_path / "cache"`."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    specs = tmp_path / "specs"
    specs.mkdir()
    (specs / "common.map").write_text(COMMON, "utf-8")
    (specs / "one.map").write_text(SPEC, "utf-8")
    return specs


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows with each time that `load`, `loads` or `rebuild` compiles."""
    import mapdsl.pipeline.compiling as compiling

    times: list[str] = []

    def counted(name: str, whole: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            times.append(name)
            return whole(*args, **options)

        return call

    for module, name in ((loading, "compile_program"), (compiling, "compile_text"), (compiling, "compile_texts")):
        monkeypatch.setattr(module, name, counted(name, getattr(module, name)))
    return times


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows with each API that is kept; trees of texts are not among them."""
    keys: list[str] = []
    whole = stored.keep

    def keep(key: str, value: Any) -> None:
        keys.append(key)
        whole(key, value)

    monkeypatch.setattr(stored, "keep", keep)
    return keys


def to_new(api: Any) -> Any:
    return api["one"].transform("request", to="new")(BODY)


def test_a_second_load_compiles_nothing(folder: Path, compiled: list[str]) -> None:
    first, second = load(folder), load(folder)
    assert compiled == ["compile_program"]
    assert to_new(first) == to_new(second) == {"tag": "x", "n": "1.5", "on": True}
    assert second["one"].transform("request", to="old")({"tag": "x"}) == {"t": "a"}
    assert first.digest == second.digest == compile_program(folder).api.digest
    assert first.sources == second.sources == compile_program(folder).sources


def test_texts_and_pickles_are_found_as_well(
    folder: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    api = loads(SPEC)
    assert to_new(loads(SPEC)) == to_new(api)
    assert compiled == ["compile_text"]
    data = pickle.dumps(api)
    assert to_new(pickle.loads(data)) == to_new(api)
    assert to_new(pickle.loads(data)) == to_new(api)
    assert compiled == ["compile_text"]  # the texts and their uses are the same
    with pytest.raises(MapError, match="pickled by mapdsl 0"):
        rebuild(api.sources, "0")


def test_what_a_use_stands_for_counts(folder: Path) -> None:
    """Two pickles of the same texts, in which one `use` stands for one file and for another."""
    one, common, other = ((folder / f"{name}.map").as_posix() for name in ("one", "common", "other"))
    texts = ((one, SPEC.encode()), (common, COMMON.encode()), (other, COMMON.replace('"x"', '"y"').encode()))
    for target, tag in ((common, "x"), (other, "y"), (common, "x")):
        uses = ((one, (("common.map", target),)), (common, ()), (other, ()))
        assert to_new(rebuild((texts, uses, {}, {}), __version__))["tag"] == tag


def test_errors_stand_where_they_stood(folder: Path) -> None:
    """Problems name the rule; a fault of mapdsl's shows the generated line and its rule."""
    for api in (load(folder), load(folder)):
        with pytest.raises(TranslationError) as caught:
            api["one"].transform("request", to="new")({"n": []})
        (problem,) = caught.value.problems
        assert problem.rule is not None
        assert (problem.rule.file, problem.rule.line) == ((folder / "one.map").as_posix(), 6)
        assert problem.rule.text == "n <-> n : number_decimal"


def test_a_spec_with_a_mistake_is_not_kept(folder: Path, kept: list[str]) -> None:
    (folder / "one.map").write_text(SPEC.replace(": tag;", ": nothing_like_it;"), "utf-8")
    for _ in range(2):
        with pytest.raises(MapSemanticError):
            load(folder)
    assert kept == []


# --- never an old entry ----------------------------------------------------------------------------------------------


def change_used(folder: Path) -> dict[str, Any]:
    (folder / "common.map").write_text(COMMON.replace('"x"', '"y"'), "utf-8")
    return {}


def change_enums(_: Path) -> dict[str, Any]:
    return {"enums": {"tag": {"c": "z"}}}


def change_holes(_: Path) -> dict[str, Any]:
    return {"holes": {"flag": "active"}}


def change_holes_and_enums(_: Path) -> dict[str, Any]:
    return {"holes": {"flag": "on"}, "enums": {}}


@pytest.mark.parametrize("change", [change_used, change_enums, change_holes, change_holes_and_enums])
def test_what_changed_is_compiled(folder: Path, compiled: list[str], change: Callable[[Path], dict[str, Any]]) -> None:
    load(folder)
    options = change(folder)
    api = load(folder, **options)
    assert len(compiled) == 2
    assert to_new(api) == to_new(load(folder, **options)) == to_new(compile_program(folder, **options).api)
    assert len(compiled) == 2


def test_each_enum_row_counts(folder: Path, compiled: list[str]) -> None:
    one, two = load(folder, enums={"tag": {"c": "z"}}), load(folder, enums={"tag": {"c": "w"}})
    transform = one["one"].transform("request", to="new"), two["one"].transform("request", to="new")
    assert [each({"t": "c"}) for each in transform] == [{"tag": "z"}, {"tag": "w"}]
    assert len(compiled) == 2


def test_options_that_are_wrong_are_refused_as_ever(folder: Path) -> None:
    load(folder)
    for _ in range(2):
        with pytest.raises(ValueError, match="takes texts"):
            load(folder, enums={"tag": {1: "z"}})
        with pytest.raises(ValueError, match="not declared"):
            load(folder, holes={"nothing": "z"})


def test_files_that_may_be_read_count(folder: Path, tmp_path: Path, compiled: list[str]) -> None:
    """A use that leads out of the folder is found with `files`, and out of bounds without."""
    (folder / "common.map").rename(tmp_path / "common.map")
    (folder / "one.map").write_text(SPEC.replace('"common.map"', '"../common.map"'), "utf-8")
    for _ in range(2):
        load(folder, files=[tmp_path / "common.map"])
        with pytest.raises(MapSemanticError):
            load(folder)
    assert len(compiled) == 3
    (tmp_path / "common.map").write_text(COMMON.replace('"x"', '"y"'), "utf-8")
    assert to_new(load(folder, files=[tmp_path]))["tag"] == "y"


def test_a_file_that_comes_or_goes_counts(folder: Path) -> None:
    assert list(load(folder)) == ["one"]
    (folder / "two.map").write_text(
        SPEC.replace("one", "two").replace('use "common.map"', 'use "./common.map"'), "utf-8"
    )
    assert list(load(folder)) == ["one", "two"]
    (folder / "two.map").unlink()
    assert list(load(folder)) == ["one"]
    (folder / "common.map").unlink()
    with pytest.raises(MapSemanticError):
        load(folder)


def test_the_names_of_files_count(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules say where they stand: by the path that was loaded."""
    load(folder)
    monkeypatch.chdir(folder)
    api = load("one.map")
    with pytest.raises(TranslationError, match=r"(?m)^ +one\.map:6: "):
        api["one"].transform("request", to="new")({"n": []})


@pytest.mark.parametrize("written", ['use"common.map"', 'use \t "common.map" # these', 'use "./comm\\u006fn.map"'])
def test_a_use_is_seen_however_it_is_written(folder: Path, written: str) -> None:
    (folder / "one.map").write_text(SPEC.replace('use "common.map"', written), "utf-8")
    assert to_new(load(folder / "one.map"))["tag"] == "x"
    change_used(folder)
    assert to_new(load(folder / "one.map"))["tag"] == "y"


def test_words_that_only_look_like_a_use_do_no_harm(folder: Path, compiled: list[str]) -> None:
    (folder / "other.map").write_text("no spec", "utf-8")
    text = SPEC.replace("f <->", '# use "other.map", use "nothing.map", use "../../etc"\n f <->')
    (folder / "one.map").write_text(text, "utf-8")
    assert to_new(load(folder / "one.map")) == to_new(load(folder / "one.map"))
    assert len(compiled) == 1


def test_a_file_that_changes_while_it_is_compiled_is_not_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, kept: list[str]
) -> None:
    whole = loading.compile_program

    def late(*args: Any, **options: Any) -> Any:
        change_used(folder)
        return whole(*args, **options)

    monkeypatch.setattr(loading, "compile_program", late)
    assert to_new(load(folder))["tag"] == "y"
    assert kept == []


def test_conversions_of_users_are_compiled_each_time(
    folder: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_ENTRIES", dict(registry._ENTRIES))
    text = SPEC.replace("number_decimal", "x_twice")
    any_ = Domain("any")

    def brings(factor: int) -> None:
        registry._ENTRIES.pop("x_twice", None)
        ways = Way(lambda v: v * factor), Way(lambda v: v / factor)
        conversion("x_twice")(lambda: Conversion("x_twice", any_, any_, *ways))

    (folder / "one.map").write_text(text, "utf-8")
    for factor in (2, 3):
        brings(factor)
        assert to_new(load(folder))["n"] == 1.5 * factor
    assert len(compiled) == 2


def test_a_name_that_a_user_takes_is_looked_at_again(
    folder: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry that was kept before somebody registered a conversion with the name of an enum is not used then."""
    load(folder)
    monkeypatch.setattr(registry, "_ENTRIES", dict(registry._ENTRIES))
    conversion("tag")(lambda: Conversion("tag", Domain("any"), Domain("any"), Way(str), Way(str)))
    with pytest.raises(MapSemanticError, match="MAP108"):
        load(folder)
    assert len(compiled) == 2


def test_where_a_use_was_not_seen_nothing_is_kept(folder: Path, kept: list[str]) -> None:
    program = compile_program(folder / "one.map")
    seen = look_at(folder / "one.map", ())
    name = (folder / "one.map").as_posix()
    for uses in ({}, {"common.map": ""}, {"common.map": None}):
        assert kept_api("key", Seen(seen.texts, {**seen.uses, name: uses}), program) is program.api
    key = seen.key({}, {})
    assert key is not None
    assert kept_api("other", seen, program) is program.api
    assert kept == []
    assert to_new(kept_api(key, seen, program)) == to_new(program.api)
    assert kept == [key]


# --- without ---------------------------------------------------------------------------------------------------------


def test_without_the_cache_nothing_is_read_or_kept(
    folder: Path, tmp_path: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load(folder, cache=False)
    monkeypatch.chdir(folder)
    loads(SPEC, cache=False)
    monkeypatch.setenv(VARIABLE, "off")
    load(folder)
    assert not (tmp_path / "cache").exists()
    assert len(compiled) == 3


def test_the_suite_runs_without_the_users() -> None:
    assert os.environ[VARIABLE] == "off"


# --- the guides ------------------------------------------------------------------------------------------------------

FIRST = """
import json, sys
from mapdsl import load, shipped, translate_request
for name, message, to in {calls}:
    made = translate_request(load(shipped(name)), message, to)
    print(made.endpoint)
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
print(json.dumps(sorted(name for name in sys.modules if name.startswith("mapdsl."))))
"""
CALLS = [
    ("voiso", {"method": "GET", "path": "/api/v4/messaging/whatsapp_templates"}, "old"),
    ("callr", {"method": "GET", "path": "/v2.0/billing/credit"}, "old"),
]
LIBRARIES = {"cattrs", "click", "hypothesis", "jsonpath_ng", "lark"}
COMPILER = {"analysis", "codegen", "diagnostics", "grammar", "ir", "lowering", "syntax", "testing"}


@pytest.fixture(scope="module")
def guides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that holds both guides."""
    place = tmp_path_factory.mktemp("guides") / "cache"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(place))
        for name, _, _ in CALLS:
            load(shipped(name))
    return place


def said(code: str, place: Path) -> list[str]:
    environment = {**os.environ, VARIABLE: str(place)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.splitlines()


def test_a_first_translation_from_the_cache_loads_no_library_and_nothing_of_the_compiler(guides: Path) -> None:
    *endpoints, libraries, modules = said(FIRST.format(calls=CALLS), guides)
    assert endpoints == ["list_whatsapp_templates", "billing_get_prepaid_credit"]
    assert LIBRARIES & set(json.loads(libraries)) == set()
    assert {f"mapdsl.{room}" for room in COMPILER} & set(json.loads(modules)) == set()


def test_all_shipped_specs_from_the_cache_hold_at_most_eight_mebibytes(guides: Path) -> None:
    code = f"""
import gc, tracemalloc
from mapdsl import load, shipped, translate_request
tracemalloc.start()
apis = [load(shipped(name)) for name in {[name for name, _, _ in CALLS]}]
gc.collect()
print(tracemalloc.get_traced_memory()[0])
"""
    (held,) = said(code, guides)
    assert int(held) <= 8 * 1024 * 1024


@pytest.mark.parametrize("name", [name for name, _, _ in CALLS])
def test_a_guide_from_the_cache_is_the_guide(guides: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that a unit declares comes back, functions by their names; the code is the same."""
    monkeypatch.setenv(VARIABLE, str(guides))
    kept, fresh = load(shipped(name)), guide(name).api
    monkeypatch.setattr(loading, "compile_program", None)
    assert kept is not fresh
    assert [each.unit.endpoint for each in kept.units] == [each.unit.endpoint for each in fresh.units]
    assert kept.lookups == fresh.lookups
    assert kept.catalog.edges == fresh.catalog.edges
    for one, other in zip(kept.units, fresh.units, strict=True):
        assert one.unit.spoken == other.unit.spoken  # which links both: guards of routes stand in their places then
        assert told(one.unit) == told(other.unit)


def told(value: Any) -> Any:
    """A declaration, its functions by name and code, without what follows from it or was remembered of it."""
    import attrs

    if attrs.has(type(value)):
        fields = [field.name for field in attrs.fields(type(value)) if field.init and field.name != "exact"]
        return type(value).__name__, {name: told(getattr(value, name)) for name in fields}
    if isinstance(value, (tuple, list)):
        return type(value).__name__, [told(each) for each in value]
    if isinstance(value, dict):
        return {key: told(each) for key, each in value.items()}
    if callable(value):
        code = value.__code__
        return value.__name__, code.co_code, code.co_names, code.co_varnames, code.co_filename, code.co_firstlineno
    return type(value).__name__, value


def test_translations_are_the_same(guides: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(guides))
    for name, message, to in CALLS:
        kept = translate_request(load(shipped(name)), message, to)
        fresh = translate_request(guide(name).api, message, to)
        assert kept.request == fresh.request
        assert kept.lost == fresh.lost


def test_text_that_differs_in_a_comment_alone_is_another_text(folder: Path, compiled: list[str]) -> None:
    load(folder)
    (folder / "one.map").write_text(SPEC + "# said\n", "utf-8")
    load(folder)
    assert len(compiled) == 2
    assert compile_text(COMMON).api.digest != load(folder).digest
