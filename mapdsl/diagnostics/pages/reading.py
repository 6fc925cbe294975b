"""Pages of the grammar: texts that cannot be read."""

from .code import Code

__all__ = ["PAGES"]

PAGES = (
    Code(
        "MAP001",
        title="unexpected text",
        meaning=(
            "At the marked place the text goes on with something that cannot stand there. The headline names what "
            "could."
        ),
        why=("A rule is `OLD arrow NEW`, a declaration starts with its keyword, statements end at a newline or `;`."),
        repair=(
            "Write one of the things the headline lists. `=`, `=>`, `-->` are not arrows: write `<->`, `->` or `<-`."
        ),
        bad="""\
shape s { number = phone_number }
""",
        good="""\
shape s { number <-> phone_number }
""",
    ),
    Code(
        "MAP002",
        title="unreadable text",
        meaning=(
            "The file is not UTF-8, or it holds a character that is invisible or cannot be part of a spec (NUL, "
            "control characters, a no-break space or other odd blanks outside of strings and comments)."
        ),
        why=("Such characters look like blanks or like nothing, so a reader and mapdsl would see two different texts."),
        repair=(
            "Save the file as UTF-8; replace the character by an ordinary space, or write it as `\\u00a0` inside a "
            "string."
        ),
        bad="""\
shape s { number\u00a0<-> phone_number }
""",
        good="""\
shape s { number <-> phone_number }
""",
    ),
    Code(
        "MAP003",
        title="not closed",
        meaning="A block, bracket or string is opened and never closed, or closed without being opened.",
        why=("Without its end nobody knows which statements belong to the block. A string ends on its line."),
        repair=('Add the missing `}`, `)`, `]` or `"` where the headline says, or take away the extra one.'),
        bad="""\
shape s { number <-> phone_number
""",
        good="""\
shape s { number <-> phone_number }
""",
    ),
    Code(
        "MAP004",
        title="unknown version",
        meaning="The line `mapdsl N` names a version of the language that this mapdsl does not know.",
        why="A later version may give the same text another meaning; guessing would mistranslate.",
        repair=("Write `mapdsl 1`, or install a newer mapdsl. The line must be the first statement of the file."),
        bad="""\
mapdsl 9
""",
        good="""\
mapdsl 1
""",
    ),
    Code(
        "MAP005",
        title="over a limit",
        meaning=(
            "The text is longer than 1 MiB, blocks, lists and arguments are nested deeper than 32, or a path has more "
            "than 64 segments."
        ),
        why="Limits keep a hostile or broken file from using up memory and time.",
        repair=(
            "Split the file (one endpoint per file, shared parts through `use`), or name inner parts as a `shape`."
        ),
        bad="shape s { a <-> b : " + "each(" * 33 + "string" + ")" * 33 + " }\n",
        good="""\
shape s { a <-> b : each(each(string)) }
""",
    ),
    Code(
        "MAP007",
        title="name needs quotes",
        meaning=(
            "A name begins with a digit, or holds a character other than ASCII letters, digits, `_` and inner `-`."
        ),
        why="Letters that look alike (Latin `a`, Cyrillic `а`) would make two fields look like one.",
        repair="Put the name in double quotes.",
        bad="""\
shape s { größe <-> size }
""",
        good="""\
shape s { "größe" <-> size }
""",
    ),
    Code(
        "MAP008",
        title="said twice",
        meaning="One statement gives the same option, member, argument or arm a second time.",
        why="The two may differ, and neither wins by a rule that a reader would know.",
        repair="Keep one of them.",
        bad="""\
shape s { a <-> b combine first combine append }
""",
        good="""\
shape s { a <-> b combine append }
""",
    ),
    Code(
        "MAP009",
        title="impossible value",
        meaning=(
            "A value is spelled so that it stands for nothing: an unknown escape in a string, a lone surrogate, a "
            "number of more than 400 digits or with an exponent beyond 400, a status outside 100..599."
        ),
        why="Such a value could never be sent or received as JSON or HTTP.",
        repair=("Correct the value; in strings write `\\\\` for a backslash and `\\u00e9` for a character by number."),
        bad="""\
enum e { "a\\q" <-> "b" }
""",
        good="""\
enum e { "a\\\\q" <-> "b" }
""",
    ),
)
