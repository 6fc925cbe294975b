"""A request of one message to one message, in one go: what `Translation` does step by step, without steps that this
route or this message does not need.

It gives what `Translation` gives, or nothing: then nothing has happened, and `Translation` says what there is to say.
So problems, and all that is rare, have one way only. Nothing is asked but dicts, which can be asked twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mapdsl.errors import Problem
from mapdsl.runtime.compiled import Loss, Parts, Recorder, RequestPair, Where, fresh
from mapdsl.runtime.messages import (
    HIDDEN,
    Credential,
    Headers,
    Request,
    are_header_values,
    check_document,
    decode,
    encode,
    is_flat,
    learn_names,
)
from mapdsl.runtime.residue import own_residue
from mapdsl.runtime.transport import (
    UNDECLARED,
    Catalog,
    KnownHeaders,
    body_kind,
    claim_of,
    extract,
    misfits,
    place,
    refuse_misplaced,
    report_missing,
)

from .credential_lookup import answer_credential
from .lookups import ask, simple_answers
from .request_plan import RequestPlan, plan_of
from .results import TranslatedRequest

__all__ = ["Reports", "translate_plainly"]

_KEYS = frozenset({"method", "path", "query", "headers", "body"})


def translate_plainly(
    catalog: Catalog, message: Any, side: str, endpoint: str | None, given: Mapping[str, Any]
) -> TranslatedRequest | bool:
    """The request translated, where its route has a plan and nothing is wrong with it; else whether its body was found
    within the limits, which need not be checked again.

    `message` is what the caller gave; it is not changed, and what is returned shares no object or list with it.
    """
    if type(message) is not dict or not _KEYS.issuperset(message):
        return False
    method, path = message.get("method"), message.get("path")
    if type(method) is not str or type(path) is not str:
        return False
    found = catalog.router.first(side, method, path)
    if found is None:
        return False
    (number, came_by), segments = found
    plan = plan_of(catalog, side, number, came_by, len(segments))
    if plan is None or (endpoint is not None and endpoint != plan.unit.endpoint):
        return False
    query, headers = _texts(message.get("query")), _texts(message.get("headers"))
    known = None if query is None or headers is None else plan.headers.of(headers)
    if query is None or headers is None or known is None:
        return False
    if known.names_others(headers) or not are_header_values(headers.values()):
        return False
    body = message.get("body")
    flat = is_flat(body)
    if not flat and not _is_document(body):
        return False
    try:
        made = _translate(catalog, plan, path, segments, query, headers, known, body, flat, given)
    except Exception:  # whatever it is: the other way meets it again, and says it as it should be said
        return True
    return True if made is None else made


def _translate(
    catalog: Catalog,
    plan: RequestPlan,
    path: str,
    segments: list[str],
    query: dict[str, Any],
    headers: dict[str, str],
    known: KnownHeaders,
    body: Any,
    flat: bool,
    given: Mapping[str, Any],
) -> TranslatedRequest | None:
    # --- what came: open_checked ---
    params: dict[str, Any] = {}
    for name, at in plan.params:
        params[name] = segments[at]
    here, credential = plan.here, None
    if here is not None:
        if here.kind == "path":
            credential = Credential(params.pop(here.name))
        else:
            credential = extract(here, params, query, dict(headers))
    document = decode(query, plan.wire_here, plan.lists) if query else {}
    seen = dict(zip(known.low, headers.values(), strict=True)) if known.whole else known.seen(headers)
    parts = Parts(body.copy() if flat else fresh(body), params, document, seen, None, plan.came_by)
    if plan.misplaced and not (
        plan.misplaced.isdisjoint(document) and plan.misplaced.isdisjoint(body if type(body) is dict else ())
    ):
        refuse_misplaced(plan.prepared, plan.side, parts)
    hidden = () if flat and not document else tuple(plan.spoken.hide(parts))
    if plan.declared_here and any(misfits(plan.declared_here, parts)):
        return None
    # --- what is made of it: Run.map, check_written, fit_to_rpc ---
    ways, to = plan.ways, plan.to
    problems: list[Problem] = []
    answers: dict[str, dict[Any, Any]] = {}
    if ways.lookups:
        for name, keys in ways.keys(parts, None).items():
            if not keys:
                answers[name] = keys
                continue
            source, kind = given.get(name), plan.kinds[name]
            if type(source) is not dict:
                return None
            found = None if kind is None else simple_answers(keys, source, kind)
            answers[name] = ask(catalog.lookups[name], keys, source, to, problems) if found is None else found
    log = Recorder(ways.rules)
    log.came = known.came
    target = ways.full(parts, answers, None, log)
    if plan.declared_there:
        report_missing(plan.declared_there, target, log)
        problems.extend(misfits(plan.declared_there, target, to))
    if problems or not log.is_plain or target.header or (plan.may_hide and {} in (target.body, parts.body)):
        return None
    if known.typed and type(target.body) is not type(body) and _becomes_json(body, target.body):
        return None  # another Content-Type may go out than came
    # --- what goes out: pass_headers, close_request ---
    lines: Headers
    if known.whole:
        target.header, lines = seen.copy() or None, {**headers}
    else:
        target.header, lines = known.going(headers) or None, known.spelled(headers)
    asking = encode(target.query, plan.wire_there) if target.query else {}
    going = dict(target.path) if target.path else {}
    answer, losses = None, known.lost
    unfilled: tuple[str, ...] = ()
    if plan.asks and credential is not None:
        table = given.get(plan.asks)
        answer = table.get(credential.reveal()) if type(table) is dict else None
    if type(answer) is str and answer and answer.isascii() and answer.isprintable() and " " not in answer:
        other: Credential | None = Credential(answer)
        lines["Authorization"] = f"Bearer {answer}"
    elif plan.unit.auth is not None:
        answered = answer_credential(catalog.lookups, plan.unit.auth, credential, given, to, problems)
        place(plan.there, answered.credential, going, asking, lines)
        other, unfilled, losses = answered.credential, answered.unfilled, (*losses, *answered.lost)
    else:
        other = None
    text = plan.text if plan.text is not None else plan.template.fill(going, plan.open_names)
    secrets = () if credential is None else (credential,)
    secrets = secrets if other is None else (*secrets, other)
    places = plan.places(text) if secrets else ()
    request = Request(plan.method, text, asking, lines, fresh(target.body), unfilled, secrets, places)
    if plan.crowded and claim_of(catalog, plan.prepared, to, 0, request, plan.open_names[0]) is not None:
        return None
    if problems:
        return None
    asked = RequestPair(parts, target) if to == "new" else RequestPair(target, parts)
    reports = Reports(plan, log, parts, target, losses, hidden, not plan.base or path.startswith(plan.base))
    return TranslatedRequest.unreported(plan.unit.endpoint, plan.unit.variant, to, request, asked, reports)


def _becomes_json(body: Any, made: Any) -> bool:
    return body_kind(made) == "json" and body_kind(body) != "json"


def _is_document(body: Any) -> bool:
    """Whether a body is JSON within the limits."""
    if type(body) is bytes or check_document(body) is not None:
        return False
    if type(body) is dict:
        learn_names(body)
    return True


def _texts(values: Any) -> dict[str, str] | None:
    """A copy of an object of ASCII texts, which most are; None where it must be looked at closer."""
    if not values and (values is None or type(values) is dict):
        return {}
    if type(values) is not dict:
        return None
    for name, value in values.items():
        if type(name) is not str or type(value) is not str or not (name.isascii() and value.isascii()):
            return None
    return values.copy()


class Reports:
    """What a request lost, and what brings it home, out of the log of its translation."""

    __slots__ = ("_based", "_hidden", "_log", "_losses", "_parts", "_plan", "_target")

    def __init__(
        self,
        plan: RequestPlan,
        log: Recorder,
        parts: Parts,
        target: Parts,
        losses: tuple[Loss, ...],
        hidden: tuple[Where, ...],
        based: bool,
    ) -> None:
        self._plan = plan
        self._log = log
        self._parts = parts
        self._target = target
        self._losses = losses
        self._hidden = hidden
        self._based = based

    def lost(self) -> tuple[Loss, ...]:
        """What did not arrive."""
        if not self._hidden:
            return self._log.lost() + self._losses
        hidden = [Loss(self._log.spell(at), HIDDEN, UNDECLARED) for at in self._hidden]
        return (*self._log.lost(), *hidden, *self._losses)

    def residue(self) -> dict[str, Any]:
        """What brings the original back."""
        plan = self._plan
        kept: dict[str, Any]
        kept = own_residue(self._log.kept, self._parts, self._target, plan.ways, plan.stamp)
        if plan.came_by or not self._based:
            kept["route"] = {"number": plan.came_by, "base": self._based, "quoted": False}
        return kept
