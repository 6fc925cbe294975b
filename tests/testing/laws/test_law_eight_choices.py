"""Law 8 draws edits that make another case of a `match` hold, and sees what comes back with them."""

from __future__ import annotations

from click.testing import CliRunner

from mapdsl.cli import commands
from mapdsl.runtime.residue.restore import _Restorer

SPEC = """mapdsl 1

endpoint save_method {
  old POST /v1/methods
  new POST /v2/methods
  request {
    match {
      case old kind is "card", new type is "card" { number <-> number; drop cvc_check }
      case old kind is "bank", new type is "bank" { iban <-> iban; drop mandate }
    }
  }
}
"""


def run(folder):
    (folder / "spec.map").write_text(SPEC, "utf-8")
    return CliRunner().invoke(commands, ["test", str(folder / "spec.map"), "--examples", "30", "--seed", "1"])


def test_the_laws_hold(tmp_path):
    result = run(tmp_path)
    assert (result.exit_code, "every law holds" in result.output) == (0, True), result.output


def test_residue_that_does_not_look_at_the_choice_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(_Restorer, "_chooses_again", lambda self, choice: True)
    result = run(tmp_path)
    assert "law 8" in result.output
    assert "changed" in result.output
