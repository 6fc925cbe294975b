"""What a translation could not carry, kept as JSON, and put back on the way home."""

from .residue import Stamp, seal
from .restore import check_residue, restore

__all__ = [
    "Stamp",
    "check_residue",
    "restore",
    "seal",
]
