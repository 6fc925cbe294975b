"""`Record`: prints a record by its fields.

attrs would write and compile a `__repr__` for each class when it is imported. That is two fifths of what a class costs,
and a process that translates one message imports ninety of them.
"""

from __future__ import annotations

from reprlib import recursive_repr
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from attrs import AttrsInstance

__all__ = ["Record"]


class Record:
    """The parent of classes that are declared with `@attrs.frozen(repr=False)` or `@attrs.define(repr=False)`.

    It prints as attrs does: `Loss(path='a', value=1)`, without the fields that say `repr=False`.
    """

    __slots__ = ()

    @recursive_repr()
    def __repr__(self: AttrsInstance) -> str:
        shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in attrs.fields(type(self)) if each.repr)
        return f"{type(self).__qualname__.rpartition('>.')[2]}({shown})"
