"""Pages about names, files and facts of an API."""

from .code import Code

__all__ = ["PAGES"]

PAGES = (
    Code(
        "MAP101",
        title="unknown conversion",
        meaning=(
            "A pipe names something that is no conversion, enum, table or lookup of this file or of those that it uses."
        ),
        why="Without it nobody knows what becomes of the value.",
        repair=(
            "Correct the name, declare it (`enum`, `table`, `lookup`), `use` the file that does, or register a "
            "conversion in Python."
        ),
        bad="""\
endpoint e { old POST /a; new POST /b; request { a <-> b : uper } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { a <-> b : upper } }
""",
    ),
    Code(
        "MAP102",
        title="no such file",
        meaning="A `use` line names a file that is not there.",
        why="What it declares is missing here, so other lines could be misread.",
        repair="Correct the path. It is relative to the file that the line stands in.",
        bad="""\
use "comon.map"
""",
        good="""\
shape s { a <-> b }
""",
    ),
    Code(
        "MAP103",
        title="files use each other",
        meaning="Following the `use` lines leads back to a file that is being read.",
        why="In a circle nobody can say which declaration comes first.",
        repair="Move what both files need into a third one that uses neither.",
        bad="""\
use "spec.map"
""",
        good="""\
shape s { a <-> b }
""",
    ),
    Code(
        "MAP104",
        title="declared twice",
        meaning=(
            "A name is declared twice in what one file sees, or the same endpoint, variant, example or `use` "
            "stands twice. Enums, tables and lookups share one space of names, because they stand side by side in "
            "pipes."
        ),
        why="The two may differ, and neither wins by a rule that a reader would know.",
        repair="Rename one of them, or take one away.",
        bad="""\
lookup team : integer -> string
enum team closed { 1 <-> "sales" }
""",
        good="""\
lookup team_name : integer -> string
enum team closed { 1 <-> "sales" }
""",
    ),
    Code(
        "MAP105",
        title="unknown shape",
        meaning="`include` names something that is no shape of this file or of those that it uses.",
        why="The rules that it stands for are missing.",
        repair="Correct the name, declare the shape, or `use` the file that does.",
        bad="""\
shape person { name <-> full_name }
endpoint e { old POST /a; new POST /b; request { include persn } }
""",
        good="""\
shape person { name <-> full_name }
endpoint e { old POST /a; new POST /b; request { include person } }
""",
    ),
    Code(
        "MAP106",
        title="unknown auth or credential",
        meaning="An endpoint names an `auth`, or an `auth` a `credential`, that is not declared.",
        why="Mapdsl would not know where the credential stands, and might leave it where it is.",
        repair=(
            "Correct the name or declare it. An `auth` without `credential NAME` moves the credential of its own name."
        ),
        bad="""\
auth key { old @query.key; new bearer }
""",
        good="""\
credential key
auth key { old @query.key; new bearer }
""",
    ),
    Code(
        "MAP107",
        title="shape includes itself",
        meaning="A shape includes itself, directly or through other shapes.",
        why="Included rules are put in place of the `include`, so there would be no end.",
        repair="Take the `include` away, and write out what repeats inside itself as far as it goes.",
        bad="""\
shape node { name <-> label; children[] <-> items[] { include node } }
""",
        good="""\
shape node { name <-> label; children[] <-> items[] { name <-> label } }
""",
    ),
    Code(
        "MAP108",
        title="name of a conversion",
        meaning="An enum, table or lookup has the name of a conversion.",
        why="A reader of `: lower` expects what mapdsl's `lower` does.",
        repair="Give it another name.",
        bad="""\
enum lower closed { "A" <-> "a" }
""",
        good="""\
enum lower_letter closed { "A" <-> "a" }
""",
    ),
    Code(
        "MAP109",
        title="contradicting facts",
        meaning=("The files loaded together give the API two names, or one side two bases, wire styles or titles."),
        why="All files of a folder describe one pair of APIs.",
        repair="Keep one of the lines, or move the files of the other API into a folder of their own.",
        bad="""\
api shop { new base /v2; new base /v3 }
""",
        good="""\
api shop { new base /v3 }
""",
    ),
    Code(
        "MAP110",
        title="impossible fact",
        meaning="A `wire` style that mapdsl does not know, or a `base` that is no path.",
        why="Queries and paths could not be spelled.",
        repair=(
            "The styles are `repeated`, `brackets`, `csv`, `range`; a base begins with `/` and does not end with one."
        ),
        bad="""\
new wire repeatd
""",
        good="""\
new wire repeated
""",
    ),
    Code(
        "MAP111",
        title="file out of bounds",
        meaning=(
            "A `use` line names a file outside of the folder that is loaded (of a single file: its folder), be it "
            "by an absolute path, by `..`, or by a link that leads out. The file is not looked at."
        ),
        why="Who writes a spec could otherwise read any file of the machine that compiles it.",
        repair=(
            "Move the file into the folder, or let the program allow it: `load(..., files=[...])`, or `--files` on "
            "the command line, with the file or a folder that holds it."
        ),
        bad="""\
use "../common.map"
""",
        good="""\
shape s { a <-> b }
""",
    ),
    Code(
        "MAP112",
        title="too deep through shapes",
        meaning=(
            "More than 16 lists (`[]` and `*`), or more than 48 blocks, lists and includes, stand in each other. What "
            "shapes hold counts where they are included."
        ),
        why="Compiled code nests as the blocks do, and Python takes no more than 20 loops in each other.",
        repair="Map the field as a whole, without a block, from some level on.",
        bad=f"shape s {{ {'.'.join(['a[]'] * 17)} <-> {'.'.join(['b[]'] * 17)} }}\n",
        good="""\
shape s { a[].b[] <-> c[].d[] }
""",
    ),
    Code(
        "MAP113",
        title="examples of no endpoint",
        meaning=(
            "`examples for NAME` names an endpoint that is not there, or one in a file that this file does not `use`."
        ),
        why="The examples would be run by nobody, and the rules that they show could break unseen.",
        repair="Mend the name, or add the `use` line of the file that holds the endpoint.",
        bad="""\
endpoint send_sms { old POST /a; new POST /b }
examples for send_sns { example "x" { old request {}; new request {} } }
""",
        good="""\
endpoint send_sms { old POST /a; new POST /b }
examples for send_sms { example "x" { old request {}; new request {} } }
""",
    ),
    Code(
        "MAP114",
        title="rules among examples",
        meaning=(
            "A file whose name ends in `.examples.map` holds something else than `use`, `examples for` and `given`."
        ),
        why="`load` does not read such a file, so its endpoints and declarations would be missing.",
        repair="Move the statement into another file, or give the file another name.",
        bad="""\
# send_sms.examples.map
endpoint send_sms { old POST /a; new POST /b }
""",
        good="""\
# send_sms.examples.map
given { lookups {user: {"2003": 7}} }
""",
    ),
)
