"""Every place of a credential against every other: what arrives, what is owed, and where the secret never stays."""

from __future__ import annotations

import json
import pickle
from functools import cache
from itertools import product
from typing import Any

import pytest

from mapdsl import Api, MapError, loads, translate_request
from mapdsl.runtime import record

SECRETS = {"old": "old:s3cr3t", "new": "new:t0k3n"}
LOOKUPS = {"key": {SECRETS["old"]: SECRETS["new"]}}
OTHER = {"old": "new", "new": "old"}

# kind: (as the spec says it, where `lost` sees it, each side's message that carries it, and one that carries none).
PLACES: dict[str, tuple[str, str, dict[str, dict[str, Any]], dict[str, Any]]] = {
    "path": (
        "@path.key",
        "path.key",
        {"old": {"path": "/old/old%3As3cr3t/u"}, "new": {"path": "/new/new%3At0k3n/u"}},
        {"old": {"path": "/old/{key}/u"}, "new": {"path": "/new/{key}/u"}},
    ),
    "query": (
        "@query.key",
        "query.key",
        {"old": {"query": {"key": "old:s3cr3t"}}, "new": {"query": {"key": "new:t0k3n"}}},
        {"old": {}, "new": {}},
    ),
    "header": (
        "@header.X-Key",
        "headers.X-Key",
        {"old": {"headers": {"X-Key": "old:s3cr3t"}}, "new": {"headers": {"X-Key": "new:t0k3n"}}},
        {"old": {}, "new": {}},
    ),
    "a header that passes": (
        "@header.Idempotency-Key",
        "headers.Idempotency-Key",
        {"old": {"headers": {"Idempotency-Key": "old:s3cr3t"}}, "new": {"headers": {"Idempotency-Key": "new:t0k3n"}}},
        {"old": {}, "new": {}},
    ),
    "bearer": (
        "bearer",
        "headers.Authorization",
        {
            "old": {"headers": {"Authorization": "Bearer old:s3cr3t"}},
            "new": {"headers": {"Authorization": "Bearer new:t0k3n"}},
        },
        {"old": {}, "new": {}},
    ),
    "basic": (
        "basic",
        "headers.Authorization",
        {
            "old": {"headers": {"Authorization": "Basic b2xkOnMzY3IzdA=="}},
            "new": {"headers": {"Authorization": "Basic bmV3OnQwazNu"}},
        },
        {"old": {}, "new": {}},
    ),
}
PAIRS = [(old, new, to) for old, new in product(PLACES, PLACES) for to in ("new", "old")]
SPELLINGS = {
    "old": ("old:s3cr3t", "old%3As3cr3t", "b2xkOnMzY3IzdA=="),
    "new": ("new:t0k3n", "new%3At0k3n", "bmV3OnQwazNu"),
}


@cache
def api(old: str, new: str) -> Api:
    path = {kind: "/{key}" if kind == "path" else "" for kind in PLACES}
    return loads(f"""mapdsl 1
credential key
auth moved credential key {{ old {PLACES[old][0]}; new {PLACES[new][0]} }}
endpoint e {{
  old POST /old{path[old]}/u
  new POST /new{path[new]}/u
  auth moved
  request {{ n <-> m : clock_seconds }}
}}
""")


def message(side: str, parts: dict[str, Any], body: Any = None) -> dict[str, Any]:
    return {"method": "POST", "path": f"/{side}/u", "query": {}, "headers": {}, "body": body, **parts}


def leaks(shown: object, *sides: str) -> list[str]:
    """Spellings of the secrets of these sides that stand in a text or in bytes."""
    text = shown.decode("latin-1") if isinstance(shown, bytes) else str(shown)
    return [spelling for side in sides for spelling in SPELLINGS[side] if spelling in text]


@pytest.mark.parametrize(("old", "new", "to"), PAIRS)
def test_an_answered_credential_moves_and_comes_home(old: str, new: str, to: str) -> None:
    kinds, came = {"old": old, "new": new}, OTHER[to]
    incoming = message(came, PLACES[kinds[came]][2][came])
    sent = translate_request(api(old, new), incoming, to=to, lookups=LOOKUPS)
    assert sent.request.to_dict() == message(to, PLACES[kinds[to]][2][to])
    assert (sent.lost, sent.request.unfilled) == ((), ())
    assert leaks(f"{sent!r} {sent.request!r} {json.dumps(sent.residue)}", "old", "new") == []
    assert leaks(pickle.dumps(sent), came) == []
    home = translate_request(api(old, new), sent.request, to=came, lookups=LOOKUPS, residue=sent.residue)
    assert home.request.to_dict() == incoming


@pytest.mark.parametrize(("old", "new", "to"), PAIRS)
def test_one_that_nobody_answers_is_owed_and_left_nowhere(old: str, new: str, to: str) -> None:
    kinds, came = {"old": old, "new": new}, OTHER[to]
    sent = translate_request(api(old, new), message(came, PLACES[kinds[came]][2][came]), to=to)
    assert sent.request.to_dict() == message(to, PLACES[kinds[to]][3][to])
    assert sent.request.unfilled == ("key",)
    where = PLACES[kinds[came]][1]
    assert [(loss.path, loss.value, loss.reason) for loss in sent.lost] == [
        (where, "***", "credential key is not answered")
    ]
    assert leaks(f"{sent!r} {sent.request.to_dict()} {sent.lost!r} {json.dumps(sent.residue)}", came) == []
    assert leaks(pickle.dumps(sent), came) == []


@pytest.mark.parametrize(("old", "new", "to"), PAIRS)
def test_a_message_without_one_is_owed_it_too(old: str, new: str, to: str) -> None:
    kinds, came = {"old": old, "new": new}, OTHER[to]
    sent = translate_request(api(old, new), message(came, PLACES[kinds[came]][3][came]), to=to, lookups=LOOKUPS)
    assert sent.request.to_dict() == message(to, PLACES[kinds[to]][3][to])
    assert sent.request.unfilled == ("key",)
    assert [(loss.path, loss.value, loss.reason) for loss in sent.lost] == [
        (PLACES[kinds[came]][1], "***", "the message carries none")
    ]


@pytest.mark.parametrize(("old", "new", "to"), PAIRS)
def test_no_error_and_no_record_shows_it(old: str, new: str, to: str) -> None:
    kinds, came = {"old": old, "new": new}, OTHER[to]
    carried = PLACES[kinds[came]][2][came]
    wrong = message(came, carried, {"n" if came == "old" else "m": "no time"})
    with pytest.raises(MapError) as caught:
        translate_request(api(old, new), wrong, to=to, lookups=LOOKUPS)
    with pytest.raises(MapError) as strict:
        translate_request(api(old, new), message(came, carried), to=to, strict=True)
    for error in (caught.value, strict.value):
        assert leaks(f"{error} {error!r}", "old", "new") == []
        assert leaks(pickle.dumps(error), "old", "new") == []
    incoming = message(came, carried)
    sent = translate_request(api(old, new), incoming, to=to, lookups=LOOKUPS)
    assert leaks(json.dumps(record(api(old, new), incoming, sent)), came) == []
