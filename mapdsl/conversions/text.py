"""Texts: comma-separated lists, single values against lists, prefixes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .base import ABSENT, Conversion, Domain, Refused, Way
from .registry import BadConversion, conversion
from .samples import TEXT, list_of, one_of, word

if TYPE_CHECKING:
    from random import Random

__all__: list[str] = []

_BLANKS = " \t"

# --- lists in one text -----------------------------------------------------------------------------------------------

_ITEMS_TEXT = "a list of texts, none of them empty, with a comma or with blanks around it"


def _spans(text: Any) -> list[tuple[int, int]]:
    if not isinstance(text, str):
        raise Refused("a text of items with commas between them")
    found, begin = [], 0
    for piece in text.split(","):
        item = piece.strip(_BLANKS)
        if item:
            first = begin + len(piece) - len(piece.lstrip(_BLANKS))
            found.append((first, first + len(item)))
        begin += len(piece) + 1
    return found


def _split(text: Any) -> list[str]:
    return [text[begin:end] for begin, end in _spans(text)]


def _join_any(items: Any) -> str:
    if not isinstance(items, list):
        raise Refused("a list of texts")
    for item in items:
        if not isinstance(item, str) or not item or item.strip(_BLANKS) != item:
            raise Refused(_ITEMS_TEXT)
    return ",".join(items)


def _join(items: Any) -> str:
    text = _join_any(items)
    if any("," in item for item in items):
        raise Refused(_ITEMS_TEXT)
    return text


@conversion("csv")
def csv() -> Conversion:
    """Items with commas between them against a list of texts. Blanks around items and empty items are a form."""
    items = list_of(word)
    joined = Domain(
        "string",
        "a text of items with commas between them",
        values=("", "a", "a,b", "a, b", "a,,b,", " "),
        sample=lambda random: random.choice((",", ",", ", ")).join(items(random)),
    )
    item = Domain("string", "a text without commas or blanks around it", values=("a", "a b"), sample=word)
    listed = Domain(
        "array", _ITEMS_TEXT, values=([], ["a"], ["a", "b"], ["a", "a"], ["a, b"], [""]), items=item, sample=items
    )
    to_new, to_old = Way(_split, spans=_spans), Way(_join, injective=True, joins=_join_any)
    return Conversion("csv", joined, listed, to_new, to_old, "commas between items against a list")


# --- one or many -----------------------------------------------------------------------------------------------------


def _one(items: Any) -> Any:
    if not isinstance(items, list):
        raise Refused("a list")
    # A single list or null stays in its list: taken out, it could not be told from the list of several, or from null.
    if len(items) == 1 and items[0] is not None and not isinstance(items[0], list):
        return items[0]
    return items


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@conversion("one_or_many")
def one_or_many() -> Conversion:
    """A list against its item where it has exactly one, else the list itself. The way back takes both."""
    lists = Domain("array", "a list", values=([], ["a"], ["a", "b"], [None], [["a"]], [1]), sample=list_of(word))
    either = Domain(
        "any", "one value or a list of them", values=("a", ["a"], ["a", "b"], []), sample=one_of(word, list_of(word))
    )
    return Conversion("one_or_many", lists, either, Way(_one, injective=True), Way(_many), "a list, or its one item")


# --- each item -------------------------------------------------------------------------------------------------------


def _on_items(run: Callable[[Any], Any], takes_null: bool) -> Callable[[Any], list[Any]]:
    def convert(items: Any) -> list[Any]:
        if not isinstance(items, list):
            raise Refused("a list")
        if takes_null:
            return [run(item) for item in items]
        return [None if item is None else run(item) for item in items]

    return convert


def _each_domain(item: Domain) -> Domain:
    def sample(random: Random) -> list[Any]:
        return [_draw(item, random) for _ in range(random.randint(0, 4))]

    return Domain(
        "array", f"a list of items, each {item}", values=([], list(item.values[:2])), items=item, sample=sample
    )


def _draw(domain: Domain, random: Random) -> Any:
    return domain.sample(random) if domain.sample is not None else random.choice(domain.values)


@conversion("each")
def each(step: Conversion) -> Conversion:
    """A list against a list: the step on each item. A null item stays null unless the step takes null."""
    if not isinstance(step, Conversion) or step.old_places != 1 or step.new_places != 1:
        raise BadConversion("`each` takes a conversion of one value", "write `each(integer)`")
    to_new = Way(
        _on_items(step.to_new.run, step.takes_null), step.to_new.injective, step.to_new.lossy, passes=step.to_new.passes
    )
    to_old = Way(
        _on_items(step.to_old.run, step.takes_null), step.to_old.injective, step.to_old.lossy, passes=step.to_old.passes
    )
    return Conversion(
        "each", _each_domain(step.old), _each_domain(step.new), to_new, to_old, f"each item: {step.text or step.name}"
    )


# --- a prefix made of a sibling --------------------------------------------------------------------------------------


def _pair_of_texts(pair: Any) -> tuple[Any, Any]:
    """The pair, if each place holds a text, null or nothing."""
    if isinstance(pair, tuple) and len(pair) == 2:
        first, second = pair
        if (first is ABSENT or first is None or isinstance(first, str)) and (
            second is ABSENT or second is None or isinstance(second, str)
        ):
            return first, second
    raise Refused("texts")


@conversion("prefix_rest")
def prefix_rest(separator: str) -> Conversion:
    """(code, `code - rest`) against (code, rest). The exact prefix is taken off; the text is never split elsewhere.

    Where there is no code there is no prefix, and the text is the same on both sides.
    """
    if not isinstance(separator, str) or not separator:
        raise BadConversion("`prefix_rest` takes the text between code and rest", 'write `prefix_rest(" - ")`')

    def to_new(pair: Any) -> tuple[Any, Any]:
        code, text = _pair_of_texts(pair)
        return code, text.removeprefix(code + separator) if isinstance(code, str) and isinstance(text, str) else text

    def to_old(pair: Any) -> tuple[Any, Any]:
        code, rest = _pair_of_texts(pair)
        return code, code + separator + rest if isinstance(code, str) and isinstance(rest, str) else rest

    def sample_new(random: Random) -> tuple[Any, Any]:
        code = f"{random.randrange(1000):03d}"
        draw = random.randrange(10)
        if draw == 0:
            return random.choice(((ABSENT, word(random)), (code, ABSENT), (None, word(random)), (code, None)))
        return code, random.choice((word(random), f"{word(random)}{separator}{word(random)}", ""))

    def sample_old(random: Random) -> tuple[Any, Any]:
        code, rest = sample_new(random)
        return (code, rest) if random.randrange(6) == 0 else to_old((code, rest))

    members = (("", TEXT), ("", TEXT))
    edges = (
        ("1", f"1{separator}a"),
        ("1", "a"),
        ("1", f"1{separator}1{separator}a"),
        (ABSENT, "a"),
        ("1", ABSENT),
        (None, None),
    )
    old = Domain(
        "joint", f"a code, and a text that begins with code{separator}", edges, members=members, sample=sample_old
    )
    new = Domain("joint", "a code and a text", edges, members=members, sample=sample_new)
    return Conversion(
        "prefix_rest",
        old,
        new,
        Way(to_new, lossy=f"no `code{separator}` prefix", passes=True),
        Way(to_old, injective=True),
        f"code, and code{separator}rest, against code and rest",
        takes_null=True,
        takes_absent=True,
        old_places=2,
        new_places=2,
    )
