"""The registry of codes: every finding that mapdsl can report, each with a page. Codes never change their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .pages import PAGES, Code

__all__ = ["CODES", "Code"]

CODES: Mapping[str, Code] = MappingProxyType({page.code: page for page in PAGES})
