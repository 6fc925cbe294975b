"""What could stand at a place, in words that authors know rather than in names of terminals."""

from __future__ import annotations

import attrs

__all__ = ["KEYWORDS", "STATEMENT_WORDS", "Expected", "name_expected"]

_WORDS = """
    mapdsl use api enum table lookup credential auth shape prefer endpoint request query response failure status variant
    paging fields example to combine key keys cites drop add hole filter rest include match case else when is of select
    old new base title wire rpc open closed canonical same bytes bearer basic lookups lost refused always keep error
    present absent not one reject pass ask ignore residual empty true false null fan gather each all any stop on
    ambiguous omit where replace loose reset read_modify_write from enrich idempotency only scan scope exact server
    assume scheme examples for given
"""
KEYWORDS = frozenset(_WORDS.split())
STATEMENT_WORDS = (
    "add", "case", "drop", "failure", "fan", "filter", "gather", "hole", "include", "match", "rest", "status",
)  # fmt: skip

_ARROWS = {"BOTH", "FORTH", "BACK"}
_FINISH = {"RBRACE", "SEMICOLON", "_NL", "$END"}
_ITEMS = {"USE", "API", "ENUM", "ENDPOINT", "SHAPE"}
_PARTS = {"REQUEST", "VARIANT", "PAGING"}
_VALUES = {"STRING", "INT", "NUM", "TRUE", "FALSE", "NULL", "ABSENT", "LSQB", "LBRACE", "LPAR"}
_TESTS = {"PRESENT", "ONE", "NOT"}
_OPTIONS = ("COMBINE", "ELSE", "WHERE", "KEY", "KEYS", "CITES")
_SIGNS = {
    "COLON": ":", "VBAR": "|", "EQUAL": "=", "COMMA": ",", "DOT": ".", "LPAR": "(", "RPAR": ")", "LSQB": "[",
    "RSQB": "]", "LBRACE": "{", "RBRACE": "}", "SEMICOLON": ";", "OPTIONAL": "?", "ROOT": "$", "STAR": "*",
    "ITEMS": "[]", "BOTH": "<->", "FORTH": "->", "BACK": "<-",
}  # fmt: skip
_DECLARATIONS = "a declaration (`use`, `enum`, `lookup`, `shape`, `endpoint`, ...)"
_PART_WORDS = "a part of an endpoint (`old METHOD /path`, `auth`, `request`, `response`, ...)"


@attrs.frozen
class Expected:
    """`kind` names the place for hints, `words` say it to the author, `keywords` could be what was misspelled."""

    kind: str
    words: str
    keywords: tuple[str, ...] = ()


def name_expected(accepted: set[str]) -> Expected:
    """The words for a set of terminals that the parser would have accepted."""
    keywords = tuple(sorted((name.lower() for name in accepted if name.lower() in KEYWORDS), key=_old_first))
    if "NAME" in accepted:
        return _name_with_names(accepted)
    if accepted >= _ARROWS:
        return Expected("arrow", "`<->`, `->` or `<-`")
    if accepted >= _ITEMS:
        return Expected("declaration", _DECLARATIONS, keywords)
    if accepted >= _PARTS:
        return Expected("part", _PART_WORDS, keywords)
    if accepted >= _TESTS:
        return Expected("test", "`present`, `absent`, `not VALUE`, `one of (...)` or a JSON value", keywords)
    if accepted >= {"STRING", "INT", "LSQB"}:
        return _name_value(accepted, keywords)
    if len(accepted & {"SEMICOLON", "$END"}) and accepted & {"_NL"}:
        return _name_finish(accepted, keywords)
    return _name_few(accepted, keywords)


def _name_with_names(accepted: set[str]) -> Expected:
    """Where names stand every keyword is one, so only the other terminals tell the places apart."""
    if accepted >= {"LPAR", "SIGIL", "SEMICOLON"}:
        return Expected("statement", "a rule (`old <-> new`) or a statement such as `drop` or `add`", STATEMENT_WORDS)
    if "LPAR" in accepted and "SIGIL" in accepted:
        return Expected("end", "a path, one with `@` or a tuple of paths")
    if "SEMICOLON" in accepted and "ITEMS" in accepted:
        return Expected("field", "a field such as `number: string`")
    if "SIGIL" in accepted:
        return Expected("path", "a path")
    if "SEMICOLON" in accepted and "ROOT" in accepted:
        return Expected("default", "a default such as `live = false`")
    if "LSQB" in accepted:
        return Expected("argument", "an argument (a JSON value, a name or a conversion)")
    if "STRING" not in accepted:
        return Expected("conversion", "the name of a conversion")
    return Expected("member", "a member such as `name: value`") if "RBRACE" in accepted else Expected("name", "a name")


def _old_first(word: str) -> tuple[bool, str]:
    return word != "old", word


def _name_value(accepted: set[str], keywords: tuple[str, ...]) -> Expected:
    words = "a JSON value"
    if "CANONICAL" in accepted:
        return Expected("row", 'a row such as `"a" <-> "b"`', ("canonical", "else"))
    if "LPAR" in accepted:
        words = "a JSON value or a tuple of values"
    if "SIGIL" in accepted:
        words = "a JSON value or a path with `@`"
    if "RSQB" in accepted:
        words = "a JSON value or `]`"
    return Expected("value", words, keywords)


def _name_finish(accepted: set[str], keywords: tuple[str, ...]) -> Expected:
    """Where a statement may end, or go on."""
    others = accepted - _FINISH - {"DOT", "ITEMS"}
    if "SIGIL" in others:
        return Expected("binding", "a binding such as `@path.id = id`")
    if not others:
        return Expected("finish", "the end of the statement (a newline or `;`)", keywords)
    words = [f"`{_SIGNS[name]}`" for name in ("COLON", "VBAR", "EQUAL", "OPTIONAL") if name in others]
    options = [f"`{name.lower()}`" for name in _OPTIONS if name in others]
    if len(options) > 2:
        words.append(f"an option ({', '.join(options)})")
    else:
        words.extend(options)
    words.extend(f"`{word}`" for word in keywords if word.upper() not in _OPTIONS)
    words.extend("a text in double quotes" for _ in others & {"STRING"})
    words.extend("a whole number" for _ in others & {"INT"})
    words.extend("`{`" for _ in others & {"LBRACE"})
    words.append("the end of the statement")
    kind = "option" if options else "arms" if "CASE" in others else "finish"
    return Expected(kind, _join(words), keywords)


def _name_few(accepted: set[str], keywords: tuple[str, ...]) -> Expected:
    others = accepted - {"_NL", "DOT", "ITEMS"} or accepted
    named = {
        "STRING": "a text in double quotes",
        "INT": "a whole number",
        "NUM": "a number",
        "ROUTE": "a path such as `/v1/items`",
        "METHOD": "a method such as `sms.send`",
        "SIGIL": "a path with `@`",
    }
    words = [named[name] for name in named if name in others]
    words.extend(f"`{word}`" for word in keywords)
    words.extend(f"`{_SIGNS[name]}`" for name in _SIGNS if name in others)
    kinds = {
        "STRING": "text",
        "INT": "number",
        "ROUTE": "route",
        "METHOD": "method",
        "LBRACE": "block",
        "COLON": "colon",
        "OLD": "side",
    }
    kind = next((kinds[name] for name in kinds if name in others), "other")
    return Expected(kind, _join(words), keywords)


def _join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}" if words else "something else"
