"""Conversions by name. What mapdsl brings and what users add stand side by side here."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs

from mapdsl.records import Record

from .base import Conversion

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

__all__ = [
    "GROUP",
    "BadConversion",
    "brought",
    "build",
    "conversion",
    "discover",
    "expect",
    "flip",
    "member_name",
    "names",
    "register",
    "usage",
]

Factory = Callable[..., Conversion]
GROUP = "mapdsl.conversions"  # entry points: the name of a conversion -> its factory


class BadConversion(ValueError):
    """A conversion cannot be built: its name is unknown, or an argument does not fit. `help` says what would."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(f"{message}; {help}" if help else message)
        self.message = message
        self.help = help


@attrs.frozen(repr=False)
class _Entry(Record):
    factory: Factory
    signature: inspect.Signature
    makes_numbers: bool


_ENTRIES: dict[str, _Entry] = {}
_EXPECTED: dict[str, Callable[[], object]] = {}  # the name of a conversion -> what registers it


def expect(names: Iterable[str], load: Callable[[], object]) -> None:
    """Make names known whose conversions `load` registers. It is called when one of them is first needed."""
    _EXPECTED.update(dict.fromkeys(names, load))


def _entry(name: str) -> _Entry | None:
    if name not in _ENTRIES and name in _EXPECTED:
        _EXPECTED[name]()
    return _ENTRIES.get(name)


def register(name: str, factory: Factory, *, makes_numbers: bool = False) -> None:
    """Make a conversion known. `factory` takes the arguments of the spec and returns a Conversion, or raises
    BadConversion. With `makes_numbers` it also takes `exact`: whether numbers must keep their digits.

    A name can be taken once: ValueError otherwise.
    """
    known = _entry(name)
    if known is not None and known.factory is not factory:
        raise ValueError(f"a conversion `{name}` is registered already")
    _ENTRIES[name] = _Entry(factory, inspect.signature(factory), makes_numbers)


def conversion(name: str, *, makes_numbers: bool = False) -> Callable[[Factory], Factory]:
    """Decorator: register the factory under this name."""

    def remember(factory: Factory) -> Factory:
        register(name, factory, makes_numbers=makes_numbers)
        return factory

    return remember


def discover(name: str) -> bool:
    """Whether a conversion of this name is known, or an installed package brings one (entry points of `GROUP`).

    What the entry point names is loaded; it is a factory, registered by the decorator or by this call.
    """
    if _entry(name) is None:
        for found in _brought(tuple(sys.path)).select(name=name):
            factory = found.load()
            if name not in _ENTRIES:
                register(name, factory)
    return name in _ENTRIES


@lru_cache(maxsize=1)
def _brought(path: tuple[str, ...]) -> EntryPoints:
    """What the packages installed on a path bring: looked up for an unknown name only, as it reads them all."""
    from importlib.metadata import entry_points

    return entry_points(group=GROUP)


def names() -> tuple[str, ...]:
    """The names of all conversions, sorted."""
    return tuple(sorted(_ENTRIES.keys() | _EXPECTED.keys()))


def brought() -> tuple[str, ...]:
    """The names of the conversions that mapdsl did not bring itself: users registered them, or packages."""
    own = f"{__package__}."
    return tuple(
        name for name, entry in _ENTRIES.items() if not str(getattr(entry.factory, "__module__", "")).startswith(own)
    )


def usage(name: str) -> str:
    """How a registered conversion is written: `date_time(layout, zone)`. KeyError where there is none."""
    entry = _entry(name)
    if entry is None:
        raise KeyError(name)
    parameters = []
    for parameter in entry.signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY:
            continue
        optional = parameter.default is not parameter.empty
        parameters.append(f"{parameter.name}?" if optional else parameter.name)
    return f"{name}({', '.join(parameters)})" if parameters else name


def build(name: str, args: tuple[Any, ...] = (), exact: bool = False) -> Conversion:
    """The conversion with its arguments filled in. Arguments are JSON literals or Conversions.

    With `exact`, numbers that it makes keep their digits (`100.10` stays `Decimal("100.10")`).
    """
    entry = _entry(name)
    if entry is None:
        from difflib import get_close_matches  # loaded for the error alone

        close = get_close_matches(name, names(), n=3)
        meant = f"did you mean {' or '.join(f'`{other}`' for other in close)}?" if close else ""
        raise BadConversion(f"there is no conversion `{name}`", meant or f"known are {', '.join(names())}")
    options = {"exact": exact} if entry.makes_numbers else {}
    try:
        entry.signature.bind(*args, **options)
    except TypeError:
        raise BadConversion(f"`{name}` does not take {_count(args)}", f"write `{usage(name)}`") from None
    return entry.factory(*args, **options)


def _count(args: tuple[Any, ...]) -> str:
    if not args:
        return "no arguments"
    return "one argument" if len(args) == 1 else f"{len(args)} arguments"


def flip(given: Conversion) -> Conversion:
    """The same conversion with its sides exchanged."""
    return attrs.evolve(
        given,
        old=given.new,
        new=given.old,
        to_new=given.to_old,
        to_old=given.to_new,
        old_places=given.new_places,
        new_places=given.old_places,
    )


def member_name(name: str, given: Any) -> str:
    """A member name among the arguments. A name that is also a conversion's means the member here."""
    if isinstance(given, Conversion):
        given = given.name
    if not isinstance(given, str):
        raise BadConversion(f"`{name}` takes the name of a member", f"write `{usage(name)}`")
    return given
