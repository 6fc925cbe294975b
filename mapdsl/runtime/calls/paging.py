"""Paging of whole messages: the window goes over in the query, the slice and the total come back in the reply.

Paging is no rule of the mapping. Generated code neither reads nor writes the fields that `paging` names, it maps the
items as they stand; these functions stand around it:

    request     plan_calls           before it: the window that the client's request means, and the calls that serve it
                write_window         after it: the request of one call
    response    slice_window         before it: the reply holds the items of the client's window and no others
                write_reply_fields   after it: total, echo, next cursor and whether there is more, in the client's reply

The client is the side that a request comes from and a response goes to. Nothing is remembered between request and
response: both windows are read again from the request as each side spelled it. Without a request at hand a list is
mapped as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from mapdsl.conversions import ABSENT, same
from mapdsl.records import Record
from mapdsl.runtime.compiled import (
    OWED,
    UNTRANSLATED,
    Editor,
    Loss,
    PagingSide,
    Parts,
    Recorder,
    RequestPair,
    Where,
    read,
)
from mapdsl.runtime.messages import shortest, spell

from .marks import marks_of
from .windows import Cursor, Names, Plan, Window, cursor_at, plan, position_of, size_of, window

__all__ = [
    "ListView",
    "client_and_server",
    "contradicted",
    "excuse",
    "note_spelling",
    "nothing_found",
    "plan_calls",
    "planned",
    "slice_window",
    "viewed",
    "write_reply_fields",
    "write_window",
]

Sides = tuple[PagingSide, PagingSide]
_ECHOES = {
    "page": "page",
    "offset": "offset",
    "size": "limit",
    "limit": "limit",
    "per_page": "limit",
    "page_size": "limit",
}


@attrs.frozen(repr=False)
class ListView(Record):
    """What a client asked for, and what of the list the reply at hand covers. `ended`: nothing comes behind it.

    `shown`: how many items that are for this client were found, where these are not all; `totals` says whether that is
    the total (exact), or the server's (server), or none (absent). `searched`: none is behind them.
    `sought`: what the server was asked for, where the reply covers another stretch.
    """

    wanted: Window
    served: Window
    ended: bool | None = None
    shown: int | None = None
    totals: str = "exact"
    searched: bool = True
    sought: Window | None = None


# --- requests ------------------------------------------------------------------------------------------------------


def plan_calls(sides: Sides, to: str, source: Parts, log: Recorder, scan: int, *, whole: bool = False) -> Plan | None:
    """The calls that serve the window that a request asks for; None where it asks for none that can be.

    `whole`: the window is found in the whole list.
    """
    client, server = client_and_server(sides, to, request=True)
    made = planned(sides, to, source, log, whole=whole)
    if made is not None and _reaches_far(client, server, made, scan):
        where: Where = (client.asks, *(size_of(client) or position_of(client) or ()))
        expected = f"at most {scan} items, for the spec says no maximum (`scan {scan}`)"
        if made.walks:
            expected = (
                f"a window among the first {scan} items, for it is found by walking from the first (`scan {scan}`)"
            )
        log.problem(len(log.rules), where, expected, read(source, where))
        return None
    return made


def planned(sides: Sides, to: str, source: Parts, log: Recorder, *, whole: bool = False) -> Plan | None:
    """As `plan_calls`, of a request whose calls were planned before."""
    client, server = client_and_server(sides, to, request=True)
    foreign = _same_words(client, server) and not whole
    wanted = window(client, _asking(client, source), log, foreign=foreign)
    if wanted is not None and whole:
        return plan(server, Window(0, None))
    return None if wanted is None else plan(server, wanted, ours=foreign)


def _reaches_far(client: PagingSide, server: PagingSide, made: Plan, scan: int) -> bool:
    """Whether serving the window takes as many calls as the client likes, and more than the spec allows."""
    wanted = made.wanted
    if wanted.limit is None or made.count == 1 or (made.count is None and not server.unsized):
        return False
    if made.walks and (client.scheme != "cursor" or server.unsized):
        return wanted.offset + wanted.limit > max(scan, client.max or 0)
    return client.max is None and wanted.limit > scan


def write_window(sides: Sides, to: str, source: Parts, target: Parts, made: Plan, served: Window) -> Parts:
    """The target that asks for one window of the plan."""
    client, server = client_and_server(sides, to, request=True)
    parts = Parts(target.body, target.path, target.query, target.header, target.status, target.route)
    editor = Editor(parts)
    for names, value in _spelled(client, server, source, made, served).items():
        editor.put((server.asks, *names), _written(server, names, value), 9)
    return parts


def note_spelling(sides: Sides, to: str, source: Parts, target: Parts, log: Recorder, *, whole: bool = False) -> None:
    """Keep the client's fields where the way home, from what was written, would spell them otherwise.

    `whole`: the way home asks for the whole list.
    """
    client, server = client_and_server(sides, to, request=True)
    aside = Recorder(())
    back = planned(sides, "old" if to == "new" else "new", target, aside, whole=whole)
    home = {} if back is None else _spelled(server, client, target, back, back.window(0))
    images = tuple(
        ((server.asks, *names), read(target, (server.asks, *names)))
        for names in (position_of(server), size_of(server))
        if names is not None
    )
    for names in (position_of(client), size_of(client)):
        if names is not None:
            was = read(source, (client.asks, *names))
            comes = _written(client, names, home.get(names, ABSENT))
            if was is not comes and (was is ABSENT or comes is ABSENT or not same(was, comes)):
                log.note((client.asks, *names), was, images, ABSENT if images else comes)


def means(sides: Sides, to: str, source: Parts, target: Parts, *, whole: bool = False) -> bool:
    """Whether a request asks for a window with just those fields of the other side's request."""
    client, server = client_and_server(sides, to, request=True)
    plan = planned(sides, to, source, Recorder(()), whole=whole)
    spelled = {} if plan is None else _spelled(client, server, source, plan, plan.window(0))
    fields = [names for names in (position_of(server), size_of(server)) if names is not None]
    return plan is not None and all(
        same(read(target, (server.asks, *names)), _written(server, names, spelled.get(names, ABSENT)))
        for names in fields
    )


def _spelled(client: PagingSide, server: PagingSide, source: Parts, made: Plan, served: Window) -> dict[Names, Cursor]:
    """The server's fields for a window, both said aloud; none where both sides mean the same by nothing."""
    alike = (client.default, client.max) == (server.default, server.max) and client.scheme != "none"
    said = _stands(source, client, position_of(client)) or _stands(source, client, size_of(client))
    if alike and not said and made.count == 1:
        return {}
    fields: dict[Names, Cursor] = {}
    at, size_at = position_of(server), size_of(server)
    if at is not None and server.unsized:
        fields[at] = served.cursor or str(server.first)
    elif at is not None and server.scheme == "page":
        fields[at] = str(server.first + served.offset // (made.size or 1))
    elif at is not None and server.scheme == "offset":
        fields[at] = str(served.offset)
    elif at is not None and served.cursor is not None:
        fields[at] = served.cursor
    size = made.size if server.scheme == "page" else served.limit
    if size_at is not None and size is not None:
        fields[size_at] = str(size)
    return fields


def _written(side: PagingSide, names: Names, value: Any) -> Any:
    """A field as the side writes it: in a query a text; in a body a number, or a cursor as the server gave it."""
    if value is ABSENT or (side.asks == "body" and names == side.cursor):
        return value
    return shortest(value) if side.asks == "query" else int(value)


def _asking(side: PagingSide, parts: Parts) -> Any:
    """The part of a request that holds the window: the query, or the body."""
    return parts.query if side.asks == "query" else parts.body


def _stands(parts: Parts, side: PagingSide, names: Names | None) -> bool:
    return names is not None and read(parts, (side.asks, *names)) is not ABSENT


# --- responses -----------------------------------------------------------------------------------------------------


def viewed(sides: Sides, to: str, asked: RequestPair | None, *, whole: bool = False) -> ListView | None:
    """What the client asked for and what the server was asked for; None where no request says so.

    `whole`: the client's window is one of a list that it is shown in part.
    """
    if asked is None:
        return None
    client, server = client_and_server(sides, to, request=False)
    ours, theirs = (asked.new, asked.old) if to == "new" else (asked.old, asked.new)
    aside = Recorder(())
    foreign = _same_words(client, server) and not whole
    wanted = window(client, _asking(client, ours), aside, foreign=foreign)
    served = window(server, _asking(server, theirs), aside, foreign=server.scheme == "cursor")
    return None if wanted is None or served is None else ListView(wanted, served)


def slice_window(sides: Sides, to: str, view: ListView | None, source: Parts, log: Recorder) -> tuple[Parts, int]:
    """The reply with the items of the client's window only, and how many items before them were left out.

    A client that gets whole lists cannot be shown that there is more: that is a problem.
    """
    client, server = client_and_server(sides, to, request=False)
    path: Where = ("body", *server.items)
    items = read(source, path)
    if view is None or not isinstance(items, list):
        return source, 0
    wanted, served = view.wanted, view.served
    if wanted == Window(0, None) and not view.ended and not (client.unsized and server.unsized):
        _check_whole(server, served, source, len(items), log)
    skip = max(0, wanted.offset - served.offset)
    if skip == 0 and (wanted.limit is None or len(items) <= wanted.limit):
        return source, 0
    part = Parts(source.body, source.path, source.query, source.header, source.status)
    Editor(part).put(path, items[skip:] if wanted.limit is None else items[skip : skip + wanted.limit])
    return part, skip


def write_reply_fields(
    sides: Sides, to: str, view: ListView | None, source: Parts, target: Parts, log: Recorder
) -> None:
    """Write what the client's reply says of its page into it; `source` is the server's reply before it was cut.

    Residue keeps what the server's reply said and the way home would say otherwise.
    """
    client, server = client_and_server(sides, to, request=False)
    if not isinstance(source.body, (dict, list)):
        return
    log.excuse(_above("body", _marks(server)))
    editor = Editor(target)
    made = _said(client, server, source, view)
    for names, value in made.items():
        if value is not ABSENT:
            editor.put(("body", *names), value, len(names) + 1)
        elif _hides(view) and names == client.total:
            editor.remove(("body", *names))  # what the server counted is not what this client is shown
            log.lose(len(log.rules), ("body", *names), None, "missing", OWED)
        elif names == client.next or _is_server_s(names, client, server):
            continue  # there is nothing behind it; or the server's reply has none either
        else:
            log.lose(len(log.rules), ("body", *names), None, "needs request" if view is None else "missing", OWED)
    counts_all = view is not None and view.shown is not None and view.totals == "server"
    if view is not None and counts_all and client.total is not None and server.total is not None:
        counted = read(target, ("body", *client.total))
        if counted is not ABSENT and counted != view.shown:
            where, reason = ("body", *(server.total or ())), "counts items that are not shown as well"
            log.lose(len(log.rules), where, counted, reason, UNTRANSLATED)
    home = _said(
        server, client, target, None if view is None else ListView(view.sought or view.served, view.wanted, view.ended)
    )
    for names, value in home.items():
        was = read(source, ("body", *names))
        if was is not value and (was is ABSENT or value is ABSENT or not same(was, value)):
            log.note(("body", *names), was, given=value)


def contradicted(server: PagingSide, page: Parts, window: Window, number: int | None = None) -> Iterator[Loss]:
    """What a reply echoes of the request otherwise than it was asked: none of it reaches the client, so it is a loss.

    `window`: what was asked for; `number`: which of several replies it is. An echoed size may be that of the page, and
    no request asks for one where pages have the server's own.
    """
    items = read(page, ("body", *server.items))
    for name, names in server.echo:
        if server.unsized and _ECHOES[name] == "limit":
            continue
        where: Where = ("body", *names)
        said, asked = read(page, where), _echo(server, name, window, items)
        if said is ABSENT or said is None or asked is ABSENT or (window.cursor is not None and not server.unsized):
            continue
        fitting = [asked, *([len(items)] if _ECHOES[name] == "limit" and isinstance(items, list) else [])]
        if not any(same(said, each) or said == shortest(each) for each in fitting):
            told = where if number is None else (number, *where)
            yield Loss(spell(told), said, f"contradicts the request: {name} {asked} was asked for")


def _marks(side: PagingSide) -> list[Names]:
    """The places of a reply that say of its page: those who read them take an object without them as it is."""
    marks = (side.total, side.next, side.more, *(names for _, names in side.echo))
    return [names for names in marks if names is not None]


def excuse(sides: Sides, to: str, log: Recorder) -> None:
    """Of a request: an object that could hold the fields of its window and holds none is no loss."""
    client, _ = client_and_server(sides, to, request=True)
    fields = (position_of(client), size_of(client), client.cursor)
    log.excuse(_above(client.asks, [names for names in fields if names is not None]))


def _above(root: str, fields: Iterable[Names]) -> set[Where]:
    return {(root, *names[:end]) for names in fields for end in range(1, len(names))}


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


def _is_server_s(names: Names, client: PagingSide, server: PagingSide) -> bool:
    """Whether it is for the server to say, whose reply has none."""
    return (names == client.total and server.total is not None) or (names == client.more and server.more is not None)


def _hides(view: ListView | None) -> bool:
    """Whether a total that there is stays untold."""
    return view is not None and view.shown is not None and view.totals == "absent"


def _check_whole(server: PagingSide, served: Window, source: Parts, count: int, log: Recorder) -> None:
    """A client that gets whole lists: the reply must be the whole list."""
    total = ABSENT if server.total is None else read(source, ("body", *server.total))
    each = served.limit or max(count, 1)
    later = "translate_response has the first reply alone: use Api.exchange"
    goes_on = marks_of(server, source).goes_on(server)
    if goes_on is not None:
        if goes_on:
            where: Where = ("body", *(server.more or server.next or ()))
            log.problem(len(log.rules), where, f"no page behind this one: {later}", read(source, where))
    elif isinstance(total, int) and not isinstance(total, bool):
        if total > served.offset + count:
            log.problem(
                len(log.rules),
                ("body", *(server.total or ())),
                f"no more than the {count} items of this reply: the whole list takes {-(-total // each)} calls, and "
                f"{later}",
                total,
            )
    elif server.unsized or (served.limit is not None and count >= served.limit):
        may = f"fewer than {served.limit} items, or a total: a full page may not be the last"
        if served.limit is None:
            may = "a total: this page may not be the last"
        log.problem(
            len(log.rules),
            ("body", *server.items),
            f"{may}, and {later}",
            read(source, ("body", *server.items)),
        )


def _said(client: PagingSide, server: PagingSide, source: Parts, view: ListView | None) -> dict[Names, Any]:
    """What the client's reply says of its page: total, echoes and next cursor; ABSENT where that cannot be known."""
    said: dict[Names, Any] = {}
    if client.total is not None:
        said[client.total] = _total(server, source, view)
    for name, names in client.echo:
        items = read(source, ("body", *server.items))
        said[names] = ABSENT if view is None else _echo(client, name, view.wanted, items)
    if client.next is not None:
        said[client.next] = _next(client, server, source, view)
    if client.more is not None:
        said[client.more] = _more(client, server, source, view)
    return said


def _total(server: PagingSide, source: Parts, view: ListView | None) -> Any:
    if view is not None and view.shown is not None and (view.totals != "server" or server.total is None):
        return view.shown if view.totals == "exact" else ABSENT
    if server.total is not None:
        return read(source, ("body", *server.total))
    items = read(source, ("body", *server.items))
    if not isinstance(items, list):
        return ABSENT
    if server.scheme == "none":
        return len(items)
    if view is None or view.served.cursor is not None:
        return ABSENT
    if view.ended is None and (view.served.limit is None or len(items) >= view.served.limit):
        return ABSENT
    if view.ended is False:
        return ABSENT
    return view.served.offset + len(items) if items or view.served.offset == 0 else ABSENT


def _next(client: PagingSide, server: PagingSide, source: Parts, view: ListView | None) -> Any:
    """The cursor behind the client's window; ABSENT at the end of the list, or where no request is at hand."""
    if server.scheme == "cursor" and (view is None or view.shown is None):
        ends = client.more is None and marks_of(server, source).more is False  # a cursor all the same says nothing
        return ABSENT if server.next is None or ends else read(source, ("body", *server.next))
    items = read(source, ("body", *server.items))
    if view is None or view.wanted.limit is None or not isinstance(items, list):
        return ABSENT
    behind_it = view.wanted.offset + view.wanted.limit
    more = _more(client, server, source, view)
    if isinstance(more, bool):
        return cursor_at(behind_it) if more else ABSENT
    return cursor_at(behind_it) if view.served.offset + len(items) >= behind_it else ABSENT


def _more(client: PagingSide, server: PagingSide, source: Parts, view: ListView | None) -> Any:
    """Whether there are items behind the client's window: as the server says, where both windows end together.

    ABSENT where nobody knows; what the server says in its own words where no request is at hand.
    """
    told = ABSENT if server.more is None else read(source, ("body", *server.more))
    goes_on = marks_of(server, source).goes_on(server)
    items = read(source, ("body", *server.items))
    if view is None or not isinstance(items, list):
        return told if server.more is not None else _known(goes_on)
    if view.shown is None and _same_words(client, server):
        return _known(goes_on)
    if view.wanted.limit is None:
        return False
    end = view.wanted.offset + view.wanted.limit
    if view.shown is not None:
        return end < view.shown or (end == view.shown and not view.searched)
    covered = view.served.offset + len(items)
    if covered > end:
        return True
    if goes_on is not None and (covered == end or view.ended):
        return goes_on
    total = _total(server, source, view)
    if isinstance(total, int) and not isinstance(total, bool):
        return end < total
    if view.ended or (view.served.limit is not None and len(items) < view.served.limit and goes_on is None):
        return False
    return _known(goes_on)


def _known(goes_on: bool | None) -> Any:
    return ABSENT if goes_on is None else goes_on


def _echo(client: PagingSide, name: str, wanted: Window, items: Any) -> Any:
    kind = _ECHOES.get(name)
    if client.unsized:
        given = len(items) if isinstance(items, list) and wanted.offset == 0 else 0
        return int(wanted.cursor or client.first) if kind == "page" else given if kind == "limit" else ABSENT
    if kind == "page" and wanted.limit:
        return client.first + wanted.offset // wanted.limit
    if kind == "page" and wanted.offset == 0:
        return client.first
    value = wanted.offset if kind == "offset" else wanted.limit if kind == "limit" else None
    return ABSENT if value is None else value


def _same_words(client: PagingSide, server: PagingSide) -> bool:
    """Whether the client counts in what only the server knows: its cursors, or its pages of a size that nobody says."""
    return client.scheme == server.scheme == "cursor" or (client.unsized and server.unsized)


# --- who is who ----------------------------------------------------------------------------------------------------


def client_and_server(sides: Sides, to: str, request: bool) -> tuple[PagingSide, PagingSide]:
    """Client and server of a message that goes `to` that side."""
    old, new = sides
    return (old, new) if request == (to == "new") else (new, old)
