"""`mapdsl test`: the examples of the specs through both engines, and the laws on documents drawn from them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .documents import print_json
from .specs import allow_cache, allow_files, choose_endpoint, find
from .terminal import count, say, warn

if TYPE_CHECKING:
    from mapdsl.testing import ExampleResult, Fate, Proof

__all__ = ["test"]

_MOST_REFUSALS = 5
_LEAST, _LEAST_OF_ONE = 0.95, 0.85  # of the mistakes that laws and examples must find, in all and in one spec


@click.command(short_help="Run the examples of a guide, and hold it against the laws.")
@click.argument("specs", type=find, metavar="SPECS")
@click.option(
    "--examples",
    "documents",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    metavar="N",
    help="Documents to draw for each message and side; 0: the written examples alone.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Draws other documents.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="Processes.")
@click.option(
    "--resume",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep in FILE what is done, and go on from there.",
)
@click.option("--endpoint", metavar="NAME", help="This endpoint alone.")
@click.option(
    "--coverage",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Fail where fewer rules, cases and rows are reached.",
)
@click.option("--mutate", is_flag=True, help="Put mistakes into the specs, and see which the tests find.")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="With --mutate: so many mistakes.")
@click.option("--json", "as_json", is_flag=True, help="Print every result as JSON.")
@click.option("-v", "--verbose", is_flag=True, help="Name what holds, too.")
@allow_files
@allow_cache
@click.pass_context
def test(
    ctx: click.Context,
    specs: Path,
    documents: int,
    seed: int,
    jobs: int,
    resume: Path | None,
    endpoint: str | None,
    coverage: float | None,
    mutate: bool,
    sample: int | None,
    as_json: bool,
    verbose: bool,
    files: tuple[Path, ...],
) -> None:
    """Run the examples of SPECS, and hold documents drawn from the specs against the laws.

    Examples must give what they say, in each direction that they show, through the generated code and through the
    interpreter. Documents must come home: see docs/testing.md. A folder of folders (one per API) is tested as several.
    Exit code 1 where anything fails.

    \b
    Example:
      mapdsl test voiso
      mapdsl test specs/ --verbose
      mapdsl test specs/ --examples 20000 --jobs 2 --resume run.jsonl
      mapdsl test specs/ --mutate --jobs 2
    """
    from mapdsl.pipeline import api_folders, compile_program
    from mapdsl.testing import prove, run_examples

    apis = api_folders(specs, files) or [specs]
    programs = {api: compile_program(api, files=files) for api in apis}
    names = [each.name for program in programs.values() for each in program.model.endpoints]
    choose_endpoint(endpoint, names)
    if sample is not None and not mutate:
        raise click.UsageError("--sample is for --mutate.")
    if mutate:
        ctx.exit(_mutate(apis, jobs, sample, seed, endpoint, as_json, verbose, files))
    results = [
        result
        for program in programs.values()
        for result in run_examples(program)
        if endpoint in (None, result.endpoint)
    ]
    proofs = prove(programs, documents, seed, jobs, resume, endpoint, progress=_progress()) if documents else []
    failed = [result for result in results if not result.passed]
    low = coverage is not None and any(_share(proof) < coverage for proof in proofs)
    if as_json:
        print_json([*({"kind": "example", **result.to_dict()} for result in results), *_rows(proofs)])
    else:
        for result in results if verbose else failed:
            say(str(result))
        for proof in proofs:
            _show(proof, verbose)
        _sum_up(results, proofs, endpoint, coverage)
    ctx.exit(1 if failed or low or any(proof.broken or proof.unstable for proof in proofs) else 0)


def _mutate(
    apis: list[Path],
    jobs: int,
    sample: int | None,
    seed: int,
    endpoint: str | None,
    as_json: bool,
    verbose: bool,
    files: tuple[Path, ...],
) -> int:
    from mapdsl.testing import mutate

    fates = mutate(apis, jobs, sample, seed, endpoint, _progress("specs"), files)
    counted = [fate for fate in fates if fate.counted]
    by_spec: dict[str, list[Fate]] = {}
    for fate in counted:
        by_spec.setdefault(fate.spec, []).append(fate)
    if as_json:
        print_json([fate.to_dict() for fate in counted])
    low = 0
    for spec, several in by_spec.items():
        share = sum(fate.killed for fate in several) / len(several)
        low += sample is None and share < _LEAST_OF_ONE
        if not as_json:
            for fate in several:
                if not fate.killed or verbose:
                    say(f"{fate.shown}\n    found by: {', '.join(fate.killers) or 'nothing'}")
            warn(f"{spec}: {sum(f.killed for f in several)} of {count(len(several), 'mistake')} found", quiet=True)
    if not counted:
        warn("there is nothing in these specs to mistake", quiet=True)
        return 0
    found = sum(fate.killed for fate in counted)
    by = {killer: sum(killer in fate.killers for fate in counted) for killer in ("examples", "laws", "ledger")}
    shares = ", ".join(f"{killer} {many}" for killer, many in by.items())
    whole = found / len(counted)
    warn(f"{found} of {count(len(counted), 'mistake')} found ({whole:.1%}): {shares}")
    warn(f"{len(fates) - len(counted)} more do not compile, or mean the same", quiet=True)
    return 1 if whole < _LEAST or low else 0


def _progress(what: str = "pieces") -> Any:
    """Says how far a long run is, where somebody looks."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None

    def tell(done: int, of: int) -> None:
        click.echo(f"\r{done} of {of} {what}" + ("\r\033[K" if done == of else ""), nl=False, err=True)

    return tell


def _show(proof: Proof, verbose: bool) -> None:
    from mapdsl.testing import described

    for broken in proof.broken:
        say(f"FAILED  {broken.endpoint}, {broken.part} from {broken.side}")
        say("\n".join(f"        {line}" for line in described(broken, str(proof.path)).splitlines()))
    for name in proof.unstable:
        say(f"FAILED  {name}: law 6: the same text gave different code")
    for subject, tally in proof.tallies.items() if verbose else ():
        if not tally.broken:
            say(f"ok      {subject}: {count(tally.documents, 'document')}, {tally.share:.0%} translated")


def _sum_up(results: list[ExampleResult], proofs: list[Proof], endpoint: str | None, coverage: float | None) -> None:
    failed = sum(not result.passed for result in results)
    warn(_examples(len(results), failed), quiet=not failed)
    for proof in proofs:
        name, whole, broken = proof.path.name, proof.total(), len(proof.broken)
        exchanges = f" and {count(proof.exchanges, 'exchange')}" if proof.exchanges else ""
        if not whole.documents and not broken:
            warn(f"{name}: there is nothing to draw documents for", quiet=True)
            continue
        laws = "every law holds" if not broken else f"{count(broken, 'law')} broken"
        share = f"{whole.share:.0%} translated"
        warn(f"{name}: {whole.documents:,} documents ({share}){exchanges}, {laws}", quiet=not broken)
        for refusal, many in whole.refusals.most_common(_MOST_REFUSALS if not endpoint else None):
            warn(f"  refused {many:>6,} times: {refusal}", quiet=True)
        for subject in proof.rarely_reached():
            tally = proof.tallies[subject]
            warn(f"remark: {subject}: only {tally.share:.0%} of {tally.documents} documents were translated")
        total, missing = proof.coverage()
        if endpoint is None:
            low = coverage is not None and _share(proof) < coverage
            warn(f"{name}: {total - len(missing):,} of {total:,} rules, cases and rows reached", quiet=not low)
            for text in missing:
                warn(f"  never reached: {text}", quiet=True)


def _examples(total: int, failed: int) -> str:
    if not total:
        return "there are no examples"
    return f"{count(total - failed, 'example')} held, {count(failed, 'example')} failed"


def _share(proof: Proof) -> float:
    total, missing = proof.coverage()
    return 100.0 * (total - len(missing)) / total if total else 100.0


def _rows(proofs: list[Proof]) -> list[dict[str, Any]]:
    from mapdsl.testing import described

    return [
        {
            "kind": "laws",
            "endpoint": subject.endpoint,
            "variant": subject.variant,
            "part": subject.part,
            "from": subject.side,
            "documents": tally.documents,
            "translated": tally.translated,
            "refusals": dict(tally.refusals.most_common()),
            "lost": dict(tally.lost.most_common()),
            "broken": [described(broken, str(proof.path)) for broken in tally.broken.values()],
            "passed": not tally.broken,
        }
        for proof in proofs
        for subject, tally in proof.tallies.items()
    ]
