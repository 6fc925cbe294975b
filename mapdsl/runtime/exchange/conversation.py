"""What one request of a client takes: what is asked, and which calls are made, step by step until it is answered."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from copy import copy
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.errors import TranslationError
from mapdsl.runtime.calls import (
    Listing,
    PagedTranslation,
    UpdateTranslation,
    back_keys,
    begin,
    client_and_server,
    found_enough,
    hidden_items_of,
    listed_replies,
    next_windows,
    open_replies,
    opened,
    plain_replies,
    reply_of_nothing,
    wanted_keys,
)
from mapdsl.runtime.compiled import OWED, Loss, Parts, read
from mapdsl.runtime.messages import Request, Response
from mapdsl.runtime.translation import (
    Answered,
    Keys,
    Replies,
    TranslatedRequest,
    TranslatedResponse,
    Translation,
    is_empty,
    open_carried,
    rule_of,
)
from mapdsl.runtime.transport import FAILED, Catalog, CatalogUnit, IncomingRequest, Reply, validated

from .enriching import enriched
from .steps import Ask, Done, Failed, Send, as_reply

__all__ = ["SAFE", "Conversation", "Outcome", "Step", "Talk"]

Step = Ask | Send | Done
Outcome = Response | Failed
Talk = Generator[Step, Any, None]
SAFE = ("GET", "HEAD")
_UNSENT = Failed("refused", False)


class Conversation:
    """The conversation for a request that the client of side `client` sent.

    `known` answers credentials that need not be asked for. `made` are the calls so far, and what came of each.
    `writes_back`: what is read now is written again, secrets and all. `looks_back`: what is asked now is how a text of
    names will be read.
    """

    def __init__(self, catalog: Catalog, opened: IncomingRequest, client: str, max_calls: int) -> None:
        self.catalog = catalog
        self.opened = opened
        self.client = client
        self.server = "new" if client == "old" else "old"
        self.max_calls = max_calls
        self.known: Mapping[str, Any] = {}
        self.made: list[tuple[Request, Outcome]] = []
        self.writes_back = False
        self.looks_back = False
        self._listed: tuple[list[Reply], Listing] | None = None  # of a list: the replies, and these as pages
        self._standing: tuple[Parts, str | None] = (Parts(), None)  # the object that is updated, and its ETag

    def steps(self) -> Talk:
        """Each step; its answer is sent in. The last is Done, for ever. Raises MapError where it cannot go on."""
        prepared, to = self.opened.prepared, self.server
        answers = yield from self._ask(wanted_keys((self.opened,), to), to)
        answers |= yield from self._ask_back(back_keys(self.catalog, (self.opened,), answers, to), answers, to)
        answers |= yield from self._ask_for_credential(to)
        translation = begin(self.catalog, (self.opened,), self.client, to, answers)
        sent = translation.translate(strict=frozenset())
        lost = list(sent.lost)
        if isinstance(translation, UpdateTranslation) and translation.reads:
            failed = yield from self._read_first(prepared, translation, sent, lost)
            if failed is not None:
                yield from self._finish(failed, lost)
            sent = attrs.evolve(sent, requests=(translation.write(*self._standing),))
        outcomes = yield from self._call(prepared, translation, sent)
        replies = [as_reply(outcome) for outcome in outcomes]
        if not sent.requests:
            replies = [reply_of_nothing(prepared, to)]
        lost += _fates(outcomes, reads=all(call.method in SAFE for call in sent.requests))
        if self._listed is None:
            taken = open_replies(self.catalog, prepared, replies, self.client, sent, exchange=True)
        else:
            taken = listed_replies(self.catalog, prepared, self.client, sent, *self._listed)
        got = yield from self._translate(taken)
        lost += got.lost
        if got.response.status < FAILED and replies[0].status < FAILED:
            got = yield from self._enriched(prepared, translation, sent, replies[0], got, lost)
        yield from self._finish(got, lost)

    def _finish(self, got: TranslatedResponse, lost: list[Loss]) -> Talk:
        while True:
            yield Done(got.response, tuple(lost), got.residue, got.hint)

    def _translate(self, replies: Replies) -> Generator[Step, Any, TranslatedResponse]:
        answers = yield from self._ask(replies.wanted_keys(), self.client)
        answers |= yield from self._ask_back(replies.back_keys(answers), answers, self.client)
        return replies.translate(answers, None, strict=frozenset(), lenient=False)

    # --- reads beside the calls ---

    def _read_first(
        self, prepared: CatalogUnit, translation: Translation, sent: TranslatedRequest, lost: list[Loss]
    ) -> Generator[Step, Any, TranslatedResponse | None]:
        """Read the object that is updated; the answer to the client where that fails."""
        self.writes_back = True
        outcomes = yield from self._send(sent.requests)
        self.writes_back = False
        reply = as_reply(outcomes[0])
        opened = plain_replies(self.catalog, prepared, self.client, sent)
        carried = open_carried(prepared, reply, self.client, sent.asked)
        standing = copy(carried.parts)  # with its secrets: it goes back to the server that has them
        opened.replies = [opened.hide(carried)]
        if opened.failure() is not None:
            lost += _fates(outcomes, reads=True)
            got = yield from self._translate(opened)
            lost += got.lost
            return got
        etag = next((value for name, value in reply.headers.items() if name.lower() == "etag"), None)
        if not isinstance(etag, str):
            why = "read before it is written: a change in between would be overwritten"
            lost.append(Loss("$", None, why, kind=OWED))
            etag = None
        self._standing = (standing, etag)
        return None

    def _enriched(
        self,
        prepared: CatalogUnit,
        translation: Translation,
        sent: TranslatedRequest,
        reply: Response,
        got: TranslatedResponse,
        lost: list[Loss],
    ) -> Generator[Step, Any, TranslatedResponse]:
        """The answer, filled from the reply of another endpoint of the server. If that fails, the answer as it is."""
        for enrich in (each for each in prepared.unit.enrich if each.side == self.client):
            if is_empty(enrich, got.response.body):
                continue
            rule = rule_of(prepared.unit, enrich)
            parts = open_carried(prepared, reply, self.client, sent.asked).parts
            values = dict(sent.asked.of(self.server).path or {})
            for name, root, path in enrich.values:
                source = sent.asked.of(self.server) if root.startswith("request.") else parts
                values[name] = read(source, (root.removeprefix("request."), *path))
            try:
                request = translation.read(enrich.read, {k: v for k, v in values.items() if v not in (ABSENT, None)})
                outcomes = yield from self._send((request,))
            except TranslationError as error:
                lost.append(Loss("$", None, f"not filled by {enrich.read}: {error}", rule, OWED))
                continue
            more = yield from self._read_more(enrich.read, as_reply(outcomes[0]))
            if isinstance(more, str):
                lost.append(Loss("$", None, f"not filled by {enrich.read}: {more}", rule, OWED))
                continue
            made = enriched(self.catalog, enrich, self.server, got.response.body, more)
            lost += [Loss(place, None, f"not filled by {enrich.read}: {why}", rule, OWED) for place, why in made.gaps]
            lost += [attrs.evolve(loss, path=f"{enrich.read}.{loss.path}") for loss in made.lost]
            got = attrs.evolve(got, responses=(attrs.evolve(got.response, body=made.body),))
        return got

    def _read_more(self, endpoint: str, reply: Response) -> Generator[Step, Any, TranslatedResponse | str]:
        """A read, translated for the client; or a text that says why there is none: the call that it fills was made."""
        try:
            opened = open_replies(self.catalog, self.catalog.unit(endpoint), [reply], self.client, None)
            if opened.failure() is not None:
                return f"it answered {reply.status}"
            return (yield from self._translate(opened))
        except TranslationError as error:
            return str(error)

    def _ask(self, keys: Keys, to: str) -> Generator[Step, Any, dict[str, Any]]:
        """Ask for all keys, lookup by lookup; the answers as `lookups=` takes them."""
        answers: dict[str, Any] = {}
        for name, wanted in keys.items():
            if wanted:
                found = yield Ask(name, tuple(wanted), to)
                answers[name] = Answered(found)
        return answers

    def _ask_back(self, keys: Keys, answers: Mapping[str, Any], to: str) -> Generator[Step, Any, dict[str, Any]]:
        """Ask the other way how texts of names will be read, lookup by lookup; the answers with those of this way."""
        both: dict[str, Any] = {}
        for name, wanted in keys.items():
            self.looks_back = True
            back = yield Ask(name, tuple(wanted), "old" if to == "new" else "new")
            self.looks_back = False
            both[name] = Answered(answers[name].found if name in answers else {}, back)
        return both

    def _ask_for_credential(self, to: str) -> Generator[Step, Any, dict[str, Any]]:
        auth, credential = self.opened.prepared.unit.auth, self.opened.credential
        if auth is None or credential is None or auth.same or auth.side(to) is None:
            return {}
        if auth.credential in self.known:
            return {auth.credential: self.known[auth.credential]}
        found = yield Ask(auth.credential, (credential.key(),), to, credential=True)
        return {auth.credential: Answered(found)}

    def _call(
        self, prepared: CatalogUnit, translation: Translation, sent: TranslatedRequest
    ) -> Generator[Step, Any, list[Outcome]]:
        """Make the calls of the request; one outcome for each."""
        unit = prepared.unit
        if unit.gather is not None and unit.gather.stop:
            return (yield from self._one_by_one(sent.requests))
        if not isinstance(translation, PagedTranslation) or not sent.requests or translation.plan is None:
            return (yield from self._send(sent.requests)) if sent.requests else []
        assert unit.paging is not None
        _, server = client_and_server(unit.paging, self.server, request=True)
        outcomes: list[Outcome] = []
        listing, reading = Listing(server, translation.plan), plain_replies(self.catalog, prepared, self.client, sent)
        narrowing = hidden_items_of(unit, self.client, self.opened.parts)
        scan = unit.scan if narrowing is None else narrowing.scan
        enough = None if narrowing is None else found_enough(unit, narrowing, self.client, sent.asked)
        while windows := next_windows(listing, scan, self.max_calls, enough):
            came = yield from self._send(tuple(translation.again(window) for window in windows))
            made = [reading.read(as_reply(outcome), number) for number, outcome in enumerate(came, len(outcomes))]
            outcomes += came
            reading.replies += made
            if any(map(reading.fails, made)):
                break
            several = len(reading.replies) > 1
            for window, reply in zip(windows, made, strict=True):
                listing.add(opened(server, reply.parts, window, len(listing.pages), several))
        self._listed = (reading.replies, listing)
        return outcomes

    def _one_by_one(self, calls: Sequence[Request]) -> Generator[Step, Any, list[Outcome]]:
        """Call after call, and none behind one whose fate is unknown: the others are not sent."""
        outcomes: list[Outcome] = []
        for call in calls:
            last = outcomes[-1] if outcomes else None
            if last is _UNSENT or (isinstance(last, Failed) and last.sent is None):
                outcomes.append(_UNSENT)
            else:
                outcomes += yield from self._send((call,))
        return outcomes

    def _send(self, calls: tuple[Request, ...]) -> Generator[Step, Any, list[Outcome]]:
        outcomes: list[Outcome] = yield Send(calls)
        self.made += zip(calls, outcomes, strict=True)
        if self.opened.prepared.unit.gather is not None and self.client == "old":
            return outcomes  # one that cannot be read spoils no other
        for number, outcome in enumerate(outcomes):
            if isinstance(outcome, Response):
                validated(outcome, number if len(outcomes) > 1 else None)
        return outcomes


def _fates(outcomes: Sequence[Outcome], *, reads: bool = False) -> list[Loss]:
    """What cannot be known, and what was not tried."""
    several = len(outcomes) > 1
    found = []
    for number, outcome in enumerate(outcomes):
        where = f"[{number}]" if several else "$"
        if isinstance(outcome, Failed) and outcome.sent is None:
            more = "" if reads else ", and the call may have been carried out"
            found.append(Loss(where, None, f"fate unknown: {outcome.kind}{more}", kind=OWED))
        elif isinstance(outcome, Failed) and outcome.sent:
            found.append(Loss(where, None, f"no reply to a call that was sent: {outcome.kind}", kind=OWED))
        elif outcome is _UNSENT:
            found.append(Loss(where, None, "not sent: the fate of a call before it is unknown"))
    return found
