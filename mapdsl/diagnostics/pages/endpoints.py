"""Pages about routes, credentials, paging and statuses."""

from .code import Code

__all__ = ["PAGES"]

PAGES = (
    Code(
        "MAP401",
        title="no route",
        meaning="An endpoint or variant has no route on one side.",
        why="Without one no message of that side can be recognised or written.",
        repair="Write `old METHOD /path` and `new METHOD /path`.",
        bad="""\
endpoint e { old POST /a }
""",
        good="""\
endpoint e { old POST /a; new POST /b }
""",
    ),
    Code(
        "MAP402",
        title="bad route",
        meaning=(
            "A path that no message can have: an empty, `.` or `..` segment, "
            "text and braces mixed in one segment, a query, a parameter named twice."
        ),
        why="The route would never match, or be resolved to another path on the way.",
        repair=("Write the path as it stands on the wire; a parameter fills a whole segment."),
        bad="""\
endpoint e { old GET /a//b; new GET /b }
""",
        good="""\
endpoint e { old GET /a/b; new GET /b }
""",
    ),
    Code(
        "MAP403",
        title="parameter without a source",
        meaning="A path that is written has a parameter that nothing gives a value for.",
        why="The path could never be completed.",
        repair=(
            "Use the same name on both sides, write a rule with `@path.name`, or `add @path.name = ...` (`drop` "
            "for the old side)."
        ),
        bad="""\
endpoint e { old POST /a; new POST /b/{id} }
""",
        good="""\
endpoint e { old POST /a; new POST /b/{id}; request { id <-> @path.id : upper } }
""",
    ),
    Code(
        "MAP404",
        title="routes collide",
        meaning="One message fits the routes of two endpoints.",
        why="Mapdsl would have to guess which of them is meant.",
        repair=(
            "Give the routes guards that rule each other out, or mark the endpoint to be taken on that side with "
            "`prefer`."
        ),
        bad="""\
endpoint e { old POST /a; new POST /b }
endpoint f { old POST /c; new POST /b }
""",
        good="""\
prefer new endpoint e { old POST /a; new POST /b }
endpoint f { old POST /c; new POST /b }
""",
    ),
    Code(
        "MAP405",
        title="no such parameter",
        meaning="A rule names a path parameter that no route of that side has.",
        why="It would never be read, and never be written.",
        repair="Correct the name, or write the parameter into the path.",
        bad="""\
endpoint e { old POST /a/{id}; new POST /b/{id}; request { drop @path.idd } }
""",
        good="""\
endpoint e { old POST /a/{id}; new POST /b/{id} }
""",
    ),
    Code(
        "MAP406",
        title="variant that is never reached",
        meaning="The variants before this one take every message of a side that it could take.",
        why="Variants are tried in order.",
        repair="Put the variant with the narrower guards first, or give the first one a guard.",
        bad="""\
endpoint e {
  old GET /a
  variant all { new GET /b }
  variant one { new GET /b/{id} when old @query.id is present; query { id <-> @path.id } }
}
""",
        good="""\
endpoint e {
  old GET /a
  variant one { new GET /b/{id} when old @query.id is present; query { id <-> @path.id } }
  variant all { new GET /b }
}
""",
    ),
    Code(
        "MAP408",
        title="carrier of a credential",
        meaning=(
            "An auth carries the credential in a path parameter that a route does not have, or in two places on "
            "one side that are not headers of different schemes or names."
        ),
        why="The credential could not be taken out, or not be put in.",
        repair="Write the parameter into the path, or use another auth.",
        bad="""\
credential key
auth key { old @path.api_key; new bearer }
endpoint e { old GET /a; new GET /b; auth key }
""",
        good="""\
credential key
auth key { old @path.api_key; new bearer }
endpoint e { old GET /{api_key}/a; new GET /b; auth key }
""",
    ),
    Code(
        "MAP409",
        title="place of a credential",
        meaning=(
            "A rule names the place that carries the credential, or a header that is one wherever it appears: "
            "`Authorization`, `Cookie`, `Set-Cookie`, `Proxy-*`."
        ),
        why=(
            "A credential is moved by its `auth` and by nothing else, so that it never stands where it could be seen."
        ),
        repair="Take the rule away.",
        bad="""\
credential key
auth key { old @query.key; new bearer }
endpoint e { old GET /a; new GET /b; auth key; query { key <-> api_key } }
""",
        good="""\
credential key
auth key { old @query.key; new bearer }
endpoint e { old GET /a; new GET /b; auth key }
""",
    ),
    Code(
        "MAP410",
        title="paging that cannot be planned",
        meaning=(
            "A side has an unknown scheme, an argument that the scheme does not take or of the wrong kind, or "
            "lacks one."
        ),
        why="Without all of them the plan of calls cannot be made.",
        repair=(
            "`page page= size= default= items=`, `offset offset= limit= default= items=`, `cursor cursor= limit= "
            "default= next= items=`, `none items=`; besides, as the scheme has them, `max=`, `first=`, `total=`, "
            "`echo=`. Both sides are said."
        ),
        bad="""\
endpoint e {
  old GET /a
  new GET /b
  paging { old none items=list; new offset offset=@query.offset limit=@query.limit items=list }
  response { list[] <-> list[] { id <-> id } }
}
""",
        good="""\
endpoint e {
  old GET /a
  new GET /b
  paging { old none items=list; new offset offset=@query.offset limit=@query.limit default=100 items=list }
  response { list[] <-> list[] { id <-> id } }
}
""",
    ),
    Code(
        "MAP411",
        title="field of paging",
        meaning="A rule names a field that the paging names.",
        why=("Windows are calculated over all calls; a rule that moves the field alone would ask for the wrong page."),
        repair="Take the rule away.",
        bad="""\
endpoint e {
  old GET /a
  new GET /b
  paging { old none items=list; new offset offset=@query.offset limit=@query.limit default=100 items=list }
  query { limit <-> limit }
  response { list[] <-> list[] { id <-> id } }
}
""",
        good="""\
endpoint e {
  old GET /a
  new GET /b
  paging { old none items=list; new offset offset=@query.offset limit=@query.limit default=100 items=list }
  response { list[] <-> list[] { id <-> id } }
}
""",
    ),
    Code(
        "MAP412",
        title="items that no rule maps",
        meaning=("Paging names the lists of items, and no two-way rule of the response maps the one onto the other."),
        why="The items of several calls are joined and sliced, so each must have its counterpart.",
        repair="Write the rule: `items[] <-> list[] { ... }`.",
        bad="""\
endpoint e {
  old GET /a
  new GET /b
  paging { old none items=$; new offset offset=@query.offset limit=@query.limit default=100 items=list }
}
""",
        good="""\
endpoint e {
  old GET /a
  new GET /b
  paging { old none items=$; new offset offset=@query.offset limit=@query.limit default=100 items=list }
  response { [] <-> list[] { id <-> id } }
}
""",
    ),
    Code(
        "MAP413",
        title="success codes",
        meaning=(
            "A `status` line maps a code twice on one way, or a code that is none of success (200 to 399), or its "
            "guard asks for what is no part of the reply."
        ),
        why="A reply has one status, and tells by itself which.",
        repair="Let one of the two lines go one way, or give the first a guard; failures go through a `failure` block.",
        bad="""\
endpoint e { old POST /a; new POST /b; status 200 <-> 201; status 204 <-> 201 }
""",
        good="""\
endpoint e { old POST /a; new POST /b; status 200 <-> 201; status 204 -> 201 }
""",
    ),
    Code(
        "MAP414",
        title="bad scan or filter",
        meaning=(
            "`scan` stands twice, or a residual filter (`filter ... residual`, `else residual` of a joint rule) "
            "has no list to be applied to, or no member."
        ),
        why="A filter that the other side does not have is applied to the items that come back.",
        repair="Say the list in `paging`, and the member behind `where`: `filter @query.live residual where live`.",
        bad="""\
endpoint e {
  old GET /a
  new GET /b
  query { filter live residual }
  paging { old none items=list; new none items=list }
  response { list[] <-> list[] { live <-> live } }
}
""",
        good="""\
endpoint e {
  old GET /a
  new GET /b
  query { filter live residual where live }
  paging { old none items=list; new none items=list }
  response { list[] <-> list[] { live <-> live } }
}
""",
    ),
    Code(
        "MAP420",
        title="RPC without a path",
        meaning=(
            "A method of RPC on a side that does not say at which path it takes calls, or a route of HTTP at that path."
        ),
        why="All calls of a side go to one path: without it none can be recognised or written.",
        repair="Say the path once, at the top of a file or in `api`: `old rpc /json-rpc/`.",
        bad="""\
endpoint e { old rpc a.b(x); new POST /b }
""",
        good="""\
old rpc /json-rpc/
endpoint e { old rpc a.b(x); new POST /b }
""",
    ),
    Code(
        "MAP421",
        title="no such place in an RPC message",
        meaning=(
            "Something names a parameter that the method does not declare, a query or a status of an RPC side, or a "
            "method declares a parameter twice."
        ),
        why="Parameters are positional: a name that is not declared has no position.",
        repair="Declare the parameter, `old rpc sms.send(from, to)`, or name one that is there.",
        bad="""\
old rpc /json-rpc/
endpoint e { old rpc a.b(x); new POST /b; request { y <-> y } }
""",
        good="""\
old rpc /json-rpc/
endpoint e { old rpc a.b(x, y?); new POST /b; request { y <-> y } }
""",
    ),
    Code(
        "MAP430",
        title="fan and gather do not fit",
        meaning=(
            "A `fan` without a `gather` or the other way round, one that names no list, or one beside `paging`, "
            "`replace` or bytes; `failure` in a gather that makes no items of failed calls, or none in one that does."
        ),
        why="One request that becomes several calls needs one reply that comes of them.",
        repair="Write both, each with the list that it is about: `fan to[] { ... }`, `gather status[] all { ... }`.",
        bad="""\
endpoint e { old POST /a; new POST /b; request { fan to[] { name <-> name } } }
""",
        good="""\
endpoint e {
  old POST /a
  new POST /b
  request { fan to[] { name <-> name } }
  response { gather status[] all { id <-> id } }
}
""",
    ),
    Code(
        "MAP431",
        title="replace does not fit",
        meaning=(
            "`replace` in an endpoint that has no PUT on one side and PATCH on the other, or that has pages, an "
            "unknown endpoint to read from, or defaults where nothing is reset."
        ),
        why="A PUT takes away what it does not name, a PATCH keeps it: the policy says what becomes of that.",
        repair="Write `replace loose`, `replace reset { live = null }` or `replace read_modify_write from get_item`.",
        bad="""\
endpoint e { old POST /a/{id}; new PATCH /b/{id}; replace loose; request { x <-> y } }
""",
        good="""\
endpoint e { old PUT /a/{id}; new PATCH /b/{id}; replace loose; request { x <-> y } }
""",
    ),
    Code(
        "MAP432",
        title="enrich does not fit",
        meaning="`enrich` names an unknown endpoint, one that cannot be read, or leaves a parameter of its path open.",
        why="The read that fills a reply needs a route, and a value for each parameter of it.",
        repair="Say where the value stands: `enrich new from get_item { @path.id = id }`. An item of a list is found "
        "by a member: `enrich new from list_items item <- items[] key id`, where one call reads the whole list; "
        "`items[] <- items[] key id` fills each item of a page.",
        bad="""\
endpoint get { old GET /a/{id}; new GET /b/{id} }
endpoint add { old POST /a; new POST /b; enrich new from get }
""",
        good="""\
endpoint get { old GET /a/{id}; new GET /b/{id} }
endpoint add { old POST /a; new POST /b; enrich new from get { @path.id = id } }
""",
    ),
    Code(
        "MAP433",
        title="idempotency without a header",
        meaning="`idempotency` names something else than a header.",
        why="The key that makes a second call harmless travels in a header.",
        repair="Write `idempotency new @header.Idempotency-Key`.",
        bad="""\
endpoint e { old POST /a; new POST /b; idempotency new @query.key }
""",
        good="""\
endpoint e { old POST /a; new POST /b; idempotency new @header.Idempotency-Key }
""",
    ),
)
