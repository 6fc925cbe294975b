"""A loaded API as a program sees it."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import attrs
import pytest

from mapdsl.runtime import Api, Parts, rebuild_with
from mapdsl.version import __version__
from tests.runtime.toys import LIST, ONE, SMS, toy_api, ways

API = toy_api()


def test_an_api_is_a_mapping_of_endpoints():
    assert list(API) == ["send_sms", "calls", "users"]
    assert len(API) == 3
    assert "calls" in API
    assert "nope" not in API
    assert API["calls"].name == "calls"
    assert API["calls"].file == "toy.map"
    assert API["calls"].variants == ("one", "list")
    assert [endpoint.name for endpoint in API.values()] == list(API)
    assert repr(API) == "<Api of 3 endpoints: send_sms, calls, users>"
    assert repr(API["users"]) == "<Endpoint users>"
    with pytest.raises(KeyError):
        API["nope"]


def test_lookups_are_what_a_program_must_answer():
    assert list(API.lookups) == ["sender", "api_key"]
    assert list(API["send_sms"].lookups) == ["sender", "api_key"]
    assert API["send_sms"].lookups["api_key"].credential
    assert dict(API["users"].lookups) == {}
    same = toy_api(attrs.evolve(SMS, auth=attrs.evolve(SMS.auth, same=True)))
    assert list(same["send_sms"].lookups) == ["sender"]


def test_an_api_cannot_be_changed():
    with pytest.raises(AttributeError, match="immutable"):
        API.digest = "x"
    with pytest.raises(AttributeError, match="immutable"):
        del API.units
    with pytest.raises(TypeError):
        API["x"] = 1
    assert copy.copy(API) is API
    assert copy.deepcopy([API])[0] is API
    assert {API: 1}[API] == 1


def test_transform_gives_the_compiled_function():
    to_new = API["send_sms"].transform("request", to="new")
    assert to_new({"number": "1", "sender": "Ann"}, {"sender": {"Ann": 7}}) == {"phone_number": "1", "sender_id": 7}
    assert to_new.keys({"sender": "Ann"}) == {"sender": ["Ann"]}


def test_transform_takes_the_variant_that_an_empty_request_means():
    body = {"records": [{"id": 1}]}
    assert API["calls"].transform("response", "new")(body) == {"calls": [{"id": 1}]}
    assert API["calls"].transform("response", "new", variant="one")(body) == body


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        (("body", "new"), ValueError, 'part must be "request" or "response", not \'body\''),
        ((None, "new"), TypeError, 'part must be "request" or "response", not NoneType'),
        (("request", "nwe"), ValueError, 'to must be "new" or "old", not \'nwe\''),
        (("request", 1), TypeError, 'to must be "new" or "old", not int'),
        (("request", "new", "x"), ValueError, "endpoint calls has no variant 'x'; it has one, list: pass variant="),
    ],
)
def test_wrong_arguments_say_what_fits(arguments, error, text):
    for name in ("transform", "transform_bytes"):
        with pytest.raises(error) as caught:
            getattr(API["calls"], name)(*arguments)
        assert str(caught.value) == text


def halves(parts, answers, asked, log):
    return Parts({"half": float(parts.body["n"]) / 2})


def exact_halves(parts, answers, asked, log):
    return Parts({"half": Decimal(parts.body["n"]) / 2, "kept": parts.body["n"]})


def test_bytes_go_through_the_exact_twin():
    made = []

    def twin():
        made.append(1)
        return attrs.evolve(LIST, variant=None, response_to_new=ways(exact_halves))

    api = toy_api(attrs.evolve(LIST, variant=None, response_to_new=ways(halves), exact=twin))
    function = api["calls"].transform_bytes("response", "new")
    assert function(b'{"n": 1.10}') == b'{"half":0.55,"kept":1.10}'
    assert function.keys(b'{"n": 1.10}') == {}
    assert api["calls"].transform("response", "new")({"n": 1}) == {"half": 0.5}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: api["calls"].transform_bytes("response", "new"), range(20)))
    assert made == [1]
    assert api.exact is api.exact
    assert api.exact.exact["calls"].name == "calls"


def rebuilt(sources, version):
    assert (sources, version) == ("TEXTS", __version__)
    return API


def test_an_api_pickles_by_its_texts():
    from mapdsl.runtime import api as module

    before = list(module._rebuild)
    try:
        rebuild_with(rebuilt)
        assert pickle.loads(pickle.dumps(Api((ONE,), sources="TEXTS"))) is API
        with pytest.raises(TypeError, match="not compiled from texts"):
            pickle.dumps(Api((ONE,)))
    finally:
        module._rebuild[:] = before
