"""Get Balance: money arrives digit for digit, whatever kind of number the program works with."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import mapdsl
from tests.guides import guide

PAYLOADS = json.loads((Path(__file__).parent.parent / "payloads/voiso/27_get_balance.json").read_text("utf-8"))

# How the number is spelled in JSON text, and the amount that v4 says for it.
SPELLINGS = [
    ("100.10", "100.10"),
    ("0.1", "0.1"),
    ("1e2", "100"),
    ("3562.67", "3562.67"),
    ("123456789012345678901234567890", "123456789012345678901234567890"),
    ("123456789012345678.901234567890", "123456789012345678.901234567890"),
    ("-0.50", "-0.50"),
    ("0", "0"),
]
FLOATS = [(100.10, "100.1"), (0.1, "0.1"), (1e2, "100"), (3562.67, "3562.67"), (1e-7, "0.0000001")]


@pytest.fixture(scope="module")
def voiso() -> mapdsl.Api:
    return guide("voiso").api


@pytest.fixture(scope="module")
def balance(voiso: mapdsl.Api) -> mapdsl.Endpoint:
    return voiso["get_balance"]


def exactly(value: Any) -> Decimal:
    """A number by value; a bool or a text is none."""
    assert isinstance(value, (int, float, Decimal))
    assert not isinstance(value, bool)
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


@pytest.mark.parametrize(("spelled", "amount"), SPELLINGS)
def test_a_decimal_to_new(balance: mapdsl.Endpoint, spelled: str, amount: str):
    assert balance.transform("response", to="new")({"balance": Decimal(spelled)}) == {"balance": {"amount": amount}}


@pytest.mark.parametrize(("value", "amount"), FLOATS)
def test_a_float_to_new_is_its_shortest_decimal(balance: mapdsl.Endpoint, value: float, amount: str):
    assert balance.transform("response", to="new")({"balance": value}) == {"balance": {"amount": amount}}


def test_an_int_to_new(balance: mapdsl.Endpoint):
    digits = 123456789012345678901234567890

    assert balance.transform("response", to="new")({"balance": digits}) == {"balance": {"amount": str(digits)}}


@pytest.mark.parametrize(("spelled", "amount"), SPELLINGS)
def test_json_text_to_new(balance: mapdsl.Endpoint, spelled: str, amount: str):
    translated = balance.transform_bytes("response", to="new")(f'{{"balance": {spelled}}}'.encode())

    assert json.loads(translated) == {"balance": {"amount": amount}}


@pytest.mark.parametrize(("spelled", "amount"), SPELLINGS)
def test_an_amount_to_old_has_the_same_value(balance: mapdsl.Endpoint, spelled: str, amount: str):
    translated = balance.transform("response", to="old")({"balance": {"amount": amount}})

    assert set(translated) == {"balance"}
    assert exactly(translated["balance"]) == Decimal(spelled)


@pytest.mark.parametrize(("spelled", "amount"), SPELLINGS)
def test_json_text_to_old_has_the_same_digits(balance: mapdsl.Endpoint, spelled: str, amount: str):
    translated = balance.transform_bytes("response", to="old")(json.dumps({"balance": {"amount": amount}}).encode())

    assert json.loads(translated, parse_float=str, parse_int=str) == {"balance": amount}


def test_an_amount_with_an_exponent_to_old(balance: mapdsl.Endpoint):
    assert balance.transform("response", to="old")({"balance": {"amount": "1e2"}}) == {"balance": 100}


@pytest.mark.parametrize(
    ("amount", "kind"),
    [("100", int), ("100.0", int), ("3562.67", float), ("0.123456789012345678901234567891", Decimal)],
)
def test_the_number_that_is_made_is_the_plainest_that_holds_it(balance: mapdsl.Endpoint, amount: str, kind: type):
    translated = balance.transform("response", to="old")({"balance": {"amount": amount}})

    assert type(translated["balance"]) is kind
    assert exactly(translated["balance"]) == Decimal(amount)


@pytest.mark.parametrize(("spelled", "amount"), SPELLINGS)
def test_there_and_back_in_json_text_is_the_same_number(balance: mapdsl.Endpoint, spelled: str, amount: str):
    original = f'{{"balance": {spelled}}}'.encode()

    there = balance.transform_bytes("response", to="new")(original)
    back = balance.transform_bytes("response", to="old")(there)

    assert json.loads(back, parse_float=Decimal, parse_int=Decimal) == {"balance": Decimal(spelled)}


@pytest.mark.parametrize("amount", [amount for _, amount in SPELLINGS] + ["1e2", "007.50", "+7"])
def test_residue_brings_the_amount_back_as_it_was_spelled(voiso: mapdsl.Api, amount: str):
    reply = {"status": 200, "body": {"balance": {"amount": amount}}}

    got = mapdsl.translate_response(voiso, reply, to="old", endpoint="get_balance")
    home = mapdsl.translate_response(voiso, got.response, to="new", endpoint="get_balance", residue=got.residue)

    assert not got.lost
    assert home.response.body == reply["body"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), True, "100.10", [], {}])
def test_what_is_no_number_is_refused(balance: mapdsl.Endpoint, value: Any):
    with pytest.raises(mapdsl.TranslationError, match="balance"):
        balance.transform("response", to="new")({"balance": value})


@pytest.mark.parametrize(
    "amount", ["", " 1", "1 ", "1,5", "0x10", "NaN", "Infinity", "1_000", "١", "1.", ".5", 100.1, True]
)
def test_what_is_no_decimal_text_is_refused(balance: mapdsl.Endpoint, amount: Any):
    with pytest.raises(mapdsl.TranslationError, match="amount"):
        balance.transform("response", to="old")({"balance": {"amount": amount}})


@pytest.mark.parametrize("text", ["1e401", "9" * 401, "1e999999999"])
def test_numbers_beyond_the_limits_are_refused_at_once(balance: mapdsl.Endpoint, text: str):
    with pytest.raises(mapdsl.MapError):
        balance.transform_bytes("response", to="new")(f'{{"balance": {text}}}'.encode())


@pytest.mark.parametrize("index", [0, 1])
def test_the_documented_amounts_reach_the_old_client(balance: mapdsl.Endpoint, index: int):
    """100.12 is the guide's sample, 3562.67 the documentation's."""
    reply = PAYLOADS["new"]["response_examples"][index]["body"]

    assert balance.transform("response", to="old")(reply) == {"balance": (100.12, 3562.67)[index]}


def test_the_documented_balance_reaches_the_new_client(balance: mapdsl.Endpoint):
    reply = PAYLOADS["old"]["response_examples"][0]["body"]

    assert balance.transform("response", to="new")(reply) == {"balance": {"amount": "3562.67"}}


def test_the_documented_failure_passes(voiso: mapdsl.Api):
    reply = PAYLOADS["old"]["response_examples"][1]

    got = mapdsl.translate_response(
        voiso, {"status": reply["status"], "body": reply["body"]}, to="new", endpoint="get_balance"
    )

    assert (got.response.status, got.response.body) == (403, {"error": "Invalid api_key"})
