"""Settings for every test. What a single room needs stands in that room's conftest.py."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

from mapdsl.cache import VARIABLE
from tests.guides import share

os.environ[VARIABLE] = "off"  # no test sees what the user's programs kept, nor does the user what tests would keep
collect_ignore_glob = ["*.map"]  # texts for tests, right and wrong; the guides in specs/ are collected


def pytest_configure(config: pytest.Config) -> None:
    """Documents of the guides reach every rule, case and row; beside the planned ones a few are drawn, for
    `mapdsl test specs` draws more. No settings: they would be unknown without the plugin."""
    for option, value in (("mapdsl_coverage", "100"), ("mapdsl_examples", "20")):
        if getattr(config.option, option, "") is None:
            setattr(config.option, option, value)
    share()


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: looking for garbage in it again and again takes a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


# The same examples on every run and machine: a red build is red for everybody. `--hypothesis-profile=search` looks
# for new ones.
settings.register_profile(
    "repeatable", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", max_examples=2000, deadline=None)
settings.load_profile("repeatable")
