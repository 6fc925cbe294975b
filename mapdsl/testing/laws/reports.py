"""A broken law as text: the message, what came back, the first place that differs, the rule, how to see it again."""

from __future__ import annotations

import json
import shlex
from decimal import Decimal
from typing import Any

from mapdsl.testing.generation import OTHER

from .laws import LAWS, Broken

__all__ = ["as_json", "command", "described"]

_LONG = 2000


def described(broken: Broken, specs: str) -> str:
    """All that somebody needs who wants to mend it; several lines."""
    lines = [f"law {broken.law}: {LAWS[broken.law]}", f"  {broken.difference}"]
    if broken.rule is not None:
        lines.append(f"  rule      {broken.rule.file}:{broken.rule.line}: {broken.rule.text}")
    lines.append(f"  message   {as_json(broken.message)}")
    if broken.changed is not None:
        lines.append(f"  changed   {as_json(broken.changed)}")
    if broken.came is not None:
        lines.append(f"  came      {as_json(broken.came)}")
    shown = command(broken, specs)
    if shown:
        lines.append(f"  see it    {shown}")
        if broken.law == 9:
            lines.append(f"  and       {command(broken, specs, broken.changed)}")
    return "\n".join(lines)


def command(broken: Broken, specs: str, other: Any = None) -> str:
    """A command line that translates the message once more, or the `other`; empty where none shows the break."""
    message = broken.message if other is None else other
    if not isinstance(message, dict) or broken.law == 4:
        message = None if broken.drawn is None else broken.drawn.message.to_dict()
    if message is None or broken.part == "exchange":
        return ""
    words = ["mapdsl", "translate", specs, "--to", OTHER[broken.side], "--endpoint", broken.endpoint, "--full"]
    words += ["--response"] if broken.part == "response" else []
    line = f"echo {shlex.quote(json.dumps(message, default=_plain, ensure_ascii=False))} | {shlex.join(words)}"
    if broken.lookups:
        table = json.dumps(broken.lookups, default=_plain, ensure_ascii=False)
        line += f" --lookups <(echo {shlex.quote(table)})"
    return line


def as_json(value: Any) -> str:
    text = json.dumps(value, default=_plain, ensure_ascii=False)
    return text if len(text) <= _LONG else f"{text[:_LONG]}... ({len(text)} characters)"


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
