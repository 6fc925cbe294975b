"""The room's one act: files in, a Model and every finding out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mapdsl import syntax
from mapdsl.diagnostics import Diagnostic, Source

from .auth import check_auth
from .choice import check_choices
from .coverage import check_coverage
from .endpoints import normalise_endpoints
from .ends import check_ends
from .facts import check_facts
from .fans import check_fans
from .findings import Findings
from .literals import check_literals
from .messages import check_messages
from .model import Model
from .names import check_names
from .nesting import check_nesting
from .oneway import check_one_way
from .opaque import check_opaque
from .overlap import check_overlap
from .paging import check_paging
from .routes import check_routes
from .rpc import check_rpc
from .scopes import declare_names
from .selections import check_selections
from .steps import check_steps
from .tables import check_tables
from .updates import check_updates
from .uses import resolve_uses
from .work import Work
from .writing import check_writing

__all__ = ["PASSES", "analyse"]

PASSES: tuple[Callable[[Work], None], ...] = (
    resolve_uses,
    declare_names,
    check_names,
    check_nesting,
    check_tables,
    check_literals,
    check_selections,
    check_steps,
    normalise_endpoints,
    check_writing,
    check_overlap,
    check_one_way,
    check_ends,
    check_choices,
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
    files: Mapping[str, tuple[Source, syntax.File]], used: Mapping[str, Mapping[str, str]]
) -> tuple[Model, tuple[Diagnostic, ...]]:
    """The model of some files loaded together, and all findings in the order of the files and their texts.

    `used` tells for each file which key of `files` each of its `use` lines stands for, or `syntax.OUTSIDE`. Where one
    endpoint is wrong the others are still analysed; a model with an error among its findings is not fit to compile.
    """
    sources = {source.name: source for source, _ in files.values()}
    work = Work(
        files={name: file for name, (_, file) in files.items()},
        sources={name: source for name, (source, _) in files.items()},
        used=used,
        findings=Findings(sources),
    )
    for run in PASSES:
        run(work)
    model = Model(
        sources=sources,
        endpoints=tuple(work.endpoints),
        lookups=tuple(work.lookups.values()),
        credentials=tuple(work.credentials.values()),
        facts=dict(work.facts),
    )
    return model, work.findings.ordered(sources)
