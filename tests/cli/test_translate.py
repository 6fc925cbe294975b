"""`mapdsl translate`: one message in, the translated one out, losses beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

Write = Callable[[str, Any], Path]

REQUEST = {"method": "POST", "path": "/v1/OLD/send", "body": {"number": "1", "agent": "7"}}
KEYS = {"key": {"OLD": "NEW"}}
NEW = {
    "method": "POST",
    "path": "/v2/messages",
    "query": {},
    "headers": {"Authorization": "Bearer NEW"},
    "body": {"phone_number": "1"},
}


def test_a_request_goes_in_and_its_translation_comes_out(run: Run, spec: Path, write: Write) -> None:
    done = run("translate", spec, "--to", "new", "--lookups", write("keys.json", KEYS), write("sms.json", REQUEST))
    assert (done.code, done.json) == (0, NEW)


@pytest.mark.parametrize("file", [["-"], []])
def test_the_message_is_read_from_standard_input(run: Run, spec: Path, write: Write, file: list[str]) -> None:
    keys = write("keys.json", KEYS)
    done = run("translate", spec, "--to", "new", "--lookups", keys, *file, stdin=json.dumps(REQUEST))
    assert (done.code, done.json) == (0, NEW)


def test_losses_stand_on_standard_error_with_the_rule(run: Run, spec: Path, write: Write) -> None:
    done = run("translate", spec, "--to", "new", "--lookups", write("keys.json", KEYS), write("sms.json", REQUEST))
    (line,) = done.err.splitlines()
    assert line.startswith('dropped: body.agent = "7": ')
    assert "send.map:16: drop agent" in line


def test_strict_fails_where_anything_is_lost_and_prints_no_message(run: Run, spec: Path, write: Write) -> None:
    done = run("translate", spec, "--to", "new", "--strict", write("sms.json", REQUEST))
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: body.agent: expected nothing dropped")


@pytest.mark.parametrize(
    ("kinds", "code"), [("dropped", 1), ("dropped,owed", 1), ("owed", 0), ("untranslated, owed", 0)]
)
def test_strict_may_name_the_kinds_of_losses(run: Run, spec: Path, write: Write, kinds: str, code: int) -> None:
    keys = write("keys.json", KEYS)
    done = run("translate", spec, "--to", "new", "--lookups", keys, f"--strict={kinds}", write("sms.json", REQUEST))
    assert done.code == code
    assert done.err.startswith("error: body.agent: expected nothing dropped" if code else "dropped: body.agent")


def test_strict_that_names_no_kind_is_a_mistake_of_usage(run: Run, spec: Path, write: Write) -> None:
    done = run("translate", spec, "--to", "new", "--strict=lost", write("sms.json", REQUEST))
    assert done.code == 2
    assert "--strict names 'lost': a loss is one of dropped, untranslated, owed." in done.err


def test_the_three_kinds_stand_apart(run: Run, spec: Path, write: Write) -> None:
    message = {**REQUEST, "query": {"trace": "1"}, "path": "/v1/{api_key}/send"}
    done = run("translate", spec, "--to", "new", "--full", write("sms.json", message))
    assert [line.split(" = ")[0] for line in done.err.splitlines()] == [
        "dropped: body.agent",
        "untranslated: query.trace",
        "owed: path.api_key",
    ]
    assert sorted(loss["kind"] for loss in done.json["lost"]) == ["dropped", "owed", "untranslated"]


def test_what_did_not_arrive_is_told_first(run: Run, spec: Path, write: Write) -> None:
    message = {**REQUEST, "query": {"trace": "1", "password": "p"}, "path": "/v1/{api_key}/send"}
    done = run("translate", spec, "--to", "new", write("sms.json", message))
    assert [line.split(" = ")[0] for line in done.err.splitlines()] == [
        "dropped: body.agent",
        "dropped: query.password",
        "untranslated: query.trace",
        "owed: path.api_key",
    ]


def test_lookups_whose_keys_are_no_text_are_pairs(run: Run, spec: Path, write: Write) -> None:
    lookups = write("lookups.json", {"team": [[11, "Sales"], [12, "Support"]]})
    message = {"method": "POST", "path": "/v1/{api_key}/send", "body": {"number": "1", "team_id": 12}}
    done = run("translate", spec, "--to", "new", "--lookups", lookups, write("sms.json", message))
    assert done.json["body"] == {"phone_number": "1", "team": "Support"}


def test_an_unanswered_lookup_names_itself_and_what_it_was_asked(run: Run, spec: Path, write: Write) -> None:
    message = {"method": "POST", "path": "/v1/{api_key}/send", "body": {"number": "1", "team_id": 12}}
    done = run("translate", spec, "--to", "new", write("sms.json", message))
    assert (done.code, done.out) == (1, "")
    assert "lookups.team: expected answers for 12" in done.err


@pytest.mark.parametrize(
    ("lookups", "complaint"),
    [
        ({"team": "x"}, "team: expected an object, old to new, or a list of [old, new] pairs"),
        ({"team": [[1]]}, "team[0]: expected a pair [old, new]"),
        ({"team": [[1, "a"], [[2], "b"]]}, "team[1]: expected a pair [old, new]"),
        ({"team": [[1, "a"], [1, "b"]]}, "team[1]: this key stands in the list a second time"),
        ([], 'lookups are an object such as {"NAME": {"old": "new"}}'),
    ],
)
def test_a_file_of_lookups_in_another_form_is_refused(
    run: Run, spec: Path, write: Write, lookups: Any, complaint: str
) -> None:
    done = run("translate", spec, "--to", "new", "--lookups", write("l.json", lookups), write("sms.json", REQUEST))
    assert done.code == 1
    assert complaint in done.err


@pytest.mark.parametrize(
    "digits", ["100.10", "0.1", "3562.67", "123456789012345678901234567890", "0.123456789012345678"]
)
def test_numbers_keep_their_digits_both_ways(run: Run, spec: Path, digits: str) -> None:
    """What json reads as a float would be 100.1."""
    old = f'{{"status": 200, "body": {{"balance": {digits}}}}}'
    there = run("translate", spec, "--to", "new", "--response", "--endpoint", "balance", stdin=old)
    assert there.json["body"] == {"balance": {"amount": digits}}
    back = run("translate", spec, "--to", "old", "--response", "--endpoint", "balance", stdin=there.out)
    assert f'"balance": {digits}\n' in back.out


def test_text_is_utf_8_whatever_the_terminal_speaks(run: Run, spec: Path) -> None:
    message = json.dumps({"method": "POST", "path": "/v1/{api_key}/send", "body": {"number": "тест ✓"}})
    done = run("translate", spec, "--to", "new", stdin=message.encode(), env={"PYTHONIOENCODING": "ascii"})
    assert '"phone_number": "тест ✓"' in done.out


# --- there and back ------------------------------------------------------------------------------------------------


@pytest.fixture
def sent(run: Run, spec: Path, write: Write) -> Path:
    """What --full prints for REQUEST."""
    keys = write("keys.json", KEYS)
    done = run("translate", spec, "--to", "new", "--full", "--lookups", keys, write("sms.json", REQUEST))
    return write("sent.json", done.out)


def test_full_prints_all_there_is_to_know_without_the_credential(sent: Path) -> None:
    full = json.loads(sent.read_text("utf-8"))
    assert list(full) == ["endpoint", "variant", "to", "request", "messages", "lost", "residue"]
    assert (full["endpoint"], full["variant"], full["to"]) == ("send", None, "new")
    assert full["request"] == {**REQUEST, "path": "/v1/***/send", "query": {}, "headers": {}}
    assert full["messages"] == [NEW]
    (lost,) = full["lost"]
    assert (lost["path"], lost["value"], lost["rule"]["line"]) == ("body.agent", "7", 16)


def test_the_reply_is_translated_with_what_full_printed_for_its_request(
    run: Run, spec: Path, write: Write, sent: Path
) -> None:
    reply = write("reply.json", {"status": 201, "body": {"sms": {"id": "x"}}})
    done = run("translate", spec, "--to", "old", "--response", "--request", sent, reply)
    assert (done.code, done.json) == (0, {"status": 201, "headers": {}, "body": {"sms_id": "x"}})


@pytest.mark.parametrize("whole", [True, False], ids=["all that --full printed", "the residue alone"])
def test_the_residue_brings_back_what_was_lost(run: Run, spec: Path, write: Write, sent: Path, whole: bool) -> None:
    full = json.loads(sent.read_text("utf-8"))
    residue = sent if whole else write("residue.json", full["residue"])
    message, keys = write("new.json", full["messages"][0]), write("keys.json", KEYS)
    done = run("translate", spec, "--to", "old", "--residue", residue, "--lookups", keys, message)
    assert done.json == {**REQUEST, "query": {}, "headers": {}}


def test_a_full_response_is_a_record_too(run: Run, spec: Path, write: Write, sent: Path) -> None:
    reply = {"status": 200, "headers": {"Set-Cookie": "secret"}, "body": {"sms_id": "x", "segments": 1}}
    done = run("translate", spec, "--to", "new", "--response", "--endpoint", "send", "--full", stdin=json.dumps(reply))
    assert done.json["request"]["headers"] == {"Set-Cookie": "***"}
    assert done.json["messages"] == [{"status": 200, "headers": {}, "body": {"sms": {"id": "x"}}}]
    assert [loss["path"] for loss in done.json["lost"]] == ["body.segments", "headers.Set-Cookie"]


def test_a_reply_goes_the_other_way_than_its_request(run: Run, spec: Path, sent: Path) -> None:
    done = run("translate", spec, "--to", "new", "--response", "--request", sent, stdin='{"status": 200}')
    assert done.code == 2
    assert "was translated to new, so its response goes --to old" in done.err


def test_a_file_that_full_did_not_print_is_no_request(run: Run, spec: Path, write: Write) -> None:
    plain = write("plain.json", REQUEST)
    done = run("translate", spec, "--to", "old", "--response", "--request", plain, stdin='{"status": 200}')
    assert done.code == 1
    assert "no record of a translated request" in done.err


# --- what is refused -----------------------------------------------------------------------------------------------


def test_all_problems_of_a_message_are_named_with_path_and_rule(run: Run, spec: Path, write: Write) -> None:
    body = {"number": "1", "price": "dear", "team_id": "eleven"}
    message = {"method": "POST", "path": "/v1/{api_key}/send", "body": body}
    done = run("translate", spec, "--to", "new", "--lookups", write("l.json", {"team": []}), write("m.json", message))
    assert (done.code, done.out) == (1, "")
    assert 'body.price: expected a number, found "dear"' in done.err
    assert "body.team_id: expected" in done.err
    assert "send.map:14: price" in done.err


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "expected a name in double quotes"),
        ('{"method": "GET", "method": "PUT"}', 'expected every name once, found "method" again'),
        ('{"path": NaN}', "NaN"),
        ("[" * 200 + "]" * 200, "expected at most 128 levels"),
        ('"sms"', "a message is a JSON object"),
        ("{}", "method"),
        ('{"method": "GET", "path": "/nowhere"}', "expected a route of the old API"),
    ],
)
def test_what_is_no_message_is_one_clear_error(run: Run, spec: Path, text: str, complaint: str) -> None:
    done = run("translate", spec, "--to", "new", stdin=text)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert complaint in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "Missing option '--to'"),
        (["--to", "nwe"], "'nwe' is not one of 'new', 'old'"),
        (["--to", "new", "--response"], "A response does not say what it answers"),
        (["--to", "new", "--request", __file__], "--request goes with --response"),
        (["--to", "new", "--lookups", "-", "-"], "Standard input (-) can be read once"),
        (["--to", "new", "--endpoint", "sned"], "no endpoint 'sned' in these specs. Did you mean send?"),
        (["--to", "new", "no-such-file.json"], "does not exist"),
        (["--to", "new"], "standard input is empty. It should hold a request"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_what_is_right(
    run: Run, spec: Path, arguments: list[str], complaint: str
) -> None:
    done = run("translate", spec, *arguments)
    assert (done.code, done.out) == (2, "")
    assert complaint in done.err


def test_specs_that_are_neither_a_path_nor_shipped_are_wrong_usage(run: Run) -> None:
    done = run("translate", "viso", "--to", "new")
    assert done.code == 2
    assert "'viso' is neither a file nor a folder" in done.err
    assert "voiso" in done.err


def test_a_guide_that_comes_with_the_package_goes_by_its_name(run: Run) -> None:
    message = '{"method": "GET", "path": "/api/v1/KEY/balance"}'
    assert run("translate", "voiso", "--to", "new", stdin=message).json["path"] == "/api/v4/billing/balance"


RPC = """
mapdsl 1
old rpc /json-rpc/
endpoint send { old rpc sms.send(to, body?); new POST /sms; request { to <-> number }; response { $ <-> sid : lower } }
"""


def test_a_call_its_record_and_its_reply(run: Run, tmp_path: Path, write: Write) -> None:
    spec = tmp_path / "rpc.map"
    spec.write_text(RPC, "utf-8")
    body = {"jsonrpc": "2.0", "id": "a-1", "method": "sms.send", "params": ["+336"]}
    call = write("call.json", {"method": "POST", "path": "/json-rpc/", "body": body})
    full = run("translate", spec, "--to", "new", "--full", call)
    assert full.code == 0
    assert full.json["messages"][0]["body"] == {"number": "+336"}
    reply = write("reply.json", {"status": 200, "body": {"sid": "8242d945"}})
    options = ["--response", "--request", write("full.json", full.json)]
    done = run("translate", spec, "--to", "old", *options, reply)
    assert (done.code, done.json["body"]) == (0, {"jsonrpc": "2.0", "id": "a-1", "result": "8242D945"})
    shown = run("show", spec, "send")
    assert "old  rpc sms.send(to, body)" in shown.out


def test_what_is_no_call_is_told(run: Run, tmp_path: Path, write: Write) -> None:
    spec = tmp_path / "rpc.map"
    spec.write_text(RPC, "utf-8")
    done = run(
        "translate", spec, "--to", "new", write("call.json", {"method": "POST", "path": "/json-rpc/", "body": []})
    )
    assert done.code == 1
    assert "one call, for batches are not taken" in done.err


def test_the_command_line_speaks_of_its_own_option(run: Run, tmp_path: Path) -> None:
    spec = tmp_path / "s.map"
    endpoint = "endpoint e { old POST /a; new POST /b\n request { s <-> t : l } }\n"
    spec.write_text(f"mapdsl 1\nlookup l : string <-> string\n{endpoint}")
    done = run("translate", spec, "--to", "new", stdin='{"method": "POST", "path": "/a", "body": {"s": "q"}}')
    assert done.code == 1
    assert 'expected answers for "q", found no such lookup' in done.err
    assert 'help: answer it in a file, {"l": {"old": "new"}}, and pass it with --lookups FILE' in done.err
    assert "lookups={" not in done.err
