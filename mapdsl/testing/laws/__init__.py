"""What must hold of every message, on one message, on many, and how a broken law is told."""

from .blame import Blame, in_message
from .campaign import Proof, prove
from .compare import Difference, diverging, spelled, told
from .conversions import check_conversion
from .laws import LAWS
from .reports import described
from .runs import Subject, Tally, coverage, pieces, rarely_reached, run_piece, subjects, total
from .shrink import can_shrink, shrunk

__all__ = [
    "LAWS",
    "Blame",
    "Difference",
    "Proof",
    "Subject",
    "Tally",
    "can_shrink",
    "check_conversion",
    "coverage",
    "described",
    "diverging",
    "in_message",
    "pieces",
    "prove",
    "rarely_reached",
    "run_piece",
    "shrunk",
    "spelled",
    "subjects",
    "told",
    "total",
]
