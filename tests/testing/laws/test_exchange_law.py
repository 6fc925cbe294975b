"""Law 7's made-up servers: the law holds on them, and sees a runtime that is broken in any of their ways."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest

from mapdsl.errors import TranslationError
from mapdsl.pipeline import CompiledProgram, compile_program
from mapdsl.runtime import Parts, Request
from mapdsl.runtime.calls import marks, pages, paging, update_request
from mapdsl.runtime.calls import paged_response as lists
from mapdsl.runtime.exchange import conversation
from mapdsl.runtime.translation import response as replies
from mapdsl.testing.generation import Document, Messages
from mapdsl.testing.laws.exchange_law import Served
from mapdsl.testing.laws.fake_servers import SECRET

SIDES = {
    "page": "page page=@query.page size=@query.size default=3 max=7 {marks} items=things",
    "own": "page page=@query.page {marks} items=things",
    "offset": "offset offset=@query.offset limit=@query.limit default=5 max=4 {marks} items=things",
    "cursor": "cursor cursor=@query.cursor limit=@query.limit default=4 max=4 next=next {marks} items=things",
    "none": "none items=things",
}
SINGLE = """mapdsl 1
endpoint list_things {
  old GET /v1/things
  new GET /v2/things
  response { name <-> title }
  failure { message <-> error.text }
}
"""
UPDATES = """mapdsl 1
shape thing { name <-> title; size <-> extent { h <-> height } }
endpoint get_thing {
  old GET /v1/things/{id}
  new GET /v2/things/{id}
  response { $ <-> thing { include thing } }
}
endpoint update_thing {
  old PUT /v1/things/{id}
  new PATCH /v2/things/{id}
  replace read_modify_write from get_thing $ <-> thing
  request { include thing }
  response { $ <-> thing { include thing } }
}
"""
CLIENTS = {UPDATES: ("old", "new")}
Run = Callable[..., list[str]]


def listing(asks: str, serves: str, marks: str) -> str:
    old, new = (SIDES[name].format(marks=marks) for name in (asks, serves))
    old = old.replace("max=4", "max=100").replace("max=7", "max=100").replace("default=5", "default=4")
    new = new.replace("default=5", "default=4")
    return f"""mapdsl 1
endpoint list_things {{
  old GET /v1/things
  new GET /v2/things
  paging {{ old {old}; new {new} }}
  response {{ things[] <-> things[] key n {{ n <-> number : string }} }}
}}
"""


@functools.cache
def compiled(text: str, folder: Path) -> CompiledProgram:
    path = folder / "things.map"
    path.write_text(text, "utf-8")
    return compile_program(path)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The places where law 7 breaks in so many exchanges of the old client."""

    @functools.cache
    def messages(text: str) -> Messages:
        program = compiled(text, tmp_path_factory.mktemp("served"))
        return Messages(program.api, program.program, program.program.units[-1])

    def breaks(text: str, count: int = 60) -> list[str]:
        random = Random(text)
        found = [
            difference
            for client in CLIENTS.get(text, ("old",))
            for _ in range(count)
            for _, difference in Served(messages(text), client).check(random)
        ]
        return [f"{where}: expected {expected}, found {came}" for where, expected, came in found]

    return breaks


@pytest.mark.parametrize("asks", SIDES)
@pytest.mark.parametrize("serves", SIDES)
@pytest.mark.parametrize("said", ["more=more total=total", "more=more", "total=total", ""])
@pytest.mark.parametrize("many", [4, pytest.param(12, marks=pytest.mark.long)])
def test_lists_hold_in_every_pair_of_schemes(run: Run, asks: str, serves: str, said: str, many: int):
    assert run(listing(asks, serves, said), many) == []


def test_single_calls_hold(run: Run):
    assert run(SINGLE, 150) == []


def test_updates_hold(run: Run):
    assert run(UPDATES, 100) == []


TWO = """mapdsl 1
prefer endpoint get_user { old GET /v1/users/{name}; new GET /v2/users/{id}; request { @path.name <-> @path.id } }
endpoint get_me { old GET /v1/users/me; new GET /v2/users/current }
endpoint get_again { old GET /v1/people/{name}; new GET /v2/users/{user}; request { @path.name <-> @path.user } }
"""


def test_a_call_that_another_endpoint_reads_is_a_break(tmp_path: Path):
    program = compiled(TWO, tmp_path)
    user, _, again = (Messages(program.api, program.program, unit) for unit in program.program.units)

    def calls(messages: Messages, path: str) -> list[Any]:
        return list(Served(messages, "old").read_back(Request("GET", path, {}, {}, None)))

    assert calls(user, "/v2/users/7") == []
    assert calls(again, "/v2/users/7") == []  # the same route: `prefer` says whose it is
    assert calls(user, "/v2/users/current") == [
        (("path",), "a path that get_user reads", "/v2/users/current, which get_me reads")
    ]


def test_path_parameters_are_drawn_from_literals_of_other_routes_and_odd_texts(tmp_path: Path):
    program = compiled(TWO, tmp_path)
    messages = Messages(program.api, program.program, program.program.units[0])

    drawn = list(messages.odd_paths("old", [Document(Parts(path={"name": "x"}), None, "valid")]))

    values = {document.parts.path["name"] for document in drawn}
    assert {"me", "people", "", ".", "..", "a.b", "%2F", "a b", "zoë"} <= values


# --- broken runtimes -----------------------------------------------------------------------------------------------


def ends_on_a_short_page(patch: pytest.MonkeyPatch) -> None:
    whole = pages._goes_on
    patch.setattr(
        pages, "_goes_on", lambda server, order, *rest: False if order[-1].short else whole(server, order, *rest)
    )


def takes_more_false_for_unsaid(patch: pytest.MonkeyPatch) -> None:
    real = marks.marks_of

    def without(server: Any, page: Any) -> Any:
        made = real(server, page)
        return attrs.evolve(made, more=made.more or None)

    patch.setattr(pages, "marks_of", without)


def takes_no_numbers_as_cursors(patch: pytest.MonkeyPatch) -> None:
    real = marks.marks_of

    def texts_only(server: Any, page: Any) -> Any:
        made = real(server, page)
        return made if isinstance(made.next, str) else attrs.evolve(made, next=None)

    patch.setattr(pages, "marks_of", texts_only)
    patch.setattr(pages, "contradictions", lambda *_: iter(()))


def takes_marks_of_any_type(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pages, "misfit_marks", lambda *_: iter(()))


def heeds_no_contradictions(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pages, "contradictions", lambda *_: iter(()))


def leaves_holes(patch: pytest.MonkeyPatch) -> None:
    real = pages.Listing.laid
    patch.setattr(pages.Listing, "laid", lambda self: attrs.evolve(real(self), holes=()))


def says_no_more(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(paging, "_more", lambda *_: False)


def ends_at_a_failure(patch: pytest.MonkeyPatch) -> None:
    """A failed page counts as an empty one."""
    patch.setattr(lists.ListReplies, "failure", lambda self: None)


def counts_failures_as_successes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(replies.Replies, "failure", lambda self: None)


def raises_where_a_failure_does_not_fit(patch: pytest.MonkeyPatch) -> None:
    def refuse(self: Any, *_: Any) -> Any:
        raise TranslationError([])

    patch.setattr(replies.Replies, "translate_failure", refuse)


def answers_every_failure_with_200(patch: pytest.MonkeyPatch) -> None:
    real = conversation.Conversation._finish

    def finish(self: Any, got: Any, lost: Any) -> Iterator[Any]:
        response = attrs.evolve(got.response, status=200)
        return real(self, attrs.evolve(got, responses=(response,)), lost)

    patch.setattr(conversation.Conversation, "_finish", finish)


def sends_secrets_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(replies.Replies, "hide", lambda self, reply: reply)


def shows_secrets_in_losses(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(replies, "HIDDEN", SECRET["client_secret"])


def keeps_secrets_from_their_server(patch: pytest.MonkeyPatch) -> None:
    def write(self: Any, current: Parts, etag: Any) -> Any:
        spoken = self.first.prepared.spoken("reply", self.to)
        return real(self, Parts(spoken.masked(current.body)), etag)

    real = update_request.UpdateTranslation.write
    patch.setattr(update_request.UpdateTranslation, "write", write)


def writes_what_rules_name_alone(patch: pytest.MonkeyPatch) -> None:
    real = update_request.merged
    patch.setattr(update_request, "merged", lambda current, update, keep, named: real(current, update, False, named))


def writes_the_whole_object_to_a_side_of_parts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(update_request, "changed", lambda replace, current, wanted: {**current, **wanted})


BOTH = "more=more total=total"
BROKEN = [
    (ends_on_a_short_page, listing("none", "offset", "more=more")),
    (ends_on_a_short_page, listing("offset", "page", "more=more")),
    (takes_more_false_for_unsaid, listing("offset", "cursor", "more=more")),
    (takes_no_numbers_as_cursors, listing("none", "cursor", "")),
    (takes_marks_of_any_type, listing("page", "offset", BOTH)),
    (heeds_no_contradictions, listing("none", "offset", BOTH)),
    (heeds_no_contradictions, listing("cursor", "page", "total=total")),
    (leaves_holes, listing("none", "offset", BOTH)),
    (says_no_more, listing("offset", "offset", "more=more")),
    (says_no_more, listing("cursor", "offset", BOTH)),
    (ends_at_a_failure, listing("none", "offset", "more=more")),
    (sends_secrets_on, listing("none", "offset", BOTH).replace("string }", "string; rest keep }")),
    (shows_secrets_in_losses, listing("none", "offset", BOTH)),
    (keeps_secrets_from_their_server, UPDATES),
    (writes_what_rules_name_alone, UPDATES),
    (writes_the_whole_object_to_a_side_of_parts, UPDATES),
    (counts_failures_as_successes, SINGLE),
    (raises_where_a_failure_does_not_fit, SINGLE),
    (answers_every_failure_with_200, SINGLE),
    (answers_every_failure_with_200, listing("page", "offset", BOTH)),
]


@pytest.mark.parametrize(("how", "text"), BROKEN)
def test_a_broken_runtime_breaks_the_law(run: Run, monkeypatch: pytest.MonkeyPatch, how: Any, text: str):
    how(monkeypatch)
    assert run(text, 80)
