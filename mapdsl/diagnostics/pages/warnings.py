"""Pages of warnings: a warning never stops a load."""

from .code import Code

__all__ = ["PAGES"]

PAGES = (
    Code(
        "MAP501",
        title="case without a guard on one side",
        meaning=(
            "A case has no guard on the side that is read on one way, so it is never taken there, though its "
            "rules would write."
        ),
        why="The fields of the case are then lost on that way.",
        repair="Add a guard on that side, or give the rules the arrow of the way that runs.",
        bad="""\
endpoint e { old POST /a; new POST /b; request { match { case old kind is "x" { a <-> b }; else pass } } }
""",
        good="""\
endpoint e {
  old POST /a
  new POST /b
  request { match { case old kind is "x", new kind is "x" { a <-> b }; else pass } }
}
""",
    ),
    Code(
        "MAP502",
        title="parameter that nothing reads",
        meaning=(
            "A parameter of a path that is recognised and never written has no counterpart and no rule: its value "
            "is lost."
        ),
        why="It often names the very thing that the message is about.",
        repair=(
            "Write a rule for `@path.name`, or say that it goes nowhere: `drop @path.name` (`add` on the new side)."
        ),
        bad="""\
endpoint e { old POST /a; new POST /b; new POST /b/{id} }
""",
        good="""\
endpoint e { old POST /a; new POST /b; new POST /b/{id}; request { add @path.id } }
""",
    ),
    Code(
        "MAP503",
        title="canonical that is not needed",
        meaning="A row is marked, and no other row competes with it.",
        why="The mark makes a reader look for the other row.",
        repair="Take the mark away.",
        bad="""\
enum unit closed { canonical "m" <-> "minutes" }
""",
        good="""\
enum unit closed { "m" <-> "minutes" }
""",
    ),
    Code(
        "MAP507",
        title="secret without a credential",
        meaning=(
            "A rule, or a path of both sides, names a parameter or a header that is called like a secret (`api_key`, "
            "`X-Auth-Token`), and no `auth` says that it carries a credential. `token` alone, where a rule names it, "
            "is none: an order may have one."
        ),
        why=(
            "A credential of one API means nothing to the other, and must not end up in residue, losses and logs. "
            "What no rule names under such a name is not sent on; what a rule names is data like any other."
        ),
        repair="Declare a `credential`, and an `auth` that says where each side carries it.",
        bad="""\
endpoint e { old GET /a; new GET /b; query { api_key <-> api_key } }
""",
        good="""\
credential key
auth key { old @query.api_key; new bearer }
endpoint e { old GET /a; new GET /b; auth key }
""",
    ),
    Code(
        "MAP511",
        title="body under a code that has none",
        meaning=(
            "Every success of one side has the status 204, 205 or 304, whose replies have no body, and a rule writes "
            "into the body there."
        ),
        why="What the rule would write is lost on that way: it is reported, and residue alone brings it home.",
        repair="Take the rule away, or map the code to one that has a body.",
        bad="""\
endpoint e { old DELETE /a; new DELETE /b; status 200 <-> 204; response { id <-> id } }
""",
        good="""\
endpoint e { old DELETE /a; new DELETE /b; status 200 <-> 200; response { id <-> id } }
""",
    ),
    Code(
        "MAP512",
        title="constant that spells another route",
        meaning="A constant that is written into a path makes it the path of another route of the same side.",
        why="The server would take the request for another one, so it is refused when it is translated.",
        repair="Write to that route, or write another value.",
        bad="""\
endpoint me { old GET /me; new GET /users/current }
endpoint user { old GET /user; new GET /users/{id}; request { add @path.id = "current" } }
""",
        good="""\
endpoint me { old GET /me; new GET /users/current }
endpoint user { old GET /user; new GET /users/{id}; request { add @path.id = "7" } }
""",
    ),
)
