"""A spec whose old side says in one message what the new side takes one by one, and a program that drives it."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mapdsl import Api, Ask, Done, Failed, Send, loads

OLD_KEY, NEW_KEY = "0ld-S3cret", "n3w-S3cret"
CARRIERS = {"none": "", "query": "@query.key", "path": "@path.api_key", "header": "@header.X-Api-Key"}
SECRETS = {OLD_KEY: NEW_KEY, NEW_KEY: OLD_KEY}
_FAILURE = "failure when old success is false { errors <-> errors; drop success = false; drop to = @request.body.to }"


@functools.cache
def api_of(
    mode: str = "each", carrier: str = "none", more: str = "", item: str = "", before: str = "", over: str = ""
) -> Api:
    """`mode`: with its options; `more`: parts of the endpoint; `item`: a rule of each item, `over`: one beside them."""
    auth = f"credential key\nauth a credential key {{ old {CARRIERS[carrier]}; new bearer }}"
    return loads(f"""mapdsl 1
{auth if carrier != "none" else ""}
{before}
endpoint send {{
  old POST /v1/{"{api_key}/" if carrier == "path" else ""}sms
  new POST /v2/messages
  {"auth a" if carrier != "none" else ""}
  {more}
  request {{
    fan recipients[] {{ to <-> contact; {item} }}
    text <-> text
    {over}
  }}
  response {{
    gather status[] {mode} {{
      uuid <-> conversation.id : string
      drop success = true
      drop to = @request.body.to
      {_FAILURE if mode.startswith("each") else ""}
    }}
  }}
}}
""")


def contacts(count: int) -> list[str]:
    return [f"c{number}" for number in range(count)]


def asking(to: list[str], carrier: str = "none", **more: Any) -> dict[str, Any]:
    """The old client's message to these contacts."""
    asked: dict[str, Any] = {
        "method": "POST",
        "path": f"/v1/{OLD_KEY}/sms" if carrier == "path" else "/v1/sms",
        "query": {"key": OLD_KEY} if carrier == "query" else {},
        "headers": {"X-Api-Key": OLD_KEY} if carrier == "header" else {},
        "body": {"text": "hi", "recipients": [{"to": each} for each in to]},
    }
    asked["headers"].update(more.pop("headers", {}))
    return {**asked, **more}


@dataclass
class Driver:
    """Carries an exchange on, one answer at a time. `lookups`: name -> {key: value}."""

    api: Api
    take: Callable[[dict[str, Any]], dict[str, Any]]
    lookups: dict[str, dict[Any, Any]] = field(default_factory=dict)
    asked: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    waves: list[int] = field(default_factory=list)

    def answer(self, ex: Any, step: Any) -> None:
        """Do what the step tells, and answer it."""
        ex.answer(self.outcome(step))

    def outcome(self, step: Any) -> Any:
        if isinstance(step, Ask):
            self.asked.append((step.lookup, step.keys))
            table = SECRETS if step.lookup == "key" else self.lookups[step.lookup]
            return {key: table[key] for key in step.keys if key in table}
        assert isinstance(step, Send)
        self.waves.append(len(step.requests))
        return [told(self.take(request.to_dict())) for request in step.requests]

    def finish(self, ex: Any) -> Done:
        for _ in range(500):
            step = ex.step()
            if isinstance(step, Done):
                return step
            self.answer(ex, step)
        raise AssertionError("the exchange does not end")


def told(reply: dict[str, Any]) -> Any:
    """What a server did, as an outcome."""
    return Failed(*reply["lost"]) if "lost" in reply else reply


def written(ex: Any) -> Any:
    """The state of an exchange, as it comes out of a store."""
    return json.loads(json.dumps(ex.state()))
