"""mapdsl as a program embeds it: `Endpoint.transform` on bodies, `transform_bytes` on bytes, no reports."""

from __future__ import annotations

from .bodies import WAYS, answered, specs
from .peer import Peer


def peer() -> Peer:
    apis = specs()
    objects, texts = {}, {}
    for workload, way in WAYS.items():
        endpoint = apis[way.spec][way.endpoint]
        function, on_bytes = endpoint.transform(way.part, way.to), endpoint.transform_bytes(way.part, way.to)
        objects[workload] = answered(function) if way.lookups else function
        texts[workload] = answered(on_bytes) if way.lookups else on_bytes
    return Peer("mapdsl `transform`", objects, texts)
