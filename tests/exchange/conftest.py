"""The assertions of the helpers show their values, as those of the tests do."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.exchange.checking", "tests.exchange.driving", "tests.exchange.fan_specs")
