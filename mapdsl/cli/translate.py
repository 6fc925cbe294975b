"""`mapdsl translate`: one message in, the translated one out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .documents import STDIN, by_kind, print_json, read_json
from .lookups import read_lookups
from .specs import allow_cache, allow_files, choose_endpoint, find
from .terminal import warn

if TYPE_CHECKING:
    from mapdsl.runtime import Api, TranslatedRequest, TranslatedResponse

__all__ = ["translate"]

_EVERY = "every"
_MOST = 100  # losses that are told
_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)


class WithStrict(click.Command):
    """Reads `--strict` alone, without a value, as naming every kind of loss: the word behind it is another argument."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        args = [f"--strict={_EVERY}" if arg == "--strict" and n < end else arg for n, arg in enumerate(args)]
        return super().parse_args(ctx, args)


@click.command(cls=WithStrict, short_help="Translate one message, and say what is lost.")
@click.argument("specs", type=find, metavar="SPECS")
@click.argument("file", type=_FILE, default=STDIN, metavar="[FILE or -]")
@click.option("--to", type=click.Choice(["new", "old"]), required=True, help="The side to translate to.")
@click.option("--response", is_flag=True, help="The message is a response.")
@click.option("--endpoint", metavar="NAME", help="Do not choose the endpoint by method and path.")
@click.option("--lookups", type=_FILE, metavar="FILE", help="Answers to lookups and credentials, as JSON.")
@click.option("--request", type=_FILE, metavar="FILE", help="For a response: what --full printed for its request.")
@click.option("--residue", type=_FILE, metavar="FILE", help="What an earlier translation lost, to be restored.")
@click.option(
    "--strict",
    metavar="[=KINDS]",
    help="Fail where anything is lost, or anything of these kinds: dropped, untranslated, owed.",
)
@click.option("--full", is_flag=True, help="Print all there is to know, not the message alone.")
@allow_files
@allow_cache
def translate(
    specs: Path,
    file: str,
    to: str,
    response: bool,
    endpoint: str | None,
    lookups: str | None,
    request: str | None,
    residue: str | None,
    strict: str | None,
    full: bool,
    files: tuple[Path, ...],
) -> None:
    """Translate one message: JSON in, JSON out (a list where it became several), losses on standard error.

    A request is {"method", "path", "query", "headers", "body"}, a response {"status", "headers", "body"}. Lookups are
    {"NAME": {"old": "new"}}, or {"NAME": [[11, "Sales"]]} where keys are not text.

    \b
    Example:
      mapdsl translate voiso --to new sms.json
      mapdsl translate voiso --to new --full --lookups keys.json sms.json > sent.json
      mapdsl translate voiso --to old --response --request sent.json reply.json
    """
    check_usage(file, to, response, endpoint, lookups, request, residue)
    from mapdsl.pipeline import load
    from mapdsl.runtime import record

    api = load(specs, files=files).exact
    choose_endpoint(endpoint, list(api))
    options: dict[str, Any] = {
        "to": to,
        "endpoint": endpoint,
        "lookups": read_lookups(lookups, list(api.lookups)),
        "residue": read_residue(residue),
        "strict": kinds_of(strict),
    }
    message = read_json(file, "a response" if response else "a request")
    got = answer_to(api, message, request, options) if response else passed_on(api, message, options)
    recorded = record(api, message, got)
    losses = list(by_kind(got.lost))
    for loss in losses[:_MOST]:
        warn(f"{loss.kind}: {loss}")
    if len(losses) > _MOST:
        warn(f"and {len(losses) - _MOST:,} more; --full prints them all")
    hint = getattr(got, "hint", None)  # of a response
    if hint is not None:
        warn(f"hint: {hint}")
    messages = recorded["messages"]
    print_json(recorded if full else messages[0] if len(messages) == 1 else messages)


def kinds_of(strict: str | None) -> bool | tuple[str, ...]:
    """What `--strict` names, as `strict=` takes it."""
    from mapdsl.runtime import KINDS

    if strict is None or strict == _EVERY:
        return strict is not None
    kinds = tuple(kind.strip() for kind in strict.split(","))
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise click.UsageError(f"--strict names {unknown[0]!r}: a loss is one of {', '.join(KINDS)}.")
    return kinds


def check_usage(
    file: str,
    to: str,
    response: bool,
    endpoint: str | None,
    lookups: str | None,
    request: str | None,
    residue: str | None,
) -> None:
    if [file, lookups, request, residue].count(STDIN) > 1:
        raise click.UsageError("Standard input (-) can be read once.")
    if request is not None and not response:
        raise click.UsageError("--request goes with --response: it is the request that the response answers.")
    if response and request is None and endpoint is None:
        raise click.UsageError("A response does not say what it answers: add --request FILE or --endpoint NAME.")


def passed_on(api: Api, message: Any, options: dict[str, Any]) -> TranslatedRequest:
    from mapdsl.runtime import translate_request

    return translate_request(api, as_message(message), **options)


def answer_to(api: Api, message: Any, request: str | None, options: dict[str, Any]) -> TranslatedResponse:
    from mapdsl.runtime import recall, translate_response

    sent = None if request is None else recall(api, read_json(request, "what `translate --full` prints"))
    if sent is not None:
        if sent.to == options["to"]:
            other = "old" if sent.to == "new" else "new"
            raise click.UsageError(f"That request was translated to {sent.to}, so its response goes --to {other}.")
        if options["endpoint"] not in (None, sent.endpoint):
            raise click.UsageError(f"That request is one of {sent.endpoint}, not of {options['endpoint']}.")
    return translate_response(api, as_message(message), request=sent, **options)


def as_message(message: Any) -> Any:
    from mapdsl.errors import MapError

    if isinstance(message, (dict, list)):
        return message
    raise MapError("a message is a JSON object, a request with method and path or a response with status")


def read_residue(file: str | None) -> Any:
    """A residue, or all that --full printed: then the residue in it."""
    content = None if file is None else read_json(file, "a residue")
    return content["residue"] if isinstance(content, dict) and {"messages", "residue"} <= set(content) else content
