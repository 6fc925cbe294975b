"""Specs with one endpoint that lists things, for every pair of schemes, and the servers that belong to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.exchange.fake_server import FakeServer, Names

SCHEMES = ("page", "offset", "cursor", "none")
SIDES = ("old", "new")
PATHS = {"old": "/v1/things", "new": "/v2/items"}
MEMBER = {"old": "n", "new": "number"}
ITEMS: dict[str, Names] = {"old": ("records",), "new": ("cdrs",)}
ABOUT: dict[str, Names] = {"old": (), "new": ("metadata",)}  # where total, next and echoes stand
PARAMETERS = {
    "old": {"page": ("page", "per_page"), "offset": ("start", "count"), "cursor": ("after", "take"), "none": ("", "")},
    "new": {"page": ("p", "size"), "offset": ("offset", "limit"), "cursor": ("cursor", "limit"), "none": ("", "")},
}
_ARGUMENTS = {"page": ("page", "size"), "offset": ("offset", "limit"), "cursor": ("cursor", "limit")}
_ECHOES = {"page": ("page",), "offset": ("offset", "limit"), "cursor": ("limit",), "none": ()}


@dataclass(frozen=True)
class Side:
    """How one side pages. `root`: the reply is the list itself, which leaves no place for total and echoes.

    A default above the maximum is the maximum.
    """

    scheme: str
    default: int = 100
    max: int | None = 100
    first: int = 1
    total: bool = True
    echo: bool = True
    root: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "default", min(self.default, self.max or self.default))

    @property
    def counted(self) -> bool:
        return self.total and not self.root

    @property
    def echoes(self) -> Names:
        return _ECHOES[self.scheme] if self.echo and not self.root else ()


def place(name: str, field: str) -> Names:
    """Where that side's reply has a field beside the list."""
    return (*ABOUT[name], field)


def describe(name: str, side: Side) -> str:
    """The line of a `paging` block."""
    words = [name, side.scheme]
    if side.scheme != "none":
        for argument, parameter in zip(_ARGUMENTS[side.scheme], PARAMETERS[name][side.scheme], strict=True):
            words.append(f"{argument}=@query.{parameter}")
        words.append(f"default={side.default}")
        words += [] if side.max is None else [f"max={side.max}"]
    if side.scheme == "page" and side.first != 1:
        words.append(f"first={side.first}")
    if side.scheme == "cursor":
        words.append(f"next={'.'.join(place(name, 'next'))}")
    words += [f"total={'.'.join(place(name, 'total'))}"] if side.counted else []
    words += [f"echo={'.'.join(place(name, field))}" for field in side.echoes]
    return " ".join([*words, f"items={'$' if side.root else '.'.join(ITEMS[name])}"])


def spec(old: Side, new: Side, scan: int | None = None, item: str = "n <-> number", before: str = "") -> str:
    """The text of an API whose one endpoint lists things; `scan` is the bound for whole lists."""
    ends = ["[]" if side.root else f"{ITEMS[name][0]}[]" for name, side in (("old", old), ("new", new))]
    lines = [
        "mapdsl 1",
        before,
        "endpoint list_things {",
        f"  old GET {PATHS['old']}",
        f"  new GET {PATHS['new']}",
        "  paging {",
        f"    {describe('old', old)}",
        f"    {describe('new', new)}",
        "" if scan is None else f"    scan {scan}",
        "  }",
        f"  response {{ {ends[0]} <-> {ends[1]} {{ {item} }} }}",
        "}",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def server(name: str, side: Side, count: int, **more: Any) -> FakeServer:
    """The server of that side, with as many records."""
    position, size = PARAMETERS[name][side.scheme]
    settings: dict[str, Any] = {
        "scheme": side.scheme,
        "path": PATHS[name],
        "count": count,
        "position": position,
        "size": size,
        "default": side.default,
        "maximum": side.max,
        "first": side.first,
        "member": MEMBER[name],
        "items": () if side.root else ITEMS[name],
        "total": place(name, "total") if side.counted else None,
        "next": place(name, "next"),
        "echo": {field: place(name, field) for field in side.echoes},
    }
    return FakeServer(**{**settings, **more})


def asking(name: str, side: Side, position: Any = None, size: Any = None) -> dict[str, Any]:
    """A request of that side; None leaves a parameter out."""
    names = PARAMETERS[name][side.scheme]
    query = {key: str(value) for key, value in zip(names, (position, size), strict=True) if value is not None}
    return {"method": "GET", "path": PATHS[name], "query": query, "headers": {}, "body": None}
