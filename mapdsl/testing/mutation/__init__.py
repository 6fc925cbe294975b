"""Mistakes that somebody might make in a spec, and which of them its tests find."""

from .run import Fate, mutate

__all__ = ["Fate", "mutate"]
