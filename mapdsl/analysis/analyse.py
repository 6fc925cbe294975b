"""The room's one act: files in, a Model and every finding out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from mapdsl import syntax
from mapdsl.analysis.checks import (
    check_auth,
    check_coverage,
    check_facts,
    check_fans,
    check_literals,
    check_match_cases,
    check_messages,
    check_names,
    check_nesting,
    check_one_way,
    check_opaque,
    check_open_matches,
    check_overlap,
    check_paging,
    check_routes,
    check_rpc,
    check_selections,
    check_steps,
    check_tables,
    check_text_ends,
    check_unwritable,
    check_updates,
    declare_names,
    gather_examples,
    resolve_uses,
)
from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import Model
from mapdsl.analysis.normal_form import normalise_endpoints
from mapdsl.diagnostics import Diagnostic, Source

__all__ = ["PASSES", "analyse"]

PASSES: tuple[Callable[[Context], None], ...] = (
    resolve_uses,
    declare_names,
    check_names,
    check_nesting,
    check_tables,
    check_literals,
    check_selections,
    check_steps,
    normalise_endpoints,
    gather_examples,
    check_unwritable,
    check_overlap,
    check_one_way,
    check_text_ends,
    check_match_cases,
    check_open_matches,
    check_routes,
    check_messages,
    check_auth,
    check_paging,
    check_fans,
    check_updates,
    check_opaque,
    check_rpc,
    check_coverage,
    check_facts,
)


def analyse(
    files: Mapping[str, tuple[Source, syntax.File]],
    used: Mapping[str, Mapping[str, str]],
    beside: Collection[str] = (),
) -> tuple[Model, tuple[Diagnostic, ...]]:
    """The model of some files loaded together, and all findings in the order of the files and their texts.

    `used` tells for each file which key of `files` each of its `use` lines stands for, or `syntax.OUTSIDE`; `beside`
    are the keys of those that hold the examples of another. Where one endpoint is wrong the others are still analysed;
    a model with an error among its findings is not fit to compile.
    """
    sources = {source.name: source for source, _ in files.values()}
    context = Context(
        files={name: file for name, (_, file) in files.items()},
        sources={name: source for name, (source, _) in files.items()},
        used=used,
        findings=Findings(sources),
        beside=beside,
    )
    for run in PASSES:
        run(context)
    model = Model(
        sources=sources,
        endpoints=tuple(context.endpoints),
        lookups=tuple(context.lookups.values()),
        credentials=tuple(context.credentials.values()),
        facts=dict(context.facts),
    )
    return model, context.findings.ordered(sources)
