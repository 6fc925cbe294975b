"""`mapdsl demo`: an old client talks to a new server, message by message, with what is lost and how it comes back."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mapdsl.version import __version__

from .documents import as_json, by_kind, read_json
from .layout import beside, fold, head
from .terminal import say

if TYPE_CHECKING:
    from mapdsl.pipeline import DemoCall
    from mapdsl.runtime import Api, Loss

__all__ = ["demo"]

_GUIDE = "voiso"
_LABEL = 13  # columns of the words before a remark


@click.command(short_help="See real messages go to the new API and back.")
def demo() -> None:
    """Carry real messages of the shipped guide to the new API and back.

    \b
    Example:
      mapdsl demo
    """
    from mapdsl.pipeline import DemoScript, load, shipped, structure

    folder = shipped(_GUIDE)
    script = structure(read_json(str(folder / "demo.json"), "the demo's messages"), DemoScript, "the demo's messages")
    api = load(folder).exact
    say(click.style(f"mapdsl {__version__}: the migration guide is the program", bold=True))
    say()
    say("An old client of a contact-center API talks to a server that knows version 4 only. In between stands")
    say(f"the migration guide, compiled a moment ago from {folder}")
    for number, call in enumerate(script.calls, 1):
        say()
        say("\n".join(conversation(api, call, f"{number}. {call.title}", script.lookups)).rstrip())
    say()
    say("\n".join(farewell()))


def conversation(api: Api, call: DemoCall, title: str, lookups: dict[str, Any]) -> Iterator[str]:
    """One request to new, its reply to old, what was lost, and the request once more on its way back."""
    from mapdsl.runtime import Request, translate_request, translate_response

    old = Request.from_any(call.request.filled("GET", "/"))
    sent = translate_request(api, old, to="new", lookups=lookups)
    got = translate_response(api, call.reply.filled(), to="old", request=sent, lookups=lookups)
    yield click.style(title, bold=True)
    yield call.about
    yield ""
    yield from (click.style(line, dim=True) for line in beside(["the old client"], "", ["the new server"]))
    yield from beside(head(old) + fold(old.body), "->", head(sent.request) + fold(sent.request.body))
    yield ""
    answer, reply = got.response, call.reply
    yield from beside([str(answer.status), *fold(answer.body)], "<-", [str(reply.status), *fold(reply.body)])
    yield ""
    yield from losses("new", sent.lost)
    yield from losses("old", got.lost)
    yield from remark("and back", way_back(api, old, sent, lookups))


def losses(to: str, lost: Iterable[Loss]) -> Iterator[str]:
    """What one way lost: what did not arrive, what arrived untranslated and what is owed stand apart."""
    yield from remark(f"lost to {to}", [f"{loss.kind}: {told(loss)}" for loss in by_kind(lost)])


def told(loss: Loss) -> str:
    where = "" if loss.rule is None else f"  ({loss.rule.file.rpartition('/')[2]}:{loss.rule.line})"
    return f"{loss.path} = {as_json(loss.value)}: {loss.reason}{where}".replace("\n", " ")


def way_back(api: Api, old: Any, sent: Any, lookups: dict[str, Any]) -> list[str]:
    """What the request is when it comes back, with the residue and without."""
    from mapdsl.runtime import translate_request

    with_residue = translate_request(api, sent.request, to="old", lookups=lookups, residue=sent.residue).request
    without = translate_request(api, sent.request, to="old", lookups=lookups).request
    lines = ["with the residue the request is " + sameness(old.to_dict(), with_residue.to_dict())]
    if without != with_residue:
        lines.append("without it the request is " + sameness(old.to_dict(), without.to_dict()))
    return lines


def sameness(old: Any, back: Any) -> str:
    changed = list(differences(old, back, ""))
    return "what it was" if not changed else f"what it was, but for {', '.join(changed)}"


def differences(one: Any, other: Any, path: str) -> Iterator[str]:
    """The paths at which two documents differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in {**one, **other}:
            below = f"{path}.{name}" if path else name
            if name not in one or name not in other:
                yield below
            else:
                yield from differences(one[name], other[name], below)
    elif one != other:
        yield path


def remark(label: str, lines: list[str]) -> Iterator[str]:
    """Lines behind a word, folded to a hundred columns."""
    for line in lines or ["nothing"]:
        for part in textwrap.wrap(line, 97 - _LABEL, break_on_hyphens=False):
            yield f"  {click.style(label.ljust(_LABEL), bold=True)}{part}"
            label = ""


def program() -> str:
    """What a person types to run this program once more: the name alone does only where the shell finds it."""
    from shutil import which

    typed = sys.argv[0]
    is_script = Path(typed).name == "mapdsl" and len(typed) <= _LABEL * 3
    return typed if is_script and which("mapdsl") is None else "mapdsl"


def farewell() -> Iterator[str]:
    me = program()
    yield click.style("Try next", bold=True)
    for command, about in (
        (f"{me} show {_GUIDE} send_sms", "the rules of Send SMS, and what each of them loses"),
        (f"{me} show {_GUIDE} send_sms --code", "the Python that ran just now"),
        (f"{me} test {_GUIDE}", "every example of the guide, through both engines"),
        (f"{me} translate --help", "your own messages"),
    ):
        yield f"  {command.ljust(len(me) + 32)}{about}"
    yield "A first guide of your own, in ten minutes: docs/tutorial/first-mapping.md"
