"""A tiny guide and a way to run commands on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from click.testing import CliRunner

from mapdsl.cli import commands

SPEC = """\
mapdsl 1

lookup team : integer <-> string
credential key
auth keys credential key { old @path.api_key; new bearer }

endpoint send {
  old POST /v1/{api_key}/send
  new POST /v2/messages
  auth keys

  request {
    number  <-> phone_number
    price   <-> cost.amount : number_decimal
    team_id <-> team        : team
    drop agent
  }
  response {
    sms_id <-> sms.id
    drop segments
  }

  example "a number" {
    old request { body: {number: "1"} }
    new request { body: {phone_number: "1"} }
  }
}

endpoint balance {
  old GET /v1/{api_key}/balance
  new GET /v2/balance
  auth keys
  response { balance <-> balance.amount : number_decimal }
}
"""


@attrs.frozen
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run() -> Run:
    """run("check", path, stdin="...") -> exit code, standard output, standard error."""

    def run(*arguments: object, stdin: str | bytes = "", env: dict[str, str] | None = None, color: bool = False) -> Ran:
        words = [str(argument) for argument in arguments]
        done = CliRunner().invoke(commands, words, input=stdin, env=env, prog_name="mapdsl", color=color)
        return Ran(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    file = tmp_path / "specs" / "send.map"
    file.parent.mkdir()
    file.write_text(SPEC, "utf-8")
    return file


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, Any], Path]:
    """write("name.json", value or text) -> the path of that file."""

    def write(name: str, content: Any) -> Path:
        file = tmp_path / name
        file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return file

    return write
