"""What analysis says of a rule: lossless, lossy, or what it needs."""

from __future__ import annotations

from mapdsl.pipeline import compile_text

TEXT = """
mapdsl 1
enum word open { "a" <-> "b" }
endpoint e {
  old POST /v1
  new POST /v2
  request { view <-> view }
  response {
    id <-> id
    match {
      case old @request.body.view is "full" { note <-> text; name <-> label : word }
      else { brief <-> text }
    }
    match {
      case old kind is "a", new kind is "a" { a <-> a }
      else pass
    }
  }
}
"""


def test_a_rule_of_a_case_that_the_request_chooses_needs_it() -> None:
    (unit,) = compile_text(TEXT).program.units
    claims = {rule.old: (rule.lossless_to_new, rule.lossless_to_old) for rule in unit.response[0].rules}

    assert claims["note"] == claims["brief"] == ("needs: the request", "needs: the request")
    assert claims["name"] == ("lossy: unlisted values pass untranslated",) * 2
    assert claims["id"] == claims["a"] == ("lossless", "lossless")


def test_a_literal_that_no_guard_of_the_other_side_writes_again_is_lost() -> None:
    text = """
mapdsl 1
endpoint e {
  old POST /v1
  new POST /v2
  request {
    match open {
      case old kind is "a" { x -> y }
      case old kind is "b", new type is "B" {}
      else pass
    }
    x <-> z
  }
}
"""
    (unit,) = compile_text(text).program.units
    claims = {rule.old: (rule.lossless_to_new, rule.lossless_to_old) for rule in unit.request[0].rules if rule.old}

    assert claims["kind"] == ("lossy: no place in the new API", "lossless")
    assert [rule.kind for rule in unit.request[0].rules if rule.old == "kind"] == ["case"]
