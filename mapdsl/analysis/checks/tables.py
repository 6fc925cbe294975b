"""Enums and tables: one value, one meaning, both ways.

enum unit closed {
  "m" <-> "minutes"
  "min" <-> "minutes"       # MAP303: back from "minutes", which one? mark one row `canonical`, or give the other `->`
}
"""

from __future__ import annotations

from collections import Counter

from mapdsl import syntax
from mapdsl.analysis.context import Context, items
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.questions import SIDES, Declared, built_rule, cells_key, reads, rivals, shown
from mapdsl.conversions import BadConversion

__all__ = ["check_tables"]


def check_tables(context: Context) -> None:
    """Report rows that clash, lead nowhere or hold what their table cannot, and policies that do not fit."""
    for file in context.files.values():
        declared: tuple[Declared, ...] = (*items(file, syntax.Enum), *items(file, syntax.Table))
        for one in declared:
            _check(one, context.findings)


def _check(declared: Declared, findings: Findings) -> None:
    _check_rows(declared, findings)
    sound = _check_width(declared, findings)
    _check_cells(declared, findings)
    _check_policy(declared, findings)
    if sound and _check_twice(declared, findings) and _check_rivals(declared, findings):
        _check_return(declared, findings)
    _check_marks(declared, findings)


def _check_rows(declared: Declared, findings: Findings) -> None:
    """An open enum may be empty: it passes what no row lists, and `load(..., enums=)` adds rows."""
    if declared.rows or (isinstance(declared, syntax.Enum) and declared.open):
        return
    word = "enum" if isinstance(declared, syntax.Enum) else "table"
    advice = "list the rows" + (", or declare it `open`" if word == "enum" else "")
    findings.error("MAP315", f"the {word} `{declared.name}` has no rows", declared, "takes no value", help=advice)


def _check_width(declared: Declared, findings: Findings) -> bool:
    sound = True
    for side in SIDES:
        widths = Counter(len(getattr(row, side)) for row in declared.rows)
        if len(widths) < 2:
            continue
        usual = max(widths, key=lambda width: widths[width])
        model = next(row for row in declared.rows if len(getattr(row, side)) == usual)
        for row in declared.rows:
            found = len(getattr(row, side))
            if found != usual:
                sound = False
                findings.error(
                    "MAP305",
                    f"this row has {_cells(found)} on the {side} side, others have {usual}",
                    row,
                    "",
                    (model, f"{_cells(usual)} on the {side} side"),
                    help="every row fills the same places; `absent` stands for one that is not there (in a `table`)",
                )
    return sound


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"


def _check_cells(declared: Declared, findings: Findings) -> None:
    if isinstance(declared, syntax.Table):
        return
    for row in declared.rows:
        for cell in (*row.old, *row.new):
            if cell is syntax.ABSENT:
                advice = "declare it as a `table`: there, presence is a value"
                findings.error("MAP306", "an enum has no `absent`", row, "", help=advice)
            elif isinstance(cell, (list, dict)):
                advice = "declare it as a `table`, or list the members as cells of a tuple"
                findings.error("MAP306", f"an enum lists scalars, not {shown(cell)}", row, "", help=advice)


def _check_policy(declared: Declared, findings: Findings) -> None:
    policy = declared.otherwise
    word = "enum" if isinstance(declared, syntax.Enum) else "table"
    if isinstance(declared, syntax.Table) and policy is None:
        findings.error(
            "MAP307",
            f"`{declared.name}` says nothing of combinations that no row lists",
            declared,
            "",
            help='end it with `else reject "what would fit"`',
        )
    if policy is not None and policy.kind != "reject":
        advice = 'write `else reject "what would fit"`'
        if policy.kind == "pass" and isinstance(declared, syntax.Enum):
            advice = f"declare it open: `enum {declared.name} open {{ ... }}` passes values that no row lists"
        findings.error(
            "MAP308", f"`else {policy.kind}` does not fit the {word} `{declared.name}`", policy, "", help=advice
        )
    if not isinstance(declared, syntax.Enum) or not declared.open:
        return
    if declared.rule is not None:
        _check_rule(declared.rule, findings)
    if policy is not None and policy.kind == "reject":
        advice = "take `open` or the `else` away: an open enum passes what no row lists"
        findings.error("MAP308", f"`{declared.name}` is open and has an `else`", policy, "", help=advice)
    joint = next((row for row in declared.rows if len(row.old) > 1 or len(row.new) > 1), None)
    if joint is not None:
        advice = "declare it `closed`: a single value cannot pass for a tuple"
        findings.error("MAP308", f"`{declared.name}` is open and maps tuples", joint, "", help=advice)


def _check_rule(rule: syntax.Conversion, findings: Findings) -> None:
    """What spells a text that no row lists gives one text for one text."""
    try:
        built = built_rule(rule)
    except BadConversion as error:
        findings.error("MAP301", error.message, rule, "", help=error.help or "write a conversion of texts")
        return
    if (built.old.kind, built.new.kind) != ("string", "string") or built.old_places != 1 or built.new_places != 1:
        advice = "write one that gives a text for a text, such as `lower` or `case(constant, kebab)`"
        findings.error("MAP308", f"`{rule.name}` does not spell texts", rule, "", help=advice)


def _spelled(row: syntax.Row, side: str) -> str:
    cells = [shown(cell) for cell in getattr(row, side)]
    return cells[0] if len(cells) == 1 else f"({', '.join(cells)})"


def _check_twice(declared: Declared, findings: Findings) -> bool:
    seen: dict[object, syntax.Row] = {}
    sound = True
    for row in declared.rows:
        first = seen.setdefault((cells_key(row.old), cells_key(row.new)), row)
        if first is not row:
            sound = False
            findings.error(
                "MAP302",
                f"the row {_spelled(row, 'old')} {row.arrow} {_spelled(row, 'new')} stands twice",
                row,
                "again",
                (first, "first here"),
                help="take one of the two away",
            )
    return sound


def _check_rivals(declared: Declared, findings: Findings) -> bool:
    sound = True
    for side in SIDES:
        for rows in rivals(declared.rows, side).values():
            marked = [row for row in rows if row.canonical]
            if len(rows) == 1 or len(marked) == 1:
                continue
            sound = False
            other = "new" if side == "old" else "old"
            arrow = "->" if side == "new" else "<-"
            if marked:
                first, again, headline = marked[0], marked[1], "two rows are `canonical` for"
                advice = "leave the mark on one of them"
            else:
                first, again, headline = rows[0], rows[1], "several rows read"
                advice = f"mark the row to be taken `canonical`, or give the others the arrow `{arrow}`"
            findings.error(
                "MAP302" if marked else "MAP303",
                f"{headline} {_spelled(again, side)} on the {side} side",
                again,
                f"gives {_spelled(again, other)}",
                (first, f"gives {_spelled(first, other)}"),
                help=advice,
            )
    return sound


def _check_return(declared: Declared, findings: Findings) -> None:
    """There, back and there again must end where it first arrived."""
    read = reads(declared)
    ways = (("old", "new", read.old, read.new), ("new", "old", read.new, read.old))
    for side, other, there, back in ways:
        for row in there.values():
            home = back.get(cells_key(getattr(row, other)))
            again = there.get(cells_key(getattr(home, side))) if home is not None else None
            if home is None or again is None or cells_key(getattr(again, other)) == cells_key(getattr(row, other)):
                continue
            arrow = "<-" if side == "old" else "->"
            start, end = _spelled(row, side), _spelled(home, side)
            findings.error(
                "MAP302",
                f"{start} comes back as {end}, which then means {_spelled(again, other)}",
                home,
                f"{_spelled(row, other)} comes back by this row",
                (row, "the way there"),
                (again, "the second way there"),
                help=f"mark the row that should hold `canonical`, or give the row of the way back the arrow `{arrow}`",
            )


def _check_marks(declared: Declared, findings: Findings) -> None:
    competing = {
        id(row) for side in SIDES for rows in rivals(declared.rows, side).values() if len(rows) > 1 for row in rows
    }
    for row in declared.rows:
        if row.canonical and id(row) not in competing:
            advice = "take the mark away: no other row competes with this one"
            findings.warn("MAP503", "`canonical` is not needed here", row, "", help=advice)
