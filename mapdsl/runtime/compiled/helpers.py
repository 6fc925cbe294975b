"""What generated code calls: the few things that are not straight-line Python."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

from mapdsl.conversions import ABSENT, Refused, key_of, same
from mapdsl.paths import Where, find
from mapdsl.runtime.messages import spell_place

from .joined_names import Written, ask_items, known_items, reads_again
from .open_rest import OpenRest, keep_open, keep_open_reporting, refuse_open_rest
from .parts import Claim, Parts, Recorder, RequestPair, problem
from .rest import EMPTY, keep, keep_reporting, only, refuse_rest

__all__ = [
    "EMPTY",
    "HELPERS",
    "MISSED",
    "agreeing_with",
    "any_same",
    "append",
    "as_request",
    "ask",
    "ask_items",
    "blamed",
    "comparable",
    "comparing_with",
    "contest",
    "differing",
    "filled",
    "fresh_copy",
    "is_number",
    "keep",
    "keep_reporting",
    "known_items",
    "left_to_lookup",
    "look",
    "look_or_refuse",
    "lose",
    "lose_members",
    "member_of",
    "missed",
    "more_than",
    "object_at",
    "only",
    "only_one",
    "peek",
    "problem",
    "problems_in",
    "prune",
    "put",
    "put_object",
    "reference",
    "refuse",
    "refuse_recorded",
    "refuse_rest",
    "returns",
    "selected",
    "stays",
    "still_means",
    "unlisted",
    "write_items",
    "write_known",
]

Tree = Mapping[str, Any]  # name -> Tree, or None for a leaf
Removed = dict[str | int, Any]  # step -> Removed, or None for what goes

MISSED = object()
_ARTICLES = {"integer": "an", "any": "any"}
_RECORDED = Refused("")
_NUMBERS = frozenset({int, float, Decimal})
_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "bytes": (bytes,),
}


def refuse(expected: str) -> None:
    raise Refused(expected)


def problems_in(log: Recorder | None) -> int:
    """How many problems were found so far."""
    return 0 if log is None else log.problem_count


def refuse_recorded() -> None:
    """End a pipe whose problems were recorded item by item."""
    raise _RECORDED


def as_request(request: Any) -> RequestPair | None:
    """The two spellings of the request, out of what translate_request returned."""
    return request if request is None or isinstance(request, RequestPair) else request.asked


# --- reading -------------------------------------------------------------------------------------------------------


def peek(value: Any, *names: str) -> Any:
    """The member at the end of the names, or ABSENT, whatever stands on the way."""
    for name in names:
        if type(value) is not dict or name not in value:
            return ABSENT
        value = value[name]
    return value


def object_at(value: Any, *names: str) -> dict[str, Any]:
    """The object at the end of the names, or an empty one, whatever stands on the way."""
    found = peek(value, *names)
    return found if type(found) is dict else EMPTY


def selected(selector: Any, value: Any) -> list[Any]:
    """What a selector finds in a value; nothing where there is none, or null."""
    return [] if value is ABSENT or value is EMPTY or value is None else [hit for _, hit in find(selector, value)]


def any_same(hits: list[Any], values: tuple[Any, ...]) -> bool:
    return any(same(hit, value) for hit in hits for value in values)


# --- lookups and references ----------------------------------------------------------------------------------------


def _outside(value: Any, domain: str) -> bool:
    if domain == "any":
        return isinstance(value, (dict, list))
    if isinstance(value, bool):
        return domain != "boolean"
    if domain in ("integer", "number"):
        return not _is_number(value) or (domain == "integer" and value != int(value))
    return not isinstance(value, _KINDS.get(domain, (str,)))


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return True
    return isinstance(value, (float, Decimal)) and value == value and abs(value) != float("inf")


def missed(value: Any, domain: str, lookup: str) -> str:
    """What to expect where a lookup had no answer: a key of its domain, or one that it knows."""
    if _outside(value, domain):
        return f"{_ARTICLES.get(domain, 'a')} {domain} key for lookup {lookup}"
    return f"a key that lookup {lookup} knows"


def look(answers: Mapping[Any, Any], value: Any, domain: str, lookup: str) -> Any:
    """The answer, or MISSED. Raises Refused where the value is no key of the lookup's domain."""
    if _outside(value, domain):
        raise Refused(f"{_ARTICLES.get(domain, 'a')} {domain} key for lookup {lookup}")
    return answers.get(value, MISSED)


def look_or_refuse(answers: Mapping[Any, Any], value: Any, domain: str, lookup: str, text: str) -> Any:
    """The answer. Raises Refused where there is none: `text`, or that the lookup does not know the key."""
    if type(value) is str and domain == "string":  # as most keys are
        found = answers.get(value, MISSED)
    else:
        found = look(answers, value, domain, lookup)
    if found is MISSED:
        raise Refused(text or f"a key that lookup {lookup} knows")
    return found


def blamed(refused: Refused, values: tuple[Any, ...]) -> int | None:
    """Which of joint values is at fault: the one that the refusal names, else the first that is there, if any is."""
    there = [number for number, value in enumerate(values) if value is not ABSENT]
    if not there:
        return None
    return there[0] if refused.place is None else refused.place


def ask(asked: dict[str, dict[Any, None]], lookup: str, value: Any, domain: str) -> None:
    """Note a key to be looked up, unless it is null or outside the domain."""
    is_text = type(value) is str and domain == "string"  # as most keys are
    if is_text or (value is not None and value is not ABSENT and not _outside(value, domain)):
        asked[lookup][value] = None


def write_items(
    log: Recorder,
    rule: int,
    where: Where,
    value: Any,
    lookup: str,
    run: Callable[[Any], str],
    joins: Callable[[Any], str],
    spans: Callable[[Any], list[tuple[int, int]]],
    items: Any,
) -> str:
    """Items in one text. Where some hold the separator, a problem unless the text is read as these items again; of
    several others, a problem where it is read as other ones."""
    try:
        text = run(items)
    except Refused as refused:
        text = joins(items)
        log.problem(rule, where, refused.expected, value, Written(lookup, spans, text, items))
    else:
        if len(items) > 1:
            log.doubt(rule, where, reads_again(lookup), value, Written(lookup, spans, text, items))
    return text


def write_known(
    lookup: str,
    run: Callable[[Any], str],
    joins: Callable[[Any], str],
    spans: Callable[[Any], list[tuple[int, int]]],
    items: Any,
    known: Mapping[str, Any] | None,
) -> str:
    """Items in one text, which `known` must read as these items again; None: nobody can tell, and none of them may hold
    the separator."""
    expected = reads_again(lookup)
    try:
        text = run(items)
    except Refused as refused:
        if known is None:
            raise
        text, expected = joins(items), refused.expected
    if known is not None and known_items(spans, text, known) != items:
        raise Refused(expected)
    return text


def reference(member: str, other: str, value: Any, answer: Any, default: Any = MISSED) -> dict[str, Any]:
    """`{member: value, other: answer}`, with the default or without `other` where the lookup had none."""
    answer = default if answer is MISSED else answer
    return {member: value} if answer is MISSED else {member: value, other: answer}


def member_of(value: Any, member: str, domain: str = "", lookup: str = "") -> Any:
    """The member of an object that refers to something.

    Raises Refused where it is none or has none, and where the way home could not look the member up: `domain` is that
    of the lookup's keys.
    """
    if type(value) is not dict:
        raise Refused("an object")
    if member not in value:
        raise Refused(f"member {_text_of(member)}")
    found = value[member]
    if domain and found is not None and _outside(found, domain):
        raise Refused(f"{_ARTICLES.get(domain, 'a')} {domain} key for lookup {lookup}")
    return found


def _text_of(name: str) -> str:
    from json import dumps

    return dumps(name, ensure_ascii=False)


def is_number(value: Any) -> bool:
    """Whether a value is an int, a float or a Decimal, and no bool."""
    return type(value) in _NUMBERS


def left_to_lookup(
    log: Recorder,
    rule: int,
    where: Where,
    value: Any,
    seen: Any,
    names: tuple[str, str],
    lookup: str,
    default: Any,
    reason: str,
) -> None:
    """Of an object that refers to something: the member that the way home looks up by the other one (`names`).

    `where` is its own path, or that of the whole value where the object does not stand in the document; `seen` is then
    what is shown (ABSENT: the member itself).
    """
    member, other = names
    if type(value) is not dict or other not in value:
        return
    shown = value[other] if seen is ABSENT else seen
    if value.get(member) is not None:
        claim = Claim(lookup, value[member], value[other], default)
        log.lose(rule, where, shown, claim.reason, claim)
    elif value[other] is not None:
        log.lose(rule, where, shown, reason)


def fresh_copy(value: Any) -> Any:
    """A cell of a table as it is handed out: objects and lists are copied."""
    return deepcopy(value) if type(value) in (dict, list) else value


# --- several in one ------------------------------------------------------------------------------------------------


def append(first: Any, second: Any) -> Any:
    """Both in one list, without repeats; the scalar itself where that is all there is."""
    if first is ABSENT:
        return second
    once: dict[Hashable, Any] = {}
    for value in (*_listed(first), *_listed(second)):
        once.setdefault(key_of(value), value)
    joined = list(once.values())
    return joined[0] if len(joined) == 1 and type(first) is not list and type(second) is not list else joined


def comparable(first: Any, second: Any) -> bool:
    """Whether both are numbers, both are texts, or both are null: then none is beaten."""
    return (
        (first is None and second is None)
        or (_is_number(first) and _is_number(second))
        or (type(first) is str and type(second) is str)
    )


def comparing_with(where: Where) -> str:
    return f"a value that compares with {spell_place(where)}"


def only_one(first: Where, second: Where) -> str:
    return f"only one of {spell_place(first)} and {spell_place(second)}"


def agreeing_with(where: Where) -> str:
    return f"a value that agrees with {spell_place(where)}"


def contest(value: Any, champion: Any, rival: Any, claim: Any, greater: bool, log: Recorder | None) -> tuple[Any, Any]:
    """The winner of two and its claim (rule, path, source value); the loser's source is lost."""
    wins = value is not None and (rival > value if greater else rival < value)
    rule, where, source = champion if wins else claim
    if log is not None:
        log.lose(rule, where, source, "another field took its place")
    return (rival, claim) if wins else (value, champion)


def _listed(value: Any) -> list[Any]:
    return value if type(value) is list else [value]


def put(owner: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """A literal beside what stands in the objects on the way; what is missing, or no object, becomes one."""
    for name in path[:-1]:
        if type(owner.get(name)) is not dict:
            owner[name] = {}
        owner = owner[name]
    owner[path[-1]] = value


def put_object(owner: dict[str, Any], name: str) -> dict[str, Any]:
    """The object in a member; what is missing, or no object, becomes one."""
    found = owner.get(name)
    if type(found) is not dict:
        found = owner[name] = {}
    return found


def filled(root: Any, path: tuple[str, ...], depth: int, value: Any) -> Any:
    """A literal put into what a rule has copied to the first `depth` names of a path, which is copied first.

    Nothing happens where something stands at the path already, or something else than an object around it. Where the
    rule has copied nothing, the objects around it are made.
    """
    root = {} if root is ABSENT else root
    owner, above = root, None
    for number, step in enumerate(path):
        if type(owner) is not dict:
            return root
        if number >= depth:
            owner = owner.copy()
            if above is None:
                root = owner
            else:
                above[path[number - 1]] = owner
        if number == len(path) - 1:
            owner.setdefault(step, value)
        else:
            above, owner = owner, owner.setdefault(step, {})
    return root


# --- what goes nowhere ---------------------------------------------------------------------------------------------


def returns(back: Callable[[Any], Any], image: Any, value: Any, nulls: bool = True) -> bool:
    """Whether the way back from the image gives the value again. Without `nulls`, null stays null on both ways."""
    if image is ABSENT:
        return False
    if not nulls and (value is None or image is None):
        return value is image
    try:
        return same(back(image), value)
    except Refused:
        return False


def still_means(means: Callable[[Any, Any], bool], back: Callable[[Any], Any], image: Any, value: Any) -> bool:
    """Whether what comes back means the value, in another spelling."""
    if image is ABSENT:
        return False
    try:
        return means(value, back(image))
    except Refused:
        return False


def stays(untranslated: Callable[[Any], bool], value: Any) -> bool:
    """Whether a value passed as it is, because the other side has no way to write it."""
    return value is not None and untranslated(value)


def unlisted(value: Any, listed: tuple[Any, ...]) -> bool:
    """Whether an open table passed the value because it does not list it."""
    return value is not None and not any(same(value, cell) for cell in listed)


def more_than(value: Any, *members: str) -> bool:
    """Whether an object has other members than these."""
    return type(value) is dict and not all(map(members.__contains__, value))


def differing(back: Callable[[Any], Any], image: Any, values: tuple[Any, ...]) -> tuple[bool, ...]:
    """Which of the joint values the way back does not give again; empty where it gives all of them."""
    try:
        home = back(image)
    except Refused:
        return (True,) * len(values)
    flags = tuple(not _alike(a, b) for a, b in zip(home if len(values) > 1 else (home,), values, strict=True))
    return flags if any(flags) else ()


def _alike(a: Any, b: Any) -> bool:
    return a is b if a is ABSENT or b is ABSENT else same(a, b)


def prune(value: Any, selector: Any, log: Recorder | None, rule: int, where: Where, reason: str) -> Any:
    """The document without what the selector finds; objects and lists on the way are copied, the rest is shared."""
    if value is None:
        return value  # no body
    hits = dict(find(selector, value))
    outermost = [path for path in hits if not any(path[:length] in hits for length in range(len(path)))]
    if log is not None:
        for path in outermost:
            log.lose(rule, (*where, *path), hits[path], reason)
            log.note((*where, *path), hits[path])
    return _without(value, _tree_of(outermost)) if outermost else value


def _tree_of(paths: list[Where]) -> Removed:
    """Paths of which none lies below another, as a tree: a step leads on, or to None where it is the last."""
    tree: Removed = {}
    for path in paths:
        owner: Any = tree
        for step in path[:-1]:
            owner = owner.setdefault(step, {})
        owner[path[-1]] = None
    return tree


def _without(value: Any, removed: Removed) -> Any:
    """A copy of an object or list without what is removed, each container on the way copied once."""
    steps = value.items() if type(value) is dict else enumerate(value)
    kept = ((step, each) for step, each in steps if removed.get(step, ...) is not None)
    left = ((step, each if step not in removed else _without(each, removed[step])) for step, each in kept)
    return dict(left) if type(value) is dict else [each for _, each in left]


def lose(
    log: Recorder,
    rule: int,
    root: Any,
    at: Where,
    path: tuple[str, ...],
    reason: str,
    given: Any = ABSENT,
    report: bool = True,
    under: tuple[Where, ...] = (),
    against: str = "",
) -> None:
    """A field without a new home, at `path` below the part `root`. `given` is what the way home will write there.

    `against`: the reason where that is another value of the request.
    """
    if root is EMPTY and given is ABSENT and not under:
        return
    value = root.get(path[0], ABSENT) if type(root) is dict and len(path) == 1 else peek(root, *path)
    where = (*at, *path)
    if value is None and len(where) == 1:
        value = ABSENT  # a body that is null is none
    if value is ABSENT:
        if under:
            log.note(where, ABSENT, under=under)
        if given is not ABSENT:
            log.note(_first_missing(root, at, path), ABSENT, given=given)
        return
    if given is not ABSENT and same(value, given):
        return
    if report:
        log.lose(rule, where, value, against if against and given is not ABSENT and value is not None else reason)
    log.note(where, value, given=given, under=under)


def _first_missing(root: Any, at: Where, path: tuple[str, ...]) -> Where:
    """The first member on the way that is missing; the part itself where there is none."""
    if root is EMPTY or root is None:
        return at
    for i, name in enumerate(path):
        if type(root) is not dict or name not in root:
            return (*at, *path[: i + 1])
        root = root[name]
    return (*at, *path)


def lose_members(
    log: Recorder, rule: int, where: Where, value: Any, spared: Tree, reason: str, report: bool, note: bool = True
) -> None:
    """The members of an object that were not carried elsewhere, each on its own; an empty or null one as it is."""
    if value is None and len(where) == 1:
        return  # a body that is null is none
    if note and (value is None or value == {}):
        if report:
            log.lose(rule, where, value, reason)
        log.note(where, value)
    if type(value) is not dict:
        return
    for name, member in value.items():
        if name in spared and spared[name] is None:
            continue
        if name in spared and (member is None or type(member) is dict):
            lose_members(log, rule, (*where, name), member, spared[name], reason, report, note)
            continue
        if report:
            log.lose(rule, (*where, name), member, reason)
        if note:
            log.note((*where, name), member)


HELPERS: Mapping[str, Any] = {
    "ABSENT": ABSENT,
    "EMPTY": EMPTY,
    "Recorder": Recorder,
    "MISSED": MISSED,
    "OpenRest": OpenRest,
    "Parts": Parts,
    "Refused": Refused,
    "agreeing_with": agreeing_with,
    "any_same": any_same,
    "append": append,
    "as_request": as_request,
    "ask": ask,
    "ask_items": ask_items,
    "blamed": blamed,
    "comparable": comparable,
    "comparing_with": comparing_with,
    "contest": contest,
    "differing": differing,
    "filled": filled,
    "fresh_copy": fresh_copy,
    "is_number": is_number,
    "keep": keep,
    "keep_open": keep_open,
    "keep_open_reporting": keep_open_reporting,
    "keep_reporting": keep_reporting,
    "known_items": known_items,
    "only": only,
    "look": look,
    "look_or_refuse": look_or_refuse,
    "left_to_lookup": left_to_lookup,
    "lose": lose,
    "lose_members": lose_members,
    "member_of": member_of,
    "missed": missed,
    "more_than": more_than,
    "object_at": object_at,
    "only_one": only_one,
    "peek": peek,
    "problem": problem,
    "problems_in": problems_in,
    "prune": prune,
    "put": put,
    "put_object": put_object,
    "reference": reference,
    "refuse": refuse,
    "refuse_open_rest": refuse_open_rest,
    "refuse_recorded": refuse_recorded,
    "refuse_rest": refuse_rest,
    "returns": returns,
    "same": same,
    "selected": selected,
    "stays": stays,
    "still_means": still_means,
    "unlisted": unlisted,
    "write_items": write_items,
    "write_known": write_known,
}
