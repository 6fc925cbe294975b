"""A header has one name wherever it is told of: where it stands in the message, in the spelling that came."""

from __future__ import annotations

from typing import Any

import pytest

from mapdsl import Api, TranslationError, translate_request, translate_response
from mapdsl.pipeline import compile_text
from mapdsl.testing.interpreter import interpreted

SPEC = """mapdsl 1
endpoint plain {
  old POST /old
  new POST /new
  request { drop @header.X-Gone; add @header.X-More = "m"; @header.X-Old <-> @header.X-New }
  response {
    match {
      case old k is 1, new k is 1 { @header.X-Hint <-> @header.X-Tip }
      else pass
    }
    drop @header.X-Gone
    add @header.X-More = "m"
  }
}
endpoint several {
  old POST /old/list
  new POST /new/list
  request { fan list[] { to <-> phone; add @header.X-More = "m" } }
  response { gather status[] all { id <-> message_id } }
}
"""
COMPILED = compile_text(SPEC)
ROUTES = {"old": "/old", "new": "/new"}


@pytest.fixture(scope="module", params=["generated", "interpreter"])
def api(request: Any) -> Api:
    return COMPILED.api if request.param == "generated" else interpreted(COMPILED.program)


@pytest.mark.parametrize(
    ("to", "headers", "lost"),
    [
        ("new", {"x-GONE": "1", "Digest": "d"}, ["headers.Digest", "headers.x-GONE"]),
        ("old", {"x-MORE": "1", "Digest": "d"}, ["headers.Digest", "headers.x-MORE"]),
    ],
)
def test_a_rule_that_loses_a_header_names_it_like_the_table(api: Api, to: str, headers: Any, lost: list[str]) -> None:
    path = ROUTES["old" if to == "new" else "new"]
    asked = translate_request(api, {"method": "POST", "path": path, "headers": headers, "body": {}}, to=to)
    assert sorted(loss.path for loss in asked.lost) == lost
    told = translate_response(api, {"status": 200, "headers": headers, "body": {}}, to=to, endpoint="plain")
    assert sorted(loss.path for loss in told.lost) == lost


@pytest.mark.parametrize(("to", "name"), [("new", "X-HINT"), ("old", "X-TIP")])
def test_so_does_a_case_that_is_not_taken(api: Api, to: str, name: str) -> None:
    made = translate_response(api, {"status": 200, "headers": {name: "1"}, "body": {}}, to=to, endpoint="plain")
    assert [(loss.path, loss.reason) for loss in made.lost] == [
        (f"headers.{name}", "belongs to a case that was not taken")
    ]


@pytest.mark.parametrize(("to", "name"), [("new", "x-OLD"), ("old", "x-NEW")])
def test_so_does_a_refusal(api: Api, to: str, name: str) -> None:
    message = {"method": "POST", "path": ROUTES["old" if to == "new" else "new"], "headers": {name: ["1", "2"]}}
    with pytest.raises(TranslationError) as caught:
        translate_request(api, {**message, "body": {}}, to=to)
    assert [problem.path for problem in caught.value.problems] == [f"headers.{name}"]


def test_each_of_several_messages_has_its_own_spelling(api: Api) -> None:
    sent = [
        {"method": "POST", "path": "/new/list", "headers": {name: "1"}, "body": {"phone": "5"}}
        for name in ("X-More", "x-MORE")
    ]
    made = translate_request(api, sent, to="old")
    assert [loss.path for loss in made.lost] == ["[0].headers.X-More", "[1].headers.x-MORE"]
