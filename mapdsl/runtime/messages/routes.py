"""Which endpoint takes a request: path templates, and the choice among them.

A path is taken apart and decoded once, before any template is looked at, so that what is refused in it does not
depend on the routes: an empty segment (`//`), `.` and `..` however they are spelled, broken
escapes, bytes that are not UTF-8, control characters, more than 512 bytes in a segment. A `%2F` stays inside its
segment. What is written is held to the same rules, so a value can never add or leave a segment. A path with a slash
at the end is another path than the one without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

from mapdsl.errors import Problem, RouteNotFound, TranslationError

from .display import spell
from .wire import Unfit, decode, encode, shortest

__all__ = ["MAX_SEGMENT", "Router", "Template", "split_path"]

MAX_SEGMENT = 512  # bytes of a decoded segment
_NEAREST = 3
_ALIKE = 0.75  # of two spellings, by difflib: more alike is a slip of the pen
_NONE: Mapping[Any, Any] = {}
_CONTROLS = frozenset(map(chr, (*range(0x20), *range(0x7F, 0xA0))))

# Nothing in it to decode or to refuse.
_ORDINARY = re.compile(rf"(?:/[A-Za-z0-9_-][A-Za-z0-9_.~-]{{0,{MAX_SEGMENT - 1}}})+\Z")

_PARAMETER = re.compile(r"\{[A-Za-z_][A-Za-z0-9_-]*\}\Z")
_LITERAL = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%-]*\Z")

Key = TypeVar("Key")


class Template:
    """A path with `{parameters}` as whole segments, below an optional base; built once, used for every message.

    The base is written in front and need not stand in what is read. Raises ValueError where the text is no template.
    """

    __slots__ = ("_pieces", "base", "names", "segments", "shapes", "text")

    def __init__(self, text: str, base: str = "") -> None:
        self.text = text
        self.base = base.rstrip("/")
        own, above = _parse(text), _parse(self.base) if self.base else []
        if any(name.startswith("{") for name in above):
            raise ValueError(f"the base {base} cannot hold a parameter")
        self.names = tuple(name[1:-1] for name in own if name.startswith("{"))
        if len(set(self.names)) < len(self.names):
            raise ValueError(f"the path {text} names a parameter twice")
        self.segments = (*above, *own)
        # What to look for: with the base, and without it.
        self.shapes = (self.segments, tuple(own)) if self.base else (self.segments,)
        # What fill puts together: the text before each parameter, and after the last.
        self._pieces = re.split(r"\{[^}]*\}", (self.base + text) if own or not self.base else self.base)

    def __repr__(self) -> str:
        return f"Template({self.text!r}, {self.base!r})" if self.base else f"Template({self.text!r})"

    def match(self, path: str) -> dict[str, str] | None:
        """The decoded parameters, or None where this is another path. Raises TranslationError where no path is.

        A segment that is exactly `{name}`, unencoded, is a placeholder: the parameter of that name is absent.
        """
        raw, plain = split_path(path)
        for shape in self.shapes:
            if len(shape) == len(raw):
                values = _match(shape, raw, plain)
                if values is not None:
                    return values
        return None

    def shape_of(self, path: str) -> tuple[str, ...]:
        """The shape that takes a path; an empty one where none does."""
        raw, plain = split_path(path)
        fitting = (shape for shape in self.shapes if len(shape) == len(raw))
        return next((shape for shape in fitting if _match(shape, raw, plain) is not None), ())

    def fill(self, values: Mapping[str, Any], unfilled: Collection[str] = (), quoted: bool = False) -> str:
        """The path with every value encoded. Parameters in `unfilled` that have no value stay as `{name}`, and those
        whose value is itself spelled like a placeholder keep their braces, unless `quoted`.

        Raises TranslationError with a problem per parameter (`path.name`) that has no value or an impossible one.
        """
        text = self._pieces[0]
        problems: list[Problem] = []
        for name, after in zip(self.names, self._pieces[1:], strict=True):
            value = values.get(name)
            try:
                text += _open(name, value, quoted) if name in unfilled else _segment(value)
                text += after
            except Unfit as error:
                problems.append(Problem(spell(("path", name)), "a text for one segment of the path", error.found))
        if problems:
            raise TranslationError(problems)
        return text


def _open(name: str, value: Any, quoted: bool) -> str:
    """The segment of a parameter that may stay open.

    A value that is itself spelled like a placeholder, as documentation prints `{your_api_key}`, keeps its
    braces, so that
    a template filled by hand comes back as it was; only the parameter's own placeholder means that nothing is there.
    """
    if value is None:
        return f"{{{name}}}"
    encoded = _segment(value)
    if not quoted and isinstance(value, str) and value != f"{{{name}}}" and _PARAMETER.match(value):
        return value
    return encoded


class _Pattern(Generic[Key]):
    """Routes of one length with their parameters at the same places, by their literals."""

    __slots__ = ("literals", "routes")

    def __init__(self, shape: tuple[str, ...]) -> None:
        places = [at for at, is_parameter in enumerate(_parameters(shape)) if not is_parameter]
        self.literals: Callable[[Sequence[str]], Any] = itemgetter(*places) if places else lambda segments: ()
        self.routes: dict[Any, list[tuple[Key, tuple[str, ...]]]] = {}

    def add(self, key: Key, shape: tuple[str, ...]) -> None:
        self.routes.setdefault(self.literals(shape), []).append((key, shape))


class Router(Generic[Key]):
    """All routes of an Api. Rows are (key, side, method, template, rank): of two that match, the one with more
    literal segments from the left comes first, then the smaller rank, then the earlier row."""

    def __init__(self, rows: Iterable[tuple[Key, str, str, Template, int]]) -> None:
        self._rows = tuple(rows)
        shapes = [(shape, row) for row in self._rows for shape in row[3].shapes]
        shapes.sort(key=lambda pair: (_parameters(pair[0]), pair[1][4]))
        # By side, method and length: for each pattern of parameters, the routes by their literals.
        self._index: dict[tuple[str, str, int], dict[tuple[bool, ...], _Pattern[Key]]] = {}
        for shape, (key, side, method, _, _) in shapes:
            patterns = self._index.setdefault((side, method, len(shape)), {})
            patterns.setdefault(_parameters(shape), _Pattern(shape)).add(key, shape)

    def find(self, side: str, method: str, path: str) -> list[tuple[Key, dict[str, str]]]:
        """The keys of the routes that take this message, the best first, each with its decoded parameters.

        Raises TranslationError where the path is none that could be taken.
        """
        raw, plain = split_path(path)
        found: list[tuple[Key, dict[str, str]]] = []
        for pattern in self._index.get((side, method, len(raw)), _NONE).values():
            for key, shape in pattern.routes.get(pattern.literals(plain), ()):
                values = _match(shape, raw, plain)
                if values is not None:
                    found.append((key, values))
        return found

    def first(self, side: str, method: str, path: str) -> tuple[Key, list[str]] | None:
        """The key of the best route, as `find` has it, and the segments of an ordinary path, which are its text.

        None where no route takes it, or where `find` must look closer: at escapes, placeholders, a slash at the end.
        """
        if not _ORDINARY.match(path):
            return None
        segments = path[1:].split("/")
        for pattern in self._index.get((side, method, len(segments)), _NONE).values():
            routes = pattern.routes.get(pattern.literals(segments))
            if routes is not None:
                return routes[0][0], segments
        return None

    def is_crowded(self, side: str, method: str, path: str) -> bool:
        """Whether routes of several shapes could take a path of this length: then a value may spell a literal."""
        return len(self._index.get((side, method, path.count("/")), _NONE)) > 1

    def not_found(self, side: str, method: str, path: str, keys: Collection[Key] | None = None) -> RouteNotFound:
        """The error for a message that no route takes (of those with one of `keys`, where given), naming the nearest.

        Segments that no template has as a literal may be credentials: they are shown as `***`; not so slips of the pen.
        """
        _, plain = split_path(path)
        rows = [row for row in self._rows if row[1] == side and (keys is None or row[0] in keys)]
        literals = {name for row in rows for name in row[3].segments if not name.startswith("{")}
        near, hints, slips = _nearest(rows, method, plain)
        shown = "/".join(name if name in literals | slips or not name else "***" for name in plain)
        expected = f"a route of the {side} API"
        if near:
            expected += f" (nearest: {', '.join(near)})"
        return RouteNotFound([Problem("path", expected, f"{method} /{shown}", help="; ".join(hints))])


def split_path(path: str) -> tuple[list[str], list[str]]:
    """The segments of a path as they stand, and decoded. Raises TranslationError where it is no plain path."""
    if _ORDINARY.match(path):
        raw = path[1:].split("/")
        return raw, raw
    if not path.startswith("/"):
        raise _refusal("a path that begins with /", "no path" if not path else "something else")
    if "?" in path or "#" in path:
        raise _refusal("a path", "a query or a fragment in it")
    raw = path[1:].split("/")
    if raw == [""]:
        return [], []
    try:
        plain = [decode(segment) for segment in raw] if "%" in path else raw
        # A slash at the end is an empty last segment, which only a template that ends so has.
        for segment in plain[:-1] if not plain[-1] and len(plain) > 1 else plain:
            _check(segment)
    except Unfit as error:
        raise _refusal("a path of plain segments", error.found) from None
    return raw, plain


def _refusal(expected: str, what: str) -> TranslationError:
    return TranslationError([Problem("path", expected, what)])


def _parameters(shape: tuple[str, ...]) -> tuple[bool, ...]:
    return tuple(name.startswith("{") for name in shape)


def _match(shape: tuple[str, ...], raw: list[str], plain: list[str]) -> dict[str, str] | None:
    values: dict[str, str] = {}
    for at, name in enumerate(shape):
        if not name.startswith("{"):
            if name != plain[at]:
                return None
        elif not plain[at]:
            return None
        elif name != raw[at]:  # else the placeholder itself: nothing was filled in
            values[name[1:-1]] = plain[at]
    return values


def _segment(value: Any) -> str:
    if value is None:
        raise Unfit("nothing")
    text = shortest(value)
    _check(text)
    return encode(text)


def _check(segment: str) -> None:
    """Raise Unfit where a decoded segment cannot stand in a path. Its text is not shown: it may be a credential."""
    if not segment:
        raise Unfit("an empty segment")
    if segment in (".", ".."):
        raise Unfit(f'the segment "{segment}"')
    if not _CONTROLS.isdisjoint(segment):
        raise Unfit("a control character")
    try:
        length = len(segment.encode())
    except UnicodeEncodeError:
        raise Unfit("a lone surrogate") from None
    if length > MAX_SEGMENT:
        raise Unfit(f"a segment of more than {MAX_SEGMENT} bytes")


def _parse(text: str) -> list[str]:
    """Decoded literals, and parameters in braces."""
    if text == "/":
        return []
    if not text.startswith("/"):
        raise ValueError(f"the path {text} does not begin with /")
    raw = text[1:].split("/")
    segments = []
    for at, segment in enumerate(raw):
        if not _PARAMETER.match(segment) and not _LITERAL.match(segment):
            raise ValueError(f"the path {text} has {segment} in it; a parameter takes a whole segment")
        try:
            segments.append(decode(segment))
            if segment or at < len(raw) - 1:
                _check(segments[-1])
            if segments[-1].startswith("{") and not segment.startswith("{"):
                raise Unfit("an encoded brace")
        except Unfit as error:
            raise ValueError(f"the path {text} has {error.found}") from None
    return segments


def _nearest(
    rows: list[tuple[Any, str, str, Template, int]], method: str, plain: list[str]
) -> tuple[list[str], list[str], set[str]]:
    """Routes that differ in the method alone, then those that differ in one segment, as the spec writes them; what
    their segment is; and the segments of the path that spell a literal of theirs almost."""
    from difflib import get_close_matches  # loaded for an error alone

    ranked: dict[str, int] = {}
    hints: dict[str, str] = {}
    slips: set[str] = set()
    for _, _, known, template, _ in rows:
        shape = min(template.shapes, key=lambda shape: _differences(shape, plain))
        if _differences(shape, plain) + (known != method) != 1:
            continue
        text = f"{known} {template.base}{template.text}"
        ranked.setdefault(text, 0 if known != method else 1)
        for at, (name, given) in enumerate(zip(shape, plain, strict=False), start=1):
            if name and given and not name.startswith("{") and name != given:
                hints.setdefault(text, f"segment {at} of {text} is `{name}`")
                slips.update(get_close_matches(given, [name], cutoff=_ALIKE) and [given])
    near = sorted(ranked, key=lambda text: (ranked[text], text))[:_NEAREST]
    return near, [hints[text] for text in near if text in hints], slips


def _differences(shape: tuple[str, ...], plain: list[str]) -> int:
    """How many segments differ, a slash at the end being one; 2 where the paths are not of one length."""
    wrong = (shape[-1:] == ("",)) != (plain[-1:] == [""])
    names, others = [name for name in shape if name], [name for name in plain if name]
    if len(names) != len(others):
        return 2
    return wrong + sum(not name.startswith("{") and name != other for name, other in zip(names, others, strict=True))
