"""What a spec is held to: its examples, through both engines, and the laws, on documents drawn from it.

Nothing is loaded before it is asked for: the pytest plugin stands in this room, and weighs nothing where no spec is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mapdsl.testing.examples import ExampleResult, run_examples
    from mapdsl.testing.laws import Proof, check_conversion, described, prove
    from mapdsl.testing.mutation import Fate, mutate

    from .strategies import bodies, lookups, requests, responses

__all__ = [
    "ExampleResult",
    "Fate",
    "Proof",
    "bodies",
    "check_conversion",
    "described",
    "lookups",
    "mutate",
    "prove",
    "requests",
    "responses",
    "run_examples",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(_home_of(name), name)
    globals()[name] = value
    return value


def _home_of(name: str) -> Any:
    """The room or file of a public name; strategies alone need Hypothesis."""
    if name in ("bodies", "lookups", "requests", "responses"):
        from . import strategies

        return strategies
    if name in ("ExampleResult", "run_examples"):
        import mapdsl.testing.examples as examples

        return examples
    if name in ("Fate", "mutate"):
        import mapdsl.testing.mutation as mutation

        return mutation
    import mapdsl.testing.laws as laws

    return laws


def __dir__() -> list[str]:
    return __all__
