"""The version of mapdsl, in a file of its own: every room may read it, and the front door shows it."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
