"""What a spec is held to: its examples, through both engines, and generated documents."""

from .conversions import check_conversion
from .examples import ExampleResult, run_examples

__all__ = ["ExampleResult", "check_conversion", "run_examples"]
