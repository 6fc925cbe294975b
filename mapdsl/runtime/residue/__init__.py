"""What a translation could not carry, kept as JSON, and put back on the way home."""

from .residue import ResidueKey, make_residue, own_residue
from .restore import check_residue, restore

__all__ = [
    "ResidueKey",
    "check_residue",
    "make_residue",
    "own_residue",
    "restore",
]
