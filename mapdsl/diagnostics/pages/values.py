"""Pages about conversions, enums, tables and lookups."""

from .code import Code

__all__ = ["PAGES"]

PAGES = (
    Code(
        "MAP301",
        title="wrong arguments",
        meaning="A conversion is written with arguments that it does not take.",
        why="It cannot be built.",
        repair=(
            "Write the form that the help line shows. Lookups stand in a pipe, in `each(...)` and as third "
            "argument of `ref(...)`."
        ),
        bad="""\
endpoint e { old POST /a; new POST /b; request { a <-> b : upper(1) } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { a <-> b : upper } }
""",
    ),
    Code(
        "MAP302",
        title="rows that clash",
        meaning=(
            "A row stands twice, two rows are `canonical` for one value, or a value that goes there and back "
            "means another one the second time."
        ),
        why="The table would not say one thing.",
        repair="Take one row away, or leave the mark on one of them.",
        bad="""\
enum unit closed { "s" <-> "seconds"; "m" <-> "minutes"; "s" <-> "seconds" }
""",
        good="""\
enum unit closed { "s" <-> "seconds"; "m" <-> "minutes" }
""",
    ),
    Code(
        "MAP303",
        title="several rows, one value",
        meaning="Several rows are read for one value, and none is marked.",
        why="Which of them holds on that way?",
        repair="Mark one `canonical`, or give the others the arrow that leaves this way out.",
        bad="""\
enum unit closed { "m" <-> "minutes"; "min" <-> "minutes" }
""",
        good="""\
enum unit closed { canonical "m" <-> "minutes"; "min" <-> "minutes" }
""",
    ),
    Code(
        "MAP305",
        title="number of cells",
        meaning="A row has more or fewer cells on a side than the others.",
        why="The cells of a column belong to one end of the rule.",
        repair="Fill every place; in a `table`, `absent` stands for a field that is not there.",
        bad="""\
enum kind closed { "in" <-> ("call", "in"); "out" <-> ("call", "out"); "sms" <-> "sms" }
""",
        good="""\
enum kind closed { "in" <-> ("call", "in"); "out" <-> ("call", "out"); "sms" <-> ("sms", "sms") }
""",
    ),
    Code(
        "MAP306",
        title="cell that an enum cannot have",
        meaning="A cell of an enum is `absent`, an object or a list.",
        why="An enum maps values that are there onto values that are there.",
        repair="Declare it as a `table`.",
        bad="""\
enum live closed { true <-> "on"; absent <-> "off" }
""",
        good="""\
table live { true <-> "on"; absent <-> "off"; else reject "true, or nothing" }
""",
    ),
    Code(
        "MAP307",
        title="no word on other combinations",
        meaning="A table does not say what happens to combinations that no row lists.",
        why=("A table of several fields is rarely complete, and the author should have seen what is missing."),
        repair='End it with `else reject "what would fit"`.',
        bad="""\
table live { (true, "a") <-> "x"; (false, absent) <-> "y" }
""",
        good="""\
table live { (true, "a") <-> "x"; (false, absent) <-> "y"; else reject "a pair that the guide lists" }
""",
    ),
    Code(
        "MAP308",
        title="policy that does not fit",
        meaning="An `else` has a policy that means nothing here, or an open enum has an `else` or tuples.",
        why=(
            "An open enum passes what no row lists, so nothing is left for an `else`; and a single value is no tuple."
        ),
        repair=(
            '`else reject "text"` in enums and tables; `reject`, `pass`, `absent`, `use` or `empty` for a missed '
            "lookup."
        ),
        bad="""\
enum unit closed { "s" <-> "seconds"; else pass }
""",
        good="""\
enum unit open { "s" <-> "seconds" }
""",
    ),
    Code(
        "MAP309",
        title="steps that do not fit",
        meaning="A step of a pipe, or a text end, can never give what the next step takes.",
        why="Every message with that field would be refused.",
        repair="Check the order (a pipe is read from old to new), or put a conversion between the two.",
        bad="""\
endpoint e { old POST /a; new POST /b; request { a <-> b : csv | integer } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { a <-> b : csv | each(integer) } }
""",
    ),
    Code(
        "MAP310",
        title="lookup without a way back",
        meaning="A two-way rule uses a lookup that is declared `->`.",
        why="Nobody can answer on the way back.",
        repair="Give the rule the arrow `->`, or declare the lookup `<->`.",
        bad="""\
lookup team : integer -> string
endpoint e { old POST /a; new POST /b; request { team_id <-> team : team } }
""",
        good="""\
lookup team : integer <-> string
endpoint e { old POST /a; new POST /b; request { team_id <-> team : team } }
""",
    ),
    Code(
        "MAP311",
        title="chain of lookups",
        meaning="A pipe asks a lookup with the answer of another.",
        why=(
            "All keys of a message are collected first and asked at once; a chain would need one round of "
            "questions after another."
        ),
        repair="Declare one lookup that answers from the first key.",
        bad="""\
lookup user : string <-> integer
lookup team : integer <-> string
endpoint e { old POST /a; new POST /b; request { agent <-> team : user | team } }
""",
        good="""\
lookup team_of_agent : string <-> string
endpoint e { old POST /a; new POST /b; request { agent <-> team : team_of_agent } }
""",
    ),
    Code(
        "MAP312",
        title="number of places",
        meaning=(
            "A joint end has more or fewer members than the table or conversion has places, or no conversion at all."
        ),
        why="Each member belongs to one place, in order.",
        repair="Name as many ends as there are places.",
        bad="""\
enum kind closed { "in" <-> ("call", "in"); "out" <-> ("call", "out") }
endpoint e { old POST /a; new POST /b; request { kind <-> type : kind } }
""",
        good="""\
enum kind closed { "in" <-> ("call", "in"); "out" <-> ("call", "out") }
endpoint e { old POST /a; new POST /b; request { kind <-> (type, subtype) : kind } }
""",
    ),
    Code(
        "MAP313",
        title="else without a lookup",
        meaning="A rule has an `else`, and its pipe holds no lookup.",
        why="`else` says what a missed lookup does. An enum or table has an `else` of its own.",
        repair="Take it away, or write it into the enum or table.",
        bad="""\
endpoint e { old POST /a; new POST /b; request { a <-> b : upper else absent } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { a <-> b : upper } }
""",
    ),
    Code(
        "MAP314",
        title="domain of a lookup",
        meaning=(
            "A lookup is declared with a domain other than `string`, `integer`, `number`, `boolean`, or with the "
            "arrow `<-`."
        ),
        why='Keys are matched by value in a scalar domain, so that `"3"` finds the integer 3.',
        repair="Name a scalar domain, and one of the arrows `<->` and `->`.",
        bad="""\
lookup team : int <-> string
""",
        good="""\
lookup team : integer <-> string
""",
    ),
    Code(
        "MAP315",
        title="no rows",
        meaning="A closed enum or a table lists nothing.",
        why="Every value would be refused. An open enum may be empty: it passes what no row lists.",
        repair="List the rows, or declare the enum `open`.",
        bad="""\
enum unit closed { }
""",
        good="""\
enum unit open { }
""",
    ),
    Code(
        "MAP316",
        title="`absent` as a value",
        meaning=(
            "`absent` stands in a list or an object, is written (`add x = absent`), or is one of the literals of a "
            "guard (`not absent`). In an example it takes away a member that is given, and here none of that name is."
        ),
        why="It says that nothing is there: no value holds it, and none equals it.",
        repair=(
            "Leave out a member that is not there. In guards, `is absent` and `is present` ask for it; in a table it "
            "is a cell of its own."
        ),
        bad="""\
table live { {on: true, mode: absent} <-> 1; else reject "on" }
""",
        good="""\
table live { ({on: true}, absent) <-> 1; else reject "on" }
""",
    ),
)
