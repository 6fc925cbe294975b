"""The slow, obvious engine: what each operation of a mapping means, without generated code."""

from .api import interpreted
from .body_only import on_bodies
from .findings import Findings, Stop
from .guards import holds
from .mapping import Hook, Outcome, keys, run
from .pipes import Flow, Known, Pipes, same_cells
from .places import Slot, View, copied

__all__ = [
    "Findings",
    "Flow",
    "Hook",
    "Known",
    "Outcome",
    "Pipes",
    "Slot",
    "Stop",
    "View",
    "copied",
    "holds",
    "interpreted",
    "keys",
    "on_bodies",
    "run",
    "same_cells",
]
