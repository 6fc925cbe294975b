"""Asking the embedding program: one question per lookup for all keys of a document.

`lookups=` maps the name of a lookup to a dict (old to new; its inverse is derived), to a callable (a list of keys of
the side translated from -> a dict), or to an object with `to_new(keys)` and `to_old(keys)`. Keys and answers are
matched in the domains that the spec declares. What is not answered is left out: generated code decides what a miss
means. An answer of None is no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from mapdsl.conversions import ABSENT
from mapdsl.errors import LookupMissing, Problem, RuleRef, TranslationError
from mapdsl.runtime.compiled import LookupDecl
from mapdsl.runtime.messages import found

from .dict_index import DictIndex, index_of
from .lookup_values import coerce, exactly, named

__all__ = [
    "Answered",
    "Answers",
    "answer",
    "ask",
    "can_be_asked",
    "check_lookups",
    "reader_of",
    "simple_answers",
    "simple_kind",
]

Answers = dict[str, dict[Any, Any]]
_SHOWN = 3
_AS_THEY_ARE: Mapping[str, type] = {"string": str, "integer": int, "boolean": bool}  # domains without another spelling


def answer(
    decls: Mapping[str, LookupDecl], asked: Mapping[str, Mapping[Any, None]], lookups: Mapping[str, Any] | None, to: str
) -> Answers:
    """What the program answers to the keys of one document: lookup -> key -> value.

    Raises LookupMissing where a lookup that has keys is not in `lookups`, TranslationError where an answer does not
    fit. Exceptions of the program's own callables pass, with a note that names the lookup.
    """
    given = check_lookups(lookups)
    missing = [_missing(decls[name], keys, given, to) for name, keys in asked.items() if keys and name not in given]
    if missing:
        raise LookupMissing(missing)
    problems: list[Problem] = []
    answers = {name: ask(decls[name], keys, given[name], to, problems) if keys else {} for name, keys in asked.items()}
    if problems:
        raise TranslationError(problems)
    return answers


def check_lookups(lookups: Any) -> Mapping[str, Any]:
    """`lookups=` as a mapping; TypeError where it is no such thing."""
    if lookups is None:
        return {}
    if type(lookups) is not dict and not isinstance(lookups, Mapping):
        raise TypeError(f"lookups must be a dict of names, not {type(lookups).__name__}")
    return lookups


class Answered:
    """What a lookup was asked before, as a source of answers. `back`: what it answered the other way, to know how texts
    will be read."""

    def __init__(self, found: Mapping[Any, Any], back: Mapping[Any, Any] = MappingProxyType({})) -> None:
        self.found = found
        self.back = back

    def __call__(self, keys: Iterable[Any]) -> Mapping[Any, Any]:
        return self.found


def reader_of(source: Any, back: str) -> Any:
    """Who says how a text of names is read on the way `back`; None where nobody can."""
    if isinstance(source, Answered):
        return Answered(source.back)
    return source if can_be_asked(source, back) else None


def can_be_asked(source: Any, to: str) -> bool:
    """Whether a source of answers can be asked to a side, whatever the way of the translation."""
    return isinstance(source, Mapping) or hasattr(source, f"to_{to}")


def ask(decl: LookupDecl, keys: Iterable[Any], source: Any, to: str, problems: list[Problem]) -> dict[Any, Any]:
    """The answers of one source, brought into the declared domain; what does not fit goes to `problems`."""
    domain = decl.old if to == "new" else decl.new
    kind = simple_kind(decl, to) if type(source) is dict else None
    answers = None if kind is None else simple_answers(keys, source, kind)
    if answers is not None:
        return answers
    named_by = [(key, exactly(coerce(key, domain))) for key in keys]
    wanted = {exact: coerce(key, domain) for key, exact in named_by if exact is not ABSENT}
    if not hasattr(source, "to_new") and isinstance(source, Mapping):
        if to == "new":
            values = _read(source, wanted, domain, index_of)
        else:
            values = _inverse(decl, wanted, source, problems)
    else:
        table = _call(decl, list(wanted.values()), source, to)
        if not isinstance(table, Mapping):
            if hasattr(table, "close"):
                table.close()  # a coroutine: nobody will await it
            problems.append(Problem(f"lookups.{decl.name}", "a dict of answers", _kind(table), _declaration(decl)))
            return {}
        values = _read(table, wanted, domain, DictIndex)
    answers = _fitting(decl, wanted, values, to, problems)
    return {key: answers[exact] for key, exact in named_by if exact in answers}


def simple_kind(decl: LookupDecl, to: str) -> type | None:
    """Of what type the answers of a lookup are that a dict has as it is asked for them; None where it may not have."""
    return _AS_THEY_ARE.get(decl.new) if to == "new" and decl.old == "string" else None


def simple_answers(keys: Iterable[Any], table: dict[Any, Any], kind: type) -> dict[Any, Any] | None:
    """The answers, where each key is a text that the table has, and each answer of the type that its domain has."""
    answers: dict[Any, Any] = {}
    for key in keys:
        if type(key) is not str:
            return None
        value = table.get(key)
        if value is None or type(value) is not kind:
            return None
        answers[key] = value
    return answers


def _call(decl: LookupDecl, keys: list[Any], source: Any, to: str) -> Any:
    question = getattr(source, f"to_{to}", None)
    if question is None and not hasattr(source, "to_new") and not hasattr(source, "to_old"):
        question = source
    if not callable(question):
        raise TypeError(
            f"lookups[{decl.name!r}] must be a dict, a callable or an object with to_new and to_old, "
            f"not {type(source).__name__}"
        )
    try:
        return question(keys)
    except Exception as error:
        error.add_note(f"mapdsl asked lookup {decl.name} for {len(keys)} {'key' if len(keys) == 1 else 'keys'} to {to}")
        raise


def _read(
    table: Mapping[Any, Any], wanted: Mapping[Any, Any], domain: str, index: Callable[..., DictIndex]
) -> dict[Any, Any]:
    """What a mapping has for the wanted keys, which it may spell otherwise; `index` makes an index of it."""
    values = {exact: table.get(key, ABSENT) if _plain(key) else ABSENT for exact, key in wanted.items()}
    others = [exact for exact, value in values.items() if value is ABSENT]
    if others:
        spelled = index(table, domain, by_value=False).keys_of(others)
        values |= {exact: table[keys[-1]] for exact, keys in spelled.items()}
    return values


def _inverse(
    decl: LookupDecl, wanted: Mapping[Any, Any], table: Mapping[Any, Any], problems: list[Problem]
) -> dict[Any, Any]:
    """New to old, for the wanted keys only: that a value repeats matters only where it is asked for."""
    inverse: dict[Any, Any] = {}
    for exact, olds in index_of(table, decl.new, by_value=True).keys_of(wanted).items():
        inverse[exact] = olds[-1]
        clashing = [old for old in olds if not _agree(olds[0], old, decl.old)]
        if clashing:
            problems.append(_clash(decl, wanted[exact], [olds[0], *clashing]))
    return inverse


def _agree(one: Any, other: Any, domain: str) -> bool:
    return bool(exactly(coerce(one, domain)) == exactly(coerce(other, domain)))


def _fitting(
    decl: LookupDecl, wanted: Mapping[Any, Any], values: Mapping[Any, Any], to: str, problems: list[Problem]
) -> dict[Any, Any]:
    """The values that the wanted keys have, in the domain of the answers; what does not fit goes to `problems`."""
    domain = decl.new if to == "new" else decl.old
    answers: dict[Any, Any] = {}
    for exact, value in values.items():
        if value is ABSENT or value is None:
            continue
        fitting = coerce(value, domain)
        if fitting is ABSENT:
            problems.append(_unfit(decl, wanted[exact], domain, value))
        else:
            answers[exact] = fitting
    return answers


def _plain(key: Any) -> bool:
    """Whether no key of another kind compares equal: 0 and 1 would find False and True."""
    return isinstance(key, str) or (not isinstance(key, bool) and key not in (0, 1))


def _missing(decl: LookupDecl, keys: Mapping[Any, None], given: Mapping[str, Any], to: str) -> Problem:
    shown = [_shown(decl, key) for key in list(keys)[:_SHOWN]]
    more = len(keys) - len(shown)
    listed = ", ".join(shown) + (f" and {more} more" if more else "")
    passed = f" (it has {', '.join(map(str, given))})" if given else ""
    return Problem(
        f"lookups.{decl.name}",
        f"answers for {listed}",
        f"no such lookup{passed}",
        _declaration(decl),
        f"pass lookups={{{decl.name!r}: {{old: new, ...}}}}, a callable that takes a list of keys, or an object with "
        f"to_{to}(keys)",
    )


def _declaration(decl: LookupDecl) -> RuleRef | None:
    arrow = "<->" if decl.invertible else "->"
    return RuleRef(decl.file, decl.line, f"lookup {decl.name} : {decl.old} {arrow} {decl.new}") if decl.file else None


def _unfit(decl: LookupDecl, key: Any, domain: str, value: Any) -> Problem:
    shown = "***" if decl.credential else found(value)
    return Problem(f"lookups.{decl.name}[{_shown(decl, key)}]", named(domain), shown, _declaration(decl))


def _clash(decl: LookupDecl, key: Any, values: list[Any]) -> Problem:
    listed = " and ".join(_shown(decl, value) for value in values[:_SHOWN])
    return Problem(
        f"lookups.{decl.name}[{_shown(decl, key)}]", "one old key with this value", f"{len(values)}: {listed}"
    )


def _shown(decl: LookupDecl, value: Any) -> str:
    return "***" if decl.credential else found(value)


def _kind(value: Any) -> str:
    return "null" if value is None else f"a Python {type(value).__name__}"
