"""The loss matrix of each guide, made from its specs. `python -m tests.repo.losses` writes it; read the changes."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator

import mapdsl
from mapdsl.cli.show import rules_of
from mapdsl.ir import RuleInfo, Unit
from mapdsl.pipeline import CompiledProgram
from mapdsl.syntax import Example
from tests.guides import guide as compiled_guide
from tests.repo.markdown import ROOT

PAGES = {name: ROOT / f"docs/guides/{name}.md" for name in ("voiso", "callr")}
PARTS = {"request": ("req", "query"), "response": ("resp",)}
TRANSLATIONS = [(part, to) for part in PARTS for to in ("new", "old")]
TITLES = {
    "voiso": """\
# The Voiso guide: what is lost where

The guide from v1, v2 and v3 to v4 of a contact center API, as the shipped specs have it: 29 endpoints, 277 rows.
""",
    "callr": """\
# The Callr guide: what is lost where

The guide from JSON-RPC to a REST API of a telephony company, as the shipped specs have it: 39 methods, 44 routes.
""",
}
# What lines of a guide that can be read in two ways mean in its specs.
READINGS = {
    "voiso": """\
## How the guide is read

- *"Use GET /api/v4/reporting/cdrs/{cdr_id}"* (19): a record that is not there is a 404 of v4 and a 200 without
  records of the old API, as a user that is not there is in section 7.
- *"start_date / start_datetime"*, *"end_date / end_datetime"* (19): one row each. Of a day and a time the time goes
  out, and the day is told. A day in `end_date` counts whole, in section 28 as well: it ends before the next one
  begins. Two upper bounds of v4 have no place in one.
- *"Single value or array"* (7, 12, 19): an array of one is its value, and so it goes to a filter of one value;
  several are refused there. How an array is spelled, the guide does not say: repeated, as the documentation prints
  it, or with brackets.
- *"timestamp — started_at —"*, *"HH:MM:SS string → float seconds"* (19): no layout is demanded, so every form of ISO
  8601 that means one instant is read, and `H:MM:SS` and fractions of seconds are, in filters, too; one form is
  written. What cannot be read stays, and is told: one odd record hides no other. The type of a record decides what it
  has, and the guide's table is complete: another one is refused.
- *"metadata.page — Replaced by offset param"* (3, 28), *"operation — Implicit from the endpoint called"* (18): what a
  reply repeats is not passed on. Where it is not what was asked for, it `contradicts the request`. The size of a page
  that is the server's own (25) was never asked for.
- *"The status field is now part of the User resource returned by GET /api/v4/users/{user_id} (single user) or GET
  /api/v4/users (list)"* (11): an exchange for a v4 client reads the old list of statuses as well, and finds a user in
  it by the e-mail. Without an exchange `lost` says that nothing fills the reply.
- *"Use the general campaigns endpoint instead"* (21), and sections 8 and 11: filters of the v4 route that the old
  list does not show are refused; for the others it is looked through.
- *"Comma-separated names → array of {id, name}"* (7): which commas stand in a name, the lookup says.
""",
    "callr": """\
## How the guide is read

- *"Constant values are now lowercase: SENT → sent, FAILED → failed, etc."* Documented values stand in tables; every
  other one follows the rule (`QUEUED`, `queued`; `_` is `-` in the new API), and is told as `untranslated`. The
  constants among a webhook's options are constants too.
- *Filters and orders of a list.* A parameter that the other side lacks would widen the answer, so it is refused, and so
  is a parameter of a list, or an option of an old search, that nobody names. `GET /sms` has filters whose field an SMS
  shows (`to`, and by assumed names `from`, `sid`, `direction`, `status`): the old list is looked through for them.
  *"Just use simple query parameters like prefix and area"*: what `POST /numbers/store` says beside a prefix may choose
  other numbers, so it is refused as well.
- *"DID is now Phone number"*: the app of a number, an object or (in an older SDK) its hash, is the field that the PATCH
  of `apps.assign_did` assumes; one name serves both, and the numbers of an action as well.
- *"hash is now sid", "Jobs are now called Tasks", "Constant values are now lowercase", the format of dates*: notes on
  all replies, which hold in those that no document lists, too: members `hash`, `job`, `status`, `type` and `class`, and
  texts with the form of a date, at any depth. What remains is unknown, and the reply is told as before. So it is with
  the members of a recording and of a type of numbers, which no document lists either.
- *"No more cryptic area code IDs"*: an old client, which reserves numbers by such an id, gets it with each prefix, from
  the lookup that `did/store.reserve` asks; a new client gets none.
- *media/recording.mark_as_read_async, mark_as_unread_async, delete_async*: one hash goes to the route with `{sid}`,
  which is assumed and told; lists, objects and webhooks are refused. `actions.start` places calls: it is refused until
  the program says `holes={"run_action": ...}`.
- *"Authentication with API keys via standard headers"*: an old client logs in by Basic or by an Api-Key, a new one has
  x-api-key or Basic with account and key. All are read, and the program answers which belong together
  (`"login:password": "KEY"`, `"Api-Key k": "KEY"`, `"login:password": "Basic account:key"`). A Session is refused by
  its name.
- *Errors.* An old code is a number in a reply of status 200; "machine-error-code" is a text beside a status of HTTP.
  The number goes as its text, with the status that fits it where a client of others says what it means (100: 403;
  110, 115: 404; 150, 151, 205: 400; 401; JSON-RPC's own -32700 and -32600 to -32602: 400), else 500.
  `enums={"error_code": {"110": "not-found"}}` says more. A new error whose code is no such number goes to the old
  side whole, in `data`, its status as the code.
- *Replies without a body.* Where no document shows what a method returned (`jobs.cancel`, `webhooks.enable`, `disable`,
  `unsubscribe`), an old client gets `true`, as other methods give it, and is told that it is assumed. Where the old
  result is more than that, its null is told as `missing`, and so is an action of which nothing came (`apps.create`,
  `apps.edit`) and whose package alone is made up.
""",
}
INTRODUCTION = """\
This page is made from the specs. Each rule either brings every value back (*lossless*), brings it back in another
spelling (*form*), *needs* something that no message holds, or loses something: on the way to the new or the old side.
What a message really lost stands in `lost` of its translation, and its residue restores it.

## The matrix

Of the rules of each translation, how many are lossless or differ in form only; then those that need something, and
those that lose something.

| endpoint | request to new | request to old | response to new | response to old |
| --- | --- | --- | --- | --- |
"""


def page(guide: str) -> str:
    compiled = compiled_guide(guide)
    units = compiled.program.units
    names = list(dict.fromkeys(unit.endpoint for unit in units))
    lines = [TITLES[guide] + INTRODUCTION.rstrip("\n")]
    for name in names:
        rules = list(rules_by_text(unit for unit in units if unit.endpoint == name))
        cells = [counted(rules, part, to) for part, to in TRANSLATIONS]
        lines.append(f"| [{name}](#{name}) | {' | '.join(cells)} |")
    lines += [*assumptions(units), *readings(guide), *examples_by_row(guide, compiled)]
    lines += [
        "",
        "## Endpoint by endpoint",
        "",
        "What is listed is not lossless. An end without a name has no counterpart.",
    ]
    for name in names:
        rules = list(rules_by_text(unit for unit in units if unit.endpoint == name))
        lines += ["", f"### {name}", "", *listed(rules)]
    return "\n".join(lines).rstrip() + "\n"


def assumptions(units: Iterable[Unit]) -> Iterator[str]:
    """The fields that no document names."""
    rows = {hole: (field, question) for unit in units for hole, field, question in unit.assumed}
    if not rows:
        return
    yield from ("", "## Fields that no document names", "")
    yield "What is assumed holds until the program says another name: `load(..., holes={...})`. Until then each message"
    yield "that has such a field tells it in `lost`, as `untranslated`."
    yield from ("", "| hole | question | assumed |", "| --- | --- | --- |")
    for hole, (field, question) in rows.items():
        yield f"| `{hole}` | {question} | {'refused' if field is None else f'`{field}`'} |"


def readings(guide: str) -> Iterator[str]:
    if guide in READINGS:
        yield from ("", READINGS[guide].rstrip("\n"))


def examples_by_row(guide: str, compiled: CompiledProgram) -> Iterator[str]:
    """For each row of a ledger of methods, how many examples each translation has: results, and refusals."""
    ledger = json.loads((mapdsl.shipped(guide) / "ledger.json").read_text("utf-8"))
    if not isinstance(ledger, dict):
        return
    yield from ("", "## Row by row", "")
    yield "How many examples each translation has in the spec: results by hand, and refusals that name what is open."
    yield from ("", "| row | method | routes | request to new | request to old | response to new | response to old |")
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    endpoints = {endpoint.name: endpoint for endpoint in compiled.model.endpoints}
    for row in ledger["rows"]:
        endpoint = endpoints[re.sub(r"[./]", "_", row["method"])]
        shown = Counter(translation for example in endpoint.examples for translation in translations(example))
        cells = [told(shown[part, to, False], shown[part, to, True]) for part, to in TRANSLATIONS]
        routes = ", ".join(f"`{route}`" for route in row["routes"])
        yield f"| {row['row']} | `{row['method']}` | {routes} | {' | '.join(cells)} |"


def translations(example: Example) -> Iterator[tuple[str, str, bool]]:
    """The translations that an example shows, and whether it is refused."""
    kinds = {arm.kind for arm in example.arms}
    for to in ("new", "old") if example.to is None else (example.to,):
        yield "response" if "response" in kinds else "request", to, "refused" in kinds


def told(results: int, refusals: int) -> str:
    parts = [f"{results}" if results else "", f"{refusals} refused" if refusals else ""]
    return ", ".join(part for part in parts if part) or "-"


def rules_by_text(units: Iterable[Unit]) -> Iterator[RuleInfo]:
    """The rules of all variants; one that variants share counts once."""
    seen = set()
    for unit in units:
        for rule in rules_of(unit):
            key = (rule.part, rule.old, rule.new, rule.lossless_to_new, rule.lossless_to_old)
            if key not in seen:
                seen.add(key)
                yield rule


def says(rule: RuleInfo, to: str) -> str:
    return rule.lossless_to_new if to == "new" else rule.lossless_to_old


def counted(rules: list[RuleInfo], part: str, to: str) -> str:
    kinds = [says(rule, to).partition(":")[0] for rule in rules if rule.part.split()[0] in PARTS[part]]
    good = sum(kind in ("lossless", "form") for kind in kinds)
    more = [f"{kinds.count(kind)} {kind}" for kind in ("needs", "lossy") if kind in kinds]
    return "-" if not kinds else ", ".join([f"{good} of {len(kinds)}", *more])


def listed(rules: list[RuleInfo]) -> Iterator[str]:
    rows = [rule for rule in rules if {rule.lossless_to_new, rule.lossless_to_old} != {"lossless"}]
    if not rows:
        yield "Nothing is lost, either way."
        return
    yield from ("| part | old | new | to new | to old |", "| --- | --- | --- | --- | --- |")
    for rule in rows:
        cells = [code(rule.old), code(rule.new), rule.lossless_to_new, rule.lossless_to_old]
        yield f"| {rule.part} | {' | '.join(cells)} |"


def code(end: str | None) -> str:
    return "" if end is None else f"`{end}`"


if __name__ == "__main__":
    for name, path in PAGES.items():
        path.write_text(page(name), "utf-8")
