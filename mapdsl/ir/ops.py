"""The operations of the intermediate representation: what one part does in one direction, as frozen data.

A Mapping turns a *source* message into a *target* message of the other side. Both are made of parts: `body` (any
JSON or nothing), `path` and `header` (name -> text), `query` (a nested object of texts and lists of texts), `status`
(an integer at the path ()). Places name a root and member names below it:

    body, path, query, header, status       the message that is read (in sources) or written (in targets)
    route                                   the number of the route by which a request came (sources only)
    item                                    the item of the innermost Each (source or target item)
    up                                      the item of the enclosing Each, or the body where there is none
    request.old.body, .new.query, ...       the request of this exchange as one side spelled it (sources only)

How operations run, in both engines:

- Operations run in order. A problem is recorded under the rule of the operation (`rule`, an index into
  Mapping.rules); the operation then writes nothing and the next one runs. At the end problems are ordered by rule,
  keeping for each rule the order in which they were found, and of problems that agree in path and expectation only
  the first is kept. The same order holds for losses.
- Reading a place: a missing member is absent; a parent that is null or absent makes it absent; a parent of another
  type than object is a problem at the parent's path, expected `an object`. (A body that is None counts as absent
  as a whole; so does a missing query, path or header part.)
- Writing a place makes the objects on the way; an object of a parent is made only when a member is written.
- null: a pipe leaves null as it is, unless the conversion says `takes_null`. Absent stays absent.

docs/internals/ir.md fixes what the texts below leave open, and the wording of problems and losses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import attrs

from mapdsl.conversions import ABSENT, Conversion, build, from_table

__all__ = [
    "Alternative",
    "Choose",
    "Combine",
    "Confirm",
    "Convert",
    "Each",
    "ForEach",
    "Guard",
    "Join",
    "Keep",
    "Literal",
    "Look",
    "Lose",
    "Mapping",
    "Move",
    "Names",
    "Op",
    "OpenMatch",
    "Place",
    "Promised",
    "Prune",
    "Reference",
    "Refuse",
    "Report",
    "RuleInfo",
    "Share",
    "Step",
    "TableData",
    "Taken",
    "Write",
]


def _plain(path: Iterable[str]) -> tuple[str, ...]:
    """Names as they are written into messages: an assumed one is a text like others."""
    return tuple(map(str, path))


@attrs.frozen
class Place:
    """A root and the member names below it. `Place("item")` is the item itself."""

    root: str
    path: tuple[str, ...] = attrs.field(default=(), converter=_plain)


@attrs.frozen
class Literal:
    """A JSON literal, written or compared. Never changed; copied when written if it is an object or a list."""

    value: Any


# --- pipes ---------------------------------------------------------------------------------------------------------


@attrs.frozen(slots=False)
class TableData:
    """Rows of an enum or a table: (old cells, new cells, to_new, to_old).

    Cells are JSON literals or ABSENT. `to_new` says that the row is used to new, `to_old` that it is used to old: a
    `canonical` mark or a one-way arrow decides; of several rows with one old (new) tuple exactly one has it.
    `open` passes an unlisted text that the other column does not list, with a `rule` any unlisted text, as the rule
    spells it. `refusal` is the author's text for the rest.
    `joint` tables see absent cells; enums do not.
    """

    name: str
    rows: tuple[tuple[tuple[Any, ...], tuple[Any, ...], bool, bool], ...]
    open: bool = False
    joint: bool = False
    refusal: str = ""
    rule: Convert | None = None

    @cached_property
    def conversion(self) -> Conversion:
        """What the table does with values; made once, for it costs as much as there are rows."""
        rule = None if self.rule is None else build(self.rule.name, self.rule.args)
        return from_table(self.rows, name=self.name, open=self.open, joint=self.joint, refusal=self.refusal, rule=rule)

    @cached_property
    def may_be_absent(self) -> bool:
        """Whether a cell is ABSENT."""
        return any(cell is ABSENT for old, new, _, _ in self.rows for cell in (*old, *new))

    @cached_property
    def members(self) -> dict[str, tuple[frozenset[str] | None, ...]]:
        """For each place of a side (`old`, `new`) the members that cells speak of; None where none is an object."""
        sides = {"old": [row[0] for row in self.rows], "new": [row[1] for row in self.rows]}
        return {side: tuple(map(_members, zip(*rows, strict=True))) for side, rows in sides.items()}


def _members(cells: tuple[Any, ...]) -> frozenset[str] | None:
    objects = [cell for cell in cells if isinstance(cell, dict)]
    return frozenset(name for members in objects for name in members) if objects else None


@attrs.frozen
class Convert:
    """Run the conversion `name(args)`, or the one made of `table`, in the direction `to`.

    Pipes of a rule are already in running order: to old they come reversed. args are JSON literals or nested
    Converts (for conversions that take conversions).
    `known_by`: the lookup whose keys the items are that this takes out of a text, or writes into one; a key of it may
    hold the separator.
    """

    name: str
    args: tuple[Any, ...]
    to: str
    table: TableData | None = None
    known_by: str = ""


@attrs.frozen
class Look:
    """Replace the value by the lookup's answer. null stays null and is not asked.

    `domain` is the declared scalar domain of the key (string, integer, number, boolean); a value outside it is never
    asked and is a problem when mapping. `miss`: error | pass (keep the value, report the loss `lookup miss`) |
    absent (write nothing, report) | use (write `default`, report) | reject (a problem with `text`) | empty (leave
    the item out).
    """

    lookup: str
    to: str
    domain: str
    miss: str = "error"
    default: Any = None
    text: str = ""


@attrs.frozen
class ForEach:
    """Run the steps on each item of a list (anything else is a problem: expected `a list`).

    A problem in an item is reported at the path of the whole list with the item's index where the list stands in the
    document, that is where this is the first step of its pipe.
    """

    steps: tuple[Step, ...]


@attrs.frozen
class Reference:
    """A scalar against an object that refers to it: `ref(name, id, LOOKUP)`.

    To new: v -> {member: v} and, with a lookup, {member: v, other: answer(v)}; a missed answer follows `look.miss`,
    where `error` is the error, `absent` and `pass` leave `other` out.
    To old: the object's `member` is the value; a missing member is a problem, and so is one that is no key of
    the lookup,
    for the way home asks it; members other than `member` and
    `other` are lost (reason `no place in the SIDE API`), `other` is a form.
    `side` is the side that is written: `to` is the other one in what stands the other way round (`member(id)`,
    `flip(ref(id))`).
    """

    member: str
    other: str | None
    to: str
    look: Look | None = None
    side: str = "old"


Step = Convert | Look | ForEach | Reference


# --- operations ----------------------------------------------------------------------------------------------------


@attrs.frozen
class Taken:
    """A case of a `match` that the source takes: the guards of all its cases on the source, in the order of the text,
    and the number of this one (None: no case). `match`: the rule of that choice, `roots` those of its guards on the
    target."""

    cases: tuple[tuple[Guard, ...], ...]
    number: int | None
    match: int = -1
    roots: tuple[str, ...] = ()


@attrs.frozen
class Move:
    """Read `source`, run `pipe`, write `target`. Nothing happens where the source is absent.

    In reporting code, a step whose way is not injective is checked at once: if the way back does not give its input
    again, the value is a loss (the way's `lossy` text) or a form; either way residue keeps the source value under the
    image written at the target. A way that `passes_unlisted` and passed a value that its table does not list reports it
    with the reason `unlisted value` (nothing to note).
    `given`: the source is the request of this exchange (a value restored for the other side); where no request is
    at hand, nothing is written and `lost` gets (target path, ABSENT, `needs request`).
    `taken`: in a Combine, the cases in which the rule stands: where one is not taken, the move is no part of it.
    `noted`: residue keeps the source value in any case, for on the way home another rule may write there.
    """

    rule: int
    source: Place
    target: Place
    pipe: tuple[Step, ...] = ()
    given: bool = False
    taken: tuple[Taken, ...] = ()
    noted: bool = False


@attrs.frozen
class Join:
    """Several sources and targets through one conversion with `places`: a table, or a joint conversion.

    With all sources absent nothing happens, except that a joint table (`takes_absent`) is still asked where it has a
    row for it. With some absent: a conversion that takes absent runs, otherwise a problem at the first absent source.
    A target whose cell is ABSENT is not written. A Literal cell is written as it is.
    `partial`: with some absent, those that are there are applied to what comes back: each is noted, nothing is written.
    `spare`: for a table cell that is an object, members the table does not speak of follow `rest`.
    """

    rule: int
    sources: tuple[Place, ...]
    targets: tuple[Place, ...]
    convert: Convert
    partial: bool = False


@attrs.frozen
class Combine:
    """Several sources that meet in one target. `moves` in the order of the text, all with that target.

    Mode first: the first present one wins, other present ones are lost (`another field took its place`);
    append: lists are joined in order without repeats (a scalar counts as a list of one);
    max, min: by value; only_one: two present ones are a problem at the second (expected `only one of A and B`);
    equal: present ones must give the same value, another is a problem (expected `a value that agrees with A`).
    Modes stand beside each move after the first. In residue, where anything but the move `two_way` alone was present,
    every source is noted (its value, or its absence) under the final image of the target, as in a branch of each choice
    that a move stands in. What is noted of `two_way` alone is noted as in a branch of its own.
    """

    rule: int
    target: Place
    moves: tuple[Move, ...]
    modes: tuple[str, ...]
    two_way: int = 0


@attrs.frozen
class Each:
    """A block: run `ops` on the object (kind `object`), each item (`list`), each member value (`map`) or the
    one item (`one`).

    Absent: nothing. null: null is written. Another type: a problem (expected `an object` or `a list`). An item that
    is null stays null. An empty list gives an empty list. Ops that write Place("item") decide the item's new value;
    without such an op the new item is an object, and the source item must be one (expected `an object`).
    An op that reads Place("item") alone takes the item as it is.
    Kind `one`: a list of exactly one item on the old side, the item itself on the new side. To new, `ops` run on that
    item, and the new one is written in the place of the list; an empty list, two items and another type are a problem
    (expected `a list of one`), and so is an item that is null: on the new side, null stands for the list. To old, `ops`
    run on the value, and the new item is put in a list of one.
    `keys` converts the member names of a `map`. `key` is the old-side member by which residue finds items again.

    Several Eaches may run one block: then their `ops` are one tuple, known by its identity; its operations have the
    same rules at each place, and the rule of its Keep is a row of its own.
    """

    rule: int
    kind: str
    source: Place
    target: Place
    ops: tuple[Op, ...]
    keys: tuple[Step, ...] = ()
    key: str | None = None


@attrs.frozen
class Guard:
    """kind present, absent, is, not, one_of. Comparison is JSON equality (numbers by value, true is not 1).

    `not LITERAL` holds where the place is absent, too. A guard never records a problem: a parent of another type
    makes its
    place absent (the rules that read it report it). `selection` (a parsed selector, see paths) replaces `place`.
    """

    place: Place
    kind: str
    values: tuple[Any, ...] = ()
    selection: Any = None


@attrs.frozen
class Alternative:
    """A case: taken if all `guards` hold on the source. Its `ops` run; `writes` are literals that the case then puts on
    the target, into objects that stand there; `checks` are guards on the target after that (a failed check is a problem
    at the case).

    `fills` are literals that go into an object which an operation has put there as it was read: (place, literal, how
    many names of the place lead to that object). It is copied first. Where something stands at the place already, or
    around it something else than an object, nothing happens: a check of the same place speaks of that.
    """

    rule: int
    guards: tuple[Guard, ...]
    writes: tuple[tuple[Place, Literal], ...]
    ops: tuple[Op, ...]
    checks: tuple[Guard, ...] = ()
    fills: tuple[tuple[Place, Literal, int], ...] = ()


@attrs.frozen
class Choose:
    """Take the first alternative whose guards hold; one whose `guards` are empty is never taken.

    Otherwise: `pass` (nothing), `ops` (run `ops`), `reject` (a problem at the place `at`, expected `text`).
    `cases`: of a `match`, the guards of each case in the order of the text, on the source and on the target: what a
    branch notes comes home where the target, as it is then, takes the same case as it does now. Empty where the choice
    is no `match`.
    `open`: a `match open`. The branch that is taken is remembered for the Keeps and the Confirm of its block: the
    number of the case in `cases`, or -1 where none is taken; nothing where the message is refused for that.
    """

    rule: int
    alternatives: tuple[Alternative, ...]
    otherwise: str = "none"
    text: str = ""
    ops: tuple[Op, ...] = ()
    at: Place = Place("body")
    cases: tuple[tuple[tuple[Guard, ...], tuple[Guard, ...]], ...] = ()
    open: bool = False

    @property
    def numbers(self) -> tuple[int, ...]:
        """For each alternative of a `match`, which of `cases` it is: those without guards on the source are none."""
        return tuple(number for number, (source, _) in enumerate(self.cases) if source)


@attrs.frozen
class Promised:
    """A case of an open `match` as the way home reads it: its guards on the target (none: it is never taken there).

    `texts`: for each guard what the target is to become, in words; `name`: the case in words.
    """

    rule: int
    guards: tuple[Guard, ...]
    texts: tuple[str, ...]
    name: str

    def instead_of(self, taken: str) -> str:
        """What a message is to do that would come home by this case, where `taken` was the one."""
        return f"to come home by {taken}, and not by {self.name}: {_REMEDY}"


_REMEDY = "drop what that case reads, or write `rest drop` or `match closed`"


@attrs.frozen
class Confirm:
    """Look again at the choice of an open `match`, once all is written: the way home must make the same.

    Reading the target, the first of `cases` whose guards all hold must be the one that was taken: none where none was
    taken, or where that one has no guards there. Otherwise problems at `at`, under the rule of the case that was taken
    (that of the `match` where none was): for each guard of it that does not hold, its text, and found is what stands at
    the guard's place; where all hold, or there are none, what the other case says `instead_of` it (`no case` where
    none was taken), and found is what stands at `at`. Nothing happens where the `match` was not asked.
    """

    rule: int
    at: Place
    cases: tuple[Promised, ...]


@attrs.frozen
class Write:
    """Write a literal at `target` (a moved default, the constant of an `add` or `drop`).

    `assumed`: why no document says so; then it is reported at the target, as guessed.
    """

    rule: int
    target: Place
    value: Literal
    assumed: str = ""


@attrs.frozen
class Lose:
    """A field of the source that goes nowhere. Absent: nothing is lost.

    `given`: what the way home writes there (a Literal, or a Place of the request), or None. If the value equals it,
    nothing is lost; if the field is absent, residue notes the absence (a form); otherwise value and reason are
    lost, and residue keeps the value. `against`: the reason where a Place of the request says otherwise, which null
    does not.
    `report` False: residue only. `spare`: member names below that were carried elsewhere; then each other member is
    lost on its own; `whole` False: another rule reads the object itself, and where it is null or empty that is not this
    one's to keep. `under`: places of the target from which a rule that holds the other way writes the field again;
    residue keeps the value, or its absence, under what stands there in the end.
    `bare`: a block carries the object that may stand there: only null, and absence, are lost.
    """

    rule: int
    source: Place
    reason: str
    given: Literal | Place | None = None
    report: bool = True
    spare: Names | None = None
    under: tuple[Place, ...] = ()
    whole: bool = True
    bare: bool = False
    against: str = ""


@attrs.frozen
class Refuse:
    """A problem where `source` is present: expected `text`. `filter`: an empty object or list asks for nothing, and is
    kept as a form."""

    rule: int
    source: Place
    text: str
    filter: bool = False


@attrs.frozen
class Report:
    """Copy `source` to `target` as it is, and report it with `reason` (a passed hole, an unknown parameter).

    `target` None: a Move carries it.
    """

    rule: int
    source: Place
    target: Place | None
    reason: str


@attrs.frozen
class Prune:
    """Leave out of the source root whatever the selector finds, before anything else reads it; each find is lost."""

    rule: int
    root: Place
    selector: Any
    reason: str


def _plain_members(members: Iterable[tuple[str, Names]]) -> tuple[tuple[str, Names], ...]:
    return tuple((str(name), below) for name, below in members)


@attrs.frozen
class Names:
    """The names that a block's rules speak of below one root, as a tree. A leaf is owned by its rule."""

    members: tuple[tuple[str, Names], ...] = attrs.field(default=(), converter=_plain_members)
    leaf: bool = False


@attrs.frozen
class Share:
    """What one branch of an open `match` adds to a Keep while it is taken. `policy`: its own `rest`, or empty."""

    named: Names = Names()
    taken: Names = Names()
    policy: str = ""


@attrs.frozen
class OpenMatch:
    """An open `match` as a Keep of its block knows it.

    `shares`: one for each case in the order of the text, and last that of the branch where no case is taken.
    `places`: the paths of the source whose rest its branches decide: each that a branch or a guard names, there or on
    the target, and all of them where a branch has a policy; `roots`: those of its guards on the target.
    """

    match: int
    shares: tuple[Share, ...]
    places: tuple[tuple[str, ...], ...] = ()
    roots: tuple[str, ...] = ()


@attrs.frozen
class Keep:
    """What the rules of a block do not name. Comes last in its block, but for Confirms.

    `source` and `target` are the block's roots; `named` and `taken` the names on the source and the target side.
    For each member of the source object: a leaf of `named` is skipped; an inner name is entered if the value is an
    object (null or an empty object there is a form for residue, at the same path; another type was reported by the
    rules); any other member follows the policy:
    - keep: written at the same path, the same object, unless `taken` has a leaf at or above it; where `taken` has
    an inner
      name and the value is an object, its members are kept one by one (an empty one is a form); otherwise it is lost,
      reason `no place in the {new|old} API`. `place` False says that the target has no object here: all is lost.
    - drop: lost, reason `dropped by rest`.
    - error: a problem, expected `only the fields that the spec names`.
    `query`: a kept parameter is also reported, reason `unknown parameter`.
    `objects`: the objects that named places lie in, with the first rule of the text that names something in them. They
    are looked at when the block starts: one that is neither an object nor null nor absent is a problem at once, under
    that rule (expected `an object`), and counts as absent from then on. The path () is the source itself.
    A source that is not an object: if nothing is named, the whole value is kept as it is (policy keep).
    `only`: the names that the target's root has a place for (None: any); every other member, and a source that is no
    object, counts as one that `taken` has a leaf for.
    `bound`: inner paths of `named` that the cases of one `match` alone speak of, with its rule and the roots of its
    guards on the target: what is noted there is noted as in a branch of it.
    `open`: the open matches of the block, an outer one before those in its branches. The branch that is taken of each
    adds its names to `named` and `taken` (a leaf of either is a leaf of both); of several policies of their own the
    last one counts. Where the names taken then have a leaf at the root, it is as if `place` were False. What is noted
    at, above or below one of an OpenMatch's `places` is noted as in a branch of it.
    """

    rule: int
    source: Place
    target: Place
    named: Names
    taken: Names
    policy: str = "keep"
    place: bool = True
    query: bool = False
    objects: tuple[tuple[tuple[str, ...], int], ...] = ()
    only: tuple[str, ...] | None = None
    bound: tuple[tuple[tuple[str, ...], int, tuple[str, ...]], ...] = ()
    open: tuple[OpenMatch, ...] = ()


Op = Move | Join | Combine | Each | Choose | Confirm | Write | Lose | Refuse | Report | Prune | Keep


# --- mappings ------------------------------------------------------------------------------------------------------


@attrs.frozen
class RuleInfo:
    """A rule as `show` prints it. `part` is req, query, resp, type ... as guides name it; old and new are paths or
    None. `says`: the author's words for what it refuses.

    `also`: where else the rule stands, in a block of several places, as (old, new); `more` places are left out of it.
    """

    file: str
    line: int
    text: str
    part: str
    old: str | None
    new: str | None
    kind: str
    lossless_to_new: str = "lossless"
    lossless_to_old: str = "lossless"
    cites: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    also: tuple[tuple[str | None, str | None], ...] = ()
    more: int = 0

    def rows(self) -> Iterator[RuleInfo]:
        """A row for each place that is known."""
        yield self
        for old, new in self.also:
            yield attrs.evolve(self, old=old, new=new, also=(), more=0)


@attrs.frozen
class Mapping:
    """One part (request or response; success or failure) in one direction.

    `item`: outside of any Each there is the root `item`, of the source ("source") or of the target ("target"): the item
    of a fan or gather. Its path in reports is ("item",); where members of it are read and it is no object, that is a
    problem under `item_rule` (expected `an object`).
    """

    part: str
    to: str
    ops: tuple[Op, ...]
    rules: tuple[RuleInfo, ...]
    lookups: tuple[str, ...] = ()
    item: str = ""
    item_rule: int = 0
