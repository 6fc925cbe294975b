"""The pages that `mapdsl explain` prints, one file for each hundred of codes."""

from . import endpoints, names, reading, rules, values, warnings
from .code import Code

__all__ = ["PAGES", "Code"]

PAGES = (
    *reading.PAGES,
    *names.PAGES,
    *rules.PAGES,
    *values.PAGES,
    *endpoints.PAGES,
    *warnings.PAGES,
)
