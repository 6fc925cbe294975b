"""Paging of whole messages: the window goes over in the query, the slice and the total come back in the reply.

Paging is no rule of the mapping. Generated code neither reads nor writes the fields that `paging` names, it maps the
items as they stand; these functions stand around it:

    request     carry   after it: the server's query asks for the window that the client's query meant
    response    cut     before it: the reply holds the items of the client's window and no others
                fill    after it: total and echo of the client's reply

The client is the side that a request comes from and a response goes to. Nothing is remembered between request and
response: both windows are read again from the request as each side spelled it. Without a request at hand a list is
mapped as it stands. A window that takes several calls is a problem, as long as there is no exchange.
"""

from __future__ import annotations

from typing import Any

from mapdsl.conversions import ABSENT, same

from .parts import Asked, Log, Parts
from .places import Editor, Where, read
from .plan import PagingSide
from .windows import Calls, Names, Window, calls, position_of, size_of, window

__all__ = ["carry", "cut", "fill", "nothing_found"]

Sides = tuple[PagingSide, PagingSide]
_LATER = "several calls for one request are not there yet"
_ECHOES = {
    "page": "page",
    "offset": "offset",
    "size": "limit",
    "limit": "limit",
    "per_page": "limit",
    "page_size": "limit",
}


def carry(sides: Sides, to: str, source: Parts, target: Parts, log: Log) -> None:
    """Write into the target's query the window that the source's asks for; residue keeps how it was spelled."""
    client, server = _roles(sides, to, request=True)
    wanted = window(client, _asking(client, source), log)
    if wanted is None:
        return
    plan = calls(server, wanted)
    if plan.count > 1:
        _refuse(client, server, wanted, plan, source, log)
        return
    written = _spelled(client, server, source, wanted, plan)
    editor = Editor(target)
    for names, value in written.items():
        editor.put((server.asks, *names), value if server.asks == "query" else int(value), len(names))
    _note_spelling(client, server, source, target, log)


def cut(sides: Sides, to: str, asked: Asked | None, source: Parts, log: Log) -> tuple[Parts, int]:
    """The reply with the items of the client's window only, and how many items before them were left out.

    A client that gets whole lists cannot be shown that there is more: that is a problem.
    """
    windows = _windows(sides, to, asked)
    client, server = _roles(sides, to, request=False)
    path: Where = ("body", *server.items)
    items = read(source, path)
    if windows is None or not isinstance(items, list):
        return source, 0
    wanted, served = windows
    if client.scheme == "none":
        _check_whole(server, served, source, len(items), log)
    skip = max(0, wanted.offset - served.offset)
    if skip == 0 and (wanted.limit is None or len(items) <= wanted.limit):
        return source, 0
    part = Parts(source.body, source.path, source.query, source.header, source.status)
    Editor(part).put(path, items[skip:] if wanted.limit is None else items[skip : skip + wanted.limit])
    return part, skip


def fill(sides: Sides, to: str, asked: Asked | None, source: Parts, target: Parts, log: Log) -> None:
    """Write total and echo into the client's reply; `source` is the reply before it was cut.

    Residue keeps what the server's reply said and the way home would say otherwise.
    """
    client, server = _roles(sides, to, request=False)
    if not isinstance(source.body, (dict, list)):
        return
    windows = _windows(sides, to, asked)
    editor = Editor(target)
    made = _said(client, server, source, None if windows is None else (windows[0], windows[1]))
    for names, value in made.items():
        if value is not ABSENT:
            editor.put(("body", *names), value, len(names) + 1)
        elif names == client.total and server.total is not None:
            continue  # the server's reply has none either
        else:
            log.lose(len(log.rules), ("body", *names), None, "needs request" if windows is None else "missing")
    home = _said(server, client, target, None if windows is None else (windows[1], windows[0]))
    for names, value in home.items():
        was = read(source, ("body", *names))
        if was is not value and (was is ABSENT or value is ABSENT or not same(was, value)):
            log.note(("body", *names), was, given=value)


def nothing_found(sides: Sides, server: str) -> Any:
    """The body with which a server says that it found nothing: the empty list, and a total of 0."""
    own = sides[server == "new"]
    parts = Parts([] if not own.items else {})
    editor = Editor(parts)
    if own.items:
        editor.put(("body", *own.items), [], len(own.items))
        if own.total is not None:
            editor.put(("body", *own.total), 0, len(own.total))
    return parts.body


# --- requests ------------------------------------------------------------------------------------------------------


def _spelled(client: PagingSide, server: PagingSide, source: Parts, wanted: Window, plan: Calls) -> dict[Names, str]:
    """The server's fields for a window, both said aloud; none where both sides mean the same by nothing."""
    alike = (client.default, client.max) == (server.default, server.max) and client.scheme != "none"
    if alike and not _stands(source, client, position_of(client)) and not _stands(source, client, size_of(client)):
        return {}
    fields: dict[Names, str] = {}
    at, size_at = position_of(server), size_of(server)
    if at is not None and server.scheme == "page":
        fields[at] = str(server.first + wanted.offset // (plan.size or 1))
    elif at is not None:
        fields[at] = str(wanted.offset)
    if size_at is not None and plan.size is not None:
        fields[size_at] = str(plan.size)
    return fields


def _asking(side: PagingSide, parts: Parts) -> Any:
    """The part of a request that holds the window: the query, or the body."""
    return parts.query if side.asks == "query" else parts.body


def _stands(parts: Parts, side: PagingSide, names: Names | None) -> bool:
    return names is not None and read(parts, (side.asks, *names)) is not ABSENT


def _note_spelling(client: PagingSide, server: PagingSide, source: Parts, target: Parts, log: Log) -> None:
    """Keep the client's fields where the way home, from what was written, would spell them otherwise."""
    aside = Log(())
    back = window(server, _asking(server, target), aside)
    plan = None if back is None else calls(client, back)
    home = {} if back is None or plan is None else _spelled(server, client, target, back, plan)
    images = tuple(
        ((server.asks, *names), read(target, (server.asks, *names)))
        for names in (position_of(server), size_of(server))
        if names is not None
    )
    for names in (position_of(client), size_of(client)):
        if names is not None:
            was = read(source, (client.asks, *names))
            comes: Any = home.get(names, ABSENT)
            comes = int(comes) if client.asks == "body" and comes is not ABSENT else comes
            if was is not comes and (was is ABSENT or comes is ABSENT or not same(was, comes)):
                log.note((client.asks, *names), was, images, ABSENT if images else comes)


def _refuse(client: PagingSide, server: PagingSide, wanted: Window, plan: Calls, source: Parts, log: Log) -> None:
    where: Where = (client.asks, *(size_of(client) or position_of(client) or ()))
    most = server.max or server.default or plan.size or 1
    if wanted.limit is not None and wanted.limit <= most:
        advice = f"a window that begins at a multiple of its size, {wanted.limit}"
    else:
        advice = f"at most {most} items"
    default = "" if _stands(source, client, size_of(client)) else ", the default,"
    log.problem(
        len(log.rules),
        where,
        f"{advice}: {wanted.limit} items{default} from {wanted.offset} on take {plan.count} calls to the other API, "
        f"and {_LATER}",
        read(source, where),
    )


# --- responses -----------------------------------------------------------------------------------------------------


def _check_whole(server: PagingSide, served: Window, source: Parts, count: int, log: Log) -> None:
    """A client that gets whole lists: the reply must be the whole list."""
    total = ABSENT if server.total is None else read(source, ("body", *server.total))
    each = served.limit or max(count, 1)
    if isinstance(total, int) and not isinstance(total, bool):
        if total > served.offset + count:
            taken = -(-total // each)
            log.problem(
                len(log.rules),
                ("body", *(server.total or ())),
                f"no more than the {count} items of this reply: the whole list takes {taken} calls, and {_LATER}",
                total,
            )
    elif served.limit is not None and count >= served.limit:
        log.problem(
            len(log.rules),
            ("body", *server.items),
            f"fewer than {served.limit} items, or a total: a full page may not be the last, and {_LATER}",
            read(source, ("body", *server.items)),
        )


def _said(
    client: PagingSide, server: PagingSide, source: Parts, windows: tuple[Window, Window] | None
) -> dict[Names, Any]:
    """What the client's reply says of its page: total and echoes; ABSENT where that cannot be known."""
    said: dict[Names, Any] = {}
    if client.total is not None:
        said[client.total] = _total(server, source, windows)
    for name, names in client.echo:
        said[names] = ABSENT if windows is None else _echo(client, name, windows[0])
    return said


def _total(server: PagingSide, source: Parts, windows: tuple[Window, Window] | None) -> Any:
    if server.total is not None:
        return read(source, ("body", *server.total))
    items = read(source, ("body", *server.items))
    if not isinstance(items, list):
        return ABSENT
    if server.scheme == "none":
        return len(items)
    if windows is None or windows[1].limit is None or len(items) >= windows[1].limit:
        return ABSENT
    return windows[1].offset + len(items) if items or windows[1].offset == 0 else ABSENT


def _echo(client: PagingSide, name: str, wanted: Window) -> Any:
    kind = _ECHOES.get(name)
    if kind == "page" and wanted.limit:
        return client.first + wanted.offset // wanted.limit
    if kind == "page" and wanted.offset == 0:
        return client.first
    value = wanted.offset if kind == "offset" else wanted.limit if kind == "limit" else None
    return ABSENT if value is None else value


# --- who is who ----------------------------------------------------------------------------------------------------


def _roles(sides: Sides, to: str, request: bool) -> tuple[PagingSide, PagingSide]:
    """Client and server of a message that goes `to` that side."""
    old, new = sides
    return (old, new) if request == (to == "new") else (new, old)


def _windows(sides: Sides, to: str, asked: Asked | None) -> tuple[Window, Window] | None:
    """What the client asked for and what the server was asked for; None where no request says so."""
    if asked is None:
        return None
    client, server = _roles(sides, to, request=False)
    ours, theirs = (asked.new, asked.old) if to == "new" else (asked.old, asked.new)
    aside = Log(())
    wanted, served = window(client, _asking(client, ours), aside), window(server, _asking(server, theirs), aside)
    return None if wanted is None or served is None else (wanted, served)
