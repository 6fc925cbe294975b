"""The exchange: one request of a client, carried out against the server of the other side. Without I/O.

It tells step by step what must be looked up (Ask) and which calls must be made (Send), takes the answers, and ends with
the client's response (Done). What it does is a function of the request and of the answers alone, so its state is the
list of answers: an exchange that is resumed runs through them again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, NoReturn

import attrs

from mapdsl.conversions import same
from mapdsl.errors import ExchangeError, LookupMissing, MapError, Problem, TranslationError
from mapdsl.runtime.calls import (
    MAX_FAN_OUT,
    WHOLE,
    bound_of,
    client_and_server,
    hides_items,
    needs_read,
)
from mapdsl.runtime.compiled import Auth
from mapdsl.runtime.messages import Headers, Request, is_credential
from mapdsl.runtime.translation import (
    check_lookups,
    open_all,
)
from mapdsl.runtime.transport import Catalog, CatalogUnit, IncomingRequest, is_call, masked, validated

from .conversation import SAFE, Conversation, Step, Talk
from .faults import CLIENT, SERVER, effect_of, fate_of, tell, to_sender
from .state import (
    FORMAT,
    READ_AGAIN,
    check_state,
    dump_answers,
    dump_outcome,
    dump_request,
    hides_some,
    load_answers,
    load_outcome,
    load_request,
)
from .steps import Ask, Done, Failed, Send, read_answers, read_replies

__all__ = ["Exchange", "most_calls", "resume", "start"]

_SETTLED = Failed("reset", None)


def start(catalog: Catalog, request: Any, client: str, endpoint: str | None = None) -> Exchange:
    """The exchange of a request that the client of side `client` sent."""
    return Exchange(catalog, Request.from_any(request), client, endpoint)


def resume(catalog: Catalog, state: Any, request: Any = None, lookups: Mapping[str, Any] | None = None) -> Exchange:
    """The exchange that a state was taken of. `request` is the client's message again, read for its credentials only;
    `lookups` answers credentials, which no state holds, before they are asked for.

    Raises MapError where the state is none of this Api, or where `request` is another message.
    """
    known = check_lookups(lookups)
    check_state(state, catalog.digest)
    if state["endpoint"] is not None and state["endpoint"] not in catalog.by_name:
        raise MapError("this is no state of an exchange: there is no endpoint of that name")
    kept = load_request(state["request"])
    if request is not None:
        given = Request.from_any(request)
        opened = open_all(catalog, (validated(given),), state["client"], state["endpoint"])[0]
        again, before = dump_request(masked(opened, state["client"])), dump_request(kept.to_dict())
        if not same({**again, "headers": {}}, {**before, "headers": {}}):
            raise MapError("request= is another message than the one that this exchange began with")
        given = attrs.evolve(given, headers={**kept.headers, **_credentials(opened, state["client"])})
    exchange = Exchange(
        catalog, kept if request is None else given, state["client"], state["endpoint"], bare=request is None
    )
    exchange._conversation.known = known
    exchange._replay(state["events"], state["handed"])
    return exchange


def most_calls(prepared: CatalogUnit, client: str) -> int:
    """The most calls that any request of a client takes."""
    unit = prepared.unit
    if unit.fan is not None and client == "old":
        return MAX_FAN_OUT
    more = sum(enrich.side == client for enrich in unit.enrich)
    if unit.paging is None:
        return 1 + int(needs_read(unit.replace, "new" if client == "old" else "old")) + more
    asks, serves = client_and_server(unit.paging, "new" if client == "old" else "old", request=True)
    bound = bound_of(asks, serves, unit.scan)
    return more + (max(bound, bound_of(WHOLE, serves, unit.scan)) if hides_items(unit, client) else bound)


class Exchange:
    """One request carried out. `step()` tells what to do, `answer(value)` takes what came of it.

    `max_calls` is a bound on the calls that any request to this endpoint takes, known before the first.
    """

    __module__ = "mapdsl"

    def __init__(
        self, catalog: Catalog, request: Request, client: str, endpoint: str | None, *, bare: bool = False
    ) -> None:
        self._catalog = catalog
        self._client = client
        self._server = "new" if client == "old" else "old"
        self._endpoint = endpoint
        self._request = request
        self._bare = bare
        self._opened = self._open()
        self._events: list[dict[str, Any]] = []
        self._asked: dict[str, Any] | None = None  # what states hold: the request, and the first of the events
        self._told: list[dict[str, Any]] = []
        self._current: Step | None = None
        self._error: MapError | None = None
        self._handed = False
        self._shown = False
        self._settled: dict[int, Failed] = {}
        self._pending: deque[Mapping[str, Any]] = deque()
        self._was_handed = False
        self.endpoint = self._opened.prepared.unit.endpoint
        self.variant = self._opened.prepared.unit.variant
        self.max_calls = most_calls(self._opened.prepared, client)
        self._conversation = Conversation(catalog, self._opened, client, self.max_calls)
        self._talk: Talk = self._conversation.steps()

    def __reduce__(self) -> NoReturn:
        raise TypeError("an exchange cannot be pickled: keep what its state() gives, and go on with Api.resume(state)")

    @property
    def _auth(self) -> Auth | None:
        return self._opened.prepared.unit.auth

    def __repr__(self) -> str:
        return f"<Exchange of {self.endpoint} for a client of the {self._client} API>"

    # --- the protocol ---

    def step(self) -> Step:
        """What to do next; the same again until it is answered. Raises MapError where the request cannot be served."""
        self._begin()
        if self._error is not None:
            raise self._error
        assert self._current is not None
        if isinstance(self._current, Send):
            left = [each for number, each in enumerate(self._current.requests) if number not in self._settled]
            self._check_filled(left)
            self._handed = self._shown = True
            return Send(tuple(left)) if self._settled else self._current
        self._shown = True
        return self._current

    def _check_filled(self, calls: Sequence[Request]) -> None:
        """Calls that are to be made carry the credential of their side."""
        unfilled = dict.fromkeys(name for call in calls for name in call.unfilled)
        if not unfilled:
            return
        expected = "a credential: the client's message carries one (after resume, request=), and its Ask is answered"
        error = LookupMissing([Problem(f"lookups.{name}", expected, "none") for name in unfilled])
        if self._opened.credential is None and not self._bare:
            error.fault = CLIENT  # its message carries none
        raise self._with_reply(error)

    def answer(self, value: Any) -> None:
        """Take the answer to the step that `step` returned.

        Raises ExchangeError where nothing was asked, or the answer is of the wrong kind: then nothing has changed.
        """
        if not self._shown or self._error is not None or isinstance(self._current, Done):
            what = "the exchange is done" if isinstance(self._current, Done) else "call step() first"
            raise ExchangeError(f"there is nothing to answer: {what if self._error is None else 'the exchange failed'}")
        step = self._current
        if isinstance(step, Ask):
            self._take(step, read_answers(step, value))
        else:
            assert isinstance(step, Send)
            left = [each for number, each in enumerate(step.requests) if number not in self._settled]
            outcomes = iter(read_replies(Send(tuple(left)), value))
            whole = [self._settled[n] if n in self._settled else next(outcomes) for n in range(len(step.requests))]
            if self._is_read_again():
                self._pending.popleft()
            self._take(step, whole)
        self._catch_up()

    def state(self) -> dict[str, Any]:
        """All that was answered, as a JSON value without credentials: `Api.resume` goes on from it.

        Take it after `step` and before the calls are made: then no call with an effect is made twice. The states of an
        exchange share what they have in common, so that each costs what is new in it: change none.
        """
        if self._asked is None:
            self._asked = deepcopy(dump_request(masked(self._opened, self._client), self._auth))
        self._told += deepcopy(self._events[len(self._told) :])
        return {
            "mapdsl": FORMAT,
            "digest": self._catalog.digest,
            "client": self._client,
            "endpoint": self._endpoint,
            "request": self._asked,
            "events": [*self._told, *deepcopy([*self._pending])],
            "handed": self._was_handed or (self._handed and not self._pending),
        }

    # --- answers, in their order ---

    def _begin(self) -> None:
        if self._current is None and self._error is None:
            self._advance(None)
            self._catch_up()

    def _take(self, step: Step, value: Any) -> None:
        if isinstance(step, Ask):
            if not step.credential:
                self._events.append({"ask": step.lookup, **dump_answers(value)})
        else:
            prepared = self._opened.prepared
            spoken, named = prepared.spoken("reply", self._server), prepared.names("response", self._client).here
            kept = [dump_outcome(each, self._auth, spoken, named) for each in value]
            if self._conversation.writes_back and any(
                hides_some(each, dumped) for each, dumped in zip(value, kept, strict=True)
            ):
                self._events.append(READ_AGAIN)
            else:
                self._events.append({"send": kept})
        self._advance(value)

    def _advance(self, value: Any) -> None:
        self._handed, self._shown, self._settled = False, False, {}
        try:
            self._current = self._talk.send(value)
        except MapError as error:
            self._error = self._with_reply(error)
        except Exception:
            self._error = ExchangeError("the exchange broke off with an exception that was none of mapdsl's")
            raise

    def _catch_up(self) -> None:
        """Give the answers of a state, as far as nothing must be asked that is in none."""
        while self._error is None and not _is_secret(self._current) and (self._pending or self._is_unasked()):
            if self._is_read_again():
                break
            self._feed()
        self._after_replay()

    def _is_read_again(self) -> bool:
        """Whether the calls at hand are the read of an object with secrets, which no state holds."""
        return isinstance(self._current, Send) and bool(self._pending) and self._pending[0] == READ_AGAIN

    def _is_unasked(self) -> bool:
        """Whether a state handed its calls out before anybody asked how their texts of names are read: they are as they
        were then."""
        return self._conversation.looks_back and self._was_handed and not self._pending

    @property
    def _is_call(self) -> bool:
        return is_call(self._catalog.edges[self._client], self._request.path)

    def _with_reply(self, error: MapError) -> MapError:
        """The error, with a reply for the client: once a call was made, the fault is not the client's."""
        if not isinstance(error, TranslationError):
            return error
        call = self._is_call
        if not self._conversation.made:
            to_sender(error, self._request, call=call)
        else:
            id = self._request.body.get("id") if call else None
            tell(error, SERVER, call=call, id=id, method=self._request.method, effect=self._effect(call))
        return error

    def _effect(self, call: bool) -> str:
        """What is known of the calls that were made."""
        prepared = self._opened.prepared
        to_call = prepared.unit.routes(self._server)[self._opened.goes_by].params is not None
        reads = not call and self._request.method in SAFE
        return effect_of(
            [
                fate_of(prepared, self._server, outcome, call=to_call)
                for request, outcome in self._conversation.made
                if not reads and request.method not in SAFE
            ]
        )

    def _replay(self, events: Sequence[Mapping[str, Any]], handed: bool) -> None:
        self._pending, self._was_handed = deque(events), handed
        self._begin()

    def _feed(self) -> None:
        step = self._current
        event = self._pending[0] if self._pending else {}
        if self._conversation.looks_back and isinstance(step, Ask) and event.get("ask") != step.lookup:
            self._take(step, {})  # a state of a version that did not ask it
            return
        fits = ("ask" in event and isinstance(step, Ask) and step.lookup == event["ask"]) or (
            "send" in event and isinstance(step, Send) and len(step.requests) == len(event["send"])
        )
        if not fits:
            raise MapError("this state does not fit the request: its answers are not those to what is asked")
        self._pending.popleft()
        if isinstance(step, Ask):
            value: Any = load_answers(event)
        else:
            value = [load_outcome(outcome) for outcome in event["send"]]
        assert step is not None
        self._take(step, value)

    def _after_replay(self) -> None:
        """Calls that were handed out when the state was taken: only those without an effect are made again."""
        if self._pending or not self._was_handed or self._error or not isinstance(self._current, Send):
            return
        key = self._opened.prepared.unit.key_header(self._server)
        gone = {
            number: _SETTLED
            for number, request in enumerate(self._current.requests)
            if request.method.upper() not in SAFE and not _has_key(request, key)
        }
        self._was_handed = False
        if len(gone) == len(self._current.requests):
            self._take(self._current, [_SETTLED] * len(gone))
        else:
            self._settled, self._handed = gone, True

    # --- the request ---

    def _open(self) -> IncomingRequest:
        try:
            self._request = attrs.evolve(validated(self._request), body=deepcopy(self._request.body))
            opened = open_all(self._catalog, (self._request,), self._client, self._endpoint)[0]
        except TranslationError as error:
            to_sender(error, self._request, call=self._is_call)
            raise
        return attrs.evolve(opened, credential=None) if self._bare else opened


def _credentials(opened: IncomingRequest, side: str) -> Headers:
    """The headers of a client's message that carry its credentials."""
    auth = opened.prepared.unit.auth
    carrier = None if auth is None else auth.side(side)
    own = frozenset() if carrier is None else carrier.headers
    headers = opened.request.headers
    return {name: value for name, value in headers.items() if is_credential(name) or name.lower() in own}


def _has_key(request: Request, header: str | None) -> bool:
    """Whether a call carries a key of idempotency: the client may have sent none."""
    return header is not None and any(name.lower() == header for name in request.headers)


def _is_secret(step: Step | None) -> bool:
    return isinstance(step, Ask) and step.credential
