"""mapdsl with the language's default: what no rule names passes.

Records and users to old need `rest drop` to equal the baseline, so they are not among its workloads.
"""

from __future__ import annotations

from .bodies import WAYS, answered, specs_that_keep
from .peer import Peer

_WORKLOADS = ("start_call", "create_campaign", "records_to_new")


def peer() -> Peer:
    apis = specs_that_keep()
    objects = {}
    for workload in _WORKLOADS:
        way = WAYS[workload]
        function = apis[way.spec][way.endpoint].transform(way.part, way.to)
        objects[workload] = answered(function) if way.lookups else function
    return Peer("mapdsl `transform`, `rest keep`", objects, texts={})
