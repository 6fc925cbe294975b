"""What a spec is held to: its examples, through both engines, and generated documents."""

from .examples import ExampleResult, run_examples

__all__ = ["ExampleResult", "run_examples"]
