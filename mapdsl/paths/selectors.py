"""Reading selections. jsonpath-ng reads the text; what it understood is turned into data of our own.

The library's meaning of a selection has changed between releases, so only its syntax trees are used, restricted to
what mapdsl itself defines: members, indexes, `*`, `..`, and filters that compare with a literal.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

from .select import Pick, Selector, Test

if TYPE_CHECKING:
    from jsonpath_ng import JSONPath

__all__ = ["parse_selector"]

_LONGEST = 500  # also bounds how deep the library's trees nest
_STAR_NAME = re.compile(r"""[\[,]\s*(?:'\*'|"\*")\s*[\],]""")
_WHAT_FITS = (
    "a selection is made of members (`.name`, `['name']`), indexes (`[0]`), `*`, `..` and "
    "filters that compare with a literal (`[?@.type == 'sms']`)"
)


def parse_selector(text: str) -> Selector:
    """The selection as data. Raises ValueError with a text for the author where it is none, or says too much."""
    if len(text) > _LONGEST:
        raise ValueError(f"the selection is longer than {_LONGEST} characters")
    if _STAR_NAME.search(text):
        raise ValueError("a member called `*` cannot be selected: releases of jsonpath-ng read it in different ways")
    from jsonpath_ng.exceptions import JSONPathError
    from jsonpath_ng.ext.parser import parse

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is deprecated there is refused here
            tree = parse(text)
    except (JSONPathError, ValueError, TypeError, AttributeError) as error:
        # jsonpath-ng's own exceptions, and those that odd texts provoke in its actions
        raise ValueError(f"the selection cannot be read: {str(error).rstrip('!')}; {_WHAT_FITS}") from None
    return Selector(text, _read(tree, text))


def _read(tree: JSONPath, text: str) -> tuple[Pick, ...]:
    from jsonpath_ng import Child, Descendants, Root

    # The trees lean to the left, except after `..`, which takes the rest of a chain: all are flattened alike.
    leaves: list[tuple[JSONPath, bool]] = []
    stack: list[tuple[JSONPath, bool]] = [(tree, False)]
    while stack:
        tree, deep = stack.pop()
        if isinstance(tree, (Child, Descendants)):
            stack.append((tree.right, isinstance(tree, Descendants)))
            stack.append((tree.left, deep))
        else:
            leaves.append((tree, deep))
    if not isinstance(leaves[0][0], Root):
        raise ValueError(f"a selection begins with `$`, the root, and {_WHAT_FITS[12:]}")
    return tuple(_pick(leaf, deep, text) for leaf, deep in leaves[1:])


def _pick(tree: JSONPath, deep: bool, text: str) -> Pick:
    from jsonpath_ng import Fields, Index
    from jsonpath_ng.ext.filter import Filter

    if _is_star(tree):
        return Pick("each", deep=deep)
    if isinstance(tree, Fields):
        return Pick("names", names=tuple(tree.fields), deep=deep)
    if isinstance(tree, Index):
        return Pick("indexes", indexes=tuple(tree.indices), deep=deep)
    if isinstance(tree, Filter) and tree.expressions:
        return Pick("where", tests=tuple(_test(expression, text) for expression in tree.expressions), deep=deep)
    raise ValueError(f"`{_shown(tree)}` is not allowed in a selection: {_WHAT_FITS}")


def _is_star(tree: JSONPath) -> bool:
    """`*`, which releases spell as a class of its own, as a slice without ends, or as a field of that name."""
    import jsonpath_ng.jsonpath as library

    wildcard = getattr(library, "Wildcard", None)
    if wildcard is not None and isinstance(tree, wildcard):
        return True
    if isinstance(tree, library.Slice):
        return tree.start is None and tree.end is None and tree.step is None and wildcard is None
    return isinstance(tree, library.Fields) and tuple(tree.fields) == ("*",)


def _test(tree: Any, text: str) -> Test:
    from jsonpath_ng.ext.filter import Expression

    if not isinstance(tree, Expression) or tree.op not in ("==", "=", "!="):
        raise ValueError(f"the filter `{_shown(tree)}` is not allowed: compare with `==` or `!=`, join with `&&`")
    value = tree.value
    if value is not None and not isinstance(value, (str, int, float, bool)):
        raise ValueError(
            f"the filter `{_shown(tree)}` is not allowed: compare with a text, a number, true, false or null"
        )
    if isinstance(value, str) and value.isidentifier() and not re.search(f"['\"]{value}['\"]", text):
        raise ValueError(f"`{value}` in the filter needs quotes: write '{value}'")
    return Test(_singular(tree.target), value, tree.op != "!=")


def _singular(tree: JSONPath) -> tuple[str | int, ...]:
    """The path of a filter's left side: one member or item per step, from the candidate (`@`) on."""
    from jsonpath_ng import Child, Fields, Index, This

    steps: list[str | int] = []
    shown = _shown(tree)
    while isinstance(tree, Child):
        right = tree.right
        if isinstance(right, Fields) and len(right.fields) == 1 and right.fields[0] != "*":
            steps.append(right.fields[0])
        elif isinstance(right, Index) and len(right.indices) == 1:
            steps.append(right.indices[0])
        else:
            break
        tree = tree.left
    if not isinstance(tree, This):
        raise ValueError(f"`{shown}` in a filter is not allowed: it begins with `@` and names one place")
    return tuple(reversed(steps))


def _shown(tree: Any) -> str:
    return str(tree)[:80]
