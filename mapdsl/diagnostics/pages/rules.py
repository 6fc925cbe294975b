"""Pages about rules, blocks and cases."""

from .code import Code

__all__ = ["PAGES"]

PAGES = (
    Code(
        "MAP201",
        title="nested differently",
        meaning="One end crosses a `[]` or `*` that the other end does not.",
        why="Of many values on one side nobody knows which one is meant on the other.",
        repair=(
            "Cross the same lists in the same order on both ends; a list against a single value is a conversion's work."
        ),
        bad="""\
endpoint e { old POST /a; new POST /b; request { numbers[] <-> number } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { numbers <-> number : singleton } }
""",
    ),
    Code(
        "MAP202",
        title="no such place",
        meaning=(
            "An end names a part that the message does not have here: `@status` in a request, `@path` or `@query` "
            "in a response (where `@request.path` reads the request), `@up` outside of a nested block, or a part "
            "that does not exist."
        ),
        why="There is nothing to read and nowhere to write.",
        repair="Name a place of this message.",
        bad="""\
endpoint e { old POST /a; new POST /b; response { @query.id -> id } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; response { add id = @request.query.id } }
""",
    ),
    Code(
        "MAP203",
        title="written twice",
        meaning=(
            "Two rules could write one place in one direction, or one writes inside what the other writes as a whole."
        ),
        why="Whichever runs later would win, and the other value would be lost without a word.",
        repair=(
            "Write another place; put the two into cases of one `match`; or let old fields meet in one new field "
            "with `combine first` (or `append`, `max`, `min`, `only_one`, `equal`) on the second rule."
        ),
        bad="""\
endpoint e { old POST /a; new POST /b; request { id <-> message.id; conversation_id <-> message.id } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { id <-> message.id; conversation_id <-> message.conversation_id } }
""",
    ),
    Code(
        "MAP204",
        title="one list, two directions",
        meaning="Two rules map the same two lists, a block rule among them, and their arrows differ.",
        why=(
            "Rules over the same two lists are one walk over the items, and a block's arrow speaks for all that "
            "stands in it."
        ),
        repair="Write one block rule with `<->`, and give the rules inside it their own arrows.",
        bad="""\
endpoint e { old POST /a; new POST /b; request { a[] -> c[] { x <-> y }; a[].z <-> c[].z } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { a[] <-> c[] { x <-> y; z <-> z } } }
""",
    ),
    Code(
        "MAP205",
        title="one list from two",
        meaning="Two rules would make one list from two different lists.",
        why="The items of a list follow one list: which one gives their number and order?",
        repair=("Let one of the rules go one way, give it another target, or join the lists on the other side."),
        bad="""\
endpoint e { old POST /a; new POST /b; request { a[].x <-> c[].x; b[].y <-> c[].y } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { a[].x <-> c[].x; b[].y <-> d[].y } }
""",
    ),
    Code(
        "MAP206",
        title="list that no rule maps",
        meaning=(
            "`drop`, `add` or `hole` names a field in the items of a list, and no rule of the block maps that list."
        ),
        why="A list without a rule stays as it is, or goes as a whole; nobody walks over its items.",
        repair="Map the list with a rule, or name the whole list.",
        bad="""\
endpoint e { old POST /a; new POST /b; request { drop tags[].color } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { tags[] <-> labels[] { name <-> name }; drop tags[].color } }
""",
    ),
    Code(
        "MAP207",
        title="mapped and dropped",
        meaning=(
            "A field is dropped, added, filtered or a hole, and another statement that is in force at the same "
            "time speaks of it too."
        ),
        why="The two contradict each other: a field with a counterpart is not one without.",
        repair="Take one of the two away, or put them into different cases of one `match`.",
        bad="""\
endpoint e { old POST /a; new POST /b; request { agent <-> user; drop agent } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { agent <-> user } }
""",
    ),
    Code(
        "MAP208",
        title="nothing can write this",
        meaning=("A rule would write the request from inside a response, or one place once for each of many items."),
        why="The request is past; and of many items only the last would be seen.",
        repair="Read it only (`->` or `<-`), or write it outside of the list.",
        bad="""\
endpoint e { old POST /a; new POST /b; request { a[] <-> c[] { x <-> @body.total } } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { a[] <-> c[] { x <-> total } } }
""",
    ),
    Code(
        "MAP209",
        title="combine that does not fit",
        meaning=(
            "`combine` has an unknown mode, stands on the first or only rule of its target, or not exactly one of "
            "the rules that meet goes both ways."
        ),
        why="On the way back one of the old fields must receive the value, and only one.",
        repair=(
            "The modes are `first`, `append`, `max`, `min`, `only_one`, `equal`; "
            "give one rule `<->` and the others an arrow."
        ),
        bad="""\
endpoint e { old POST /a; new POST /b; request { a <-> x; b <-> x combine first } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { a <-> x; b -> x combine first } }
""",
    ),
    Code(
        "MAP210",
        title="no way back",
        meaning="A one-way rule reads a field that nothing writes on the way back.",
        why=(
            "The value would be gone after there and back, and the same message translated again would come out "
            "otherwise."
        ),
        repair=(
            "Make the rule `<->`, map its source by a two-way rule as well, or let it meet a two-way rule (`combine`)."
        ),
        bad="""\
endpoint e { old POST /a; new POST /b; request { agent -> user } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { agent <-> user } }
""",
    ),
    Code(
        "MAP211",
        title="out of place",
        meaning=(
            "A statement or option stands where it has no meaning: `rest` in a case of a closed match, `match open` in "
            "one, `status` in a request, `key` without a list, another conversion than `singleton` on a block; or "
            "something that a block takes once stands twice."
        ),
        why="It would be read by nobody, or in two ways.",
        repair="Move it where the help line says, or take it away.",
        bad="""\
endpoint e { old POST /a; new POST /b; request { name <-> title key id } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { names[] <-> titles[] key id { id <-> id } } }
""",
    ),
    Code(
        "MAP212",
        title="one place wanted",
        meaning="A guard, or the value of a `drop` or `add`, names a field in each item of a list.",
        why="Of many items some may pass and others not.",
        repair=('Write it inside the block of the list, or use a selection: `select("$.items[*].x") is present`.'),
        bad="""\
endpoint e {
  old POST /a
  new POST /b
  request { match { case old items[].x is "1", new kind is "x" { }; else pass } }
}
""",
        good="""\
endpoint e {
  old POST /a
  new POST /b
  request { match { case old x is "1", new kind is "x" { }; else pass } }
}
""",
    ),
    Code(
        "MAP213",
        title="joint end in two lists",
        meaning="The members of a joint end `(a[].x, b[].y)` stand in different lists.",
        why="Items of two lists do not belong together by themselves.",
        repair="Write a block rule for one list and the joint rule inside it.",
        bad="""\
endpoint e {
  old POST /a
  new POST /b
  request { (a[].code, b[].text) <-> (c[].code, c[].name) : prefix_rest(" - ") }
}
""",
        good="""\
endpoint e {
  old POST /a
  new POST /b
  request { a[] <-> c[] { (code, text) <-> (code, name) : prefix_rest(" - ") } }
}
""",
    ),
    Code(
        "MAP214",
        title="text that stands for nothing",
        meaning=("A rule between the body and a query, path or header does not say what the text stands for."),
        why=('In a query `10` is text; whether the body has the number 10 or the text "10" must be said.'),
        repair=("Name the domain: `: string`, `: integer`, `: number`, `: boolean`, an enum or another conversion."),
        bad="""\
endpoint e { old GET /a; new POST /b; request { @query.limit <-> limit } }
""",
        good="""\
endpoint e { old GET /a; new POST /b; request { @query.limit <-> limit : integer } }
""",
    ),
    Code(
        "MAP215",
        title="guard that text never passes",
        meaning="A guard compares a query, path or header value with something that is not text.",
        why='These values are always text: `is 1` never holds, `is "1"` may.',
        repair="Write the literal as text.",
        bad="""\
endpoint e { old GET /a when old @query.page is 1; new GET /b }
""",
        good="""\
endpoint e { old GET /a when old @query.page is "1"; new GET /b }
""",
    ),
    Code(
        "MAP216",
        title="selection that cannot be read",
        meaning="The text in `select(...)` is no JSONPath, or says more than a selection may.",
        why="Selections are read when the spec is compiled, so that a mistake in one never waits for a message.",
        repair="Write members (`.name`), indexes (`[0]`), `*`, `..`, or filters that compare with a literal.",
        bad="""\
endpoint e { old POST /a; new POST /b; request { drop select("$.items[") } }
""",
        good="""\
endpoint e { old POST /a; new POST /b; request { drop select("$.items[*].secret") } }
""",
    ),
    Code(
        "MAP217",
        title="closed list of fields",
        meaning="A `fields` list declares a field that nothing names, or a rule names one that the list does not have.",
        why="Where it stands the list is closed, so that no forgotten and no misspelled field goes unnoticed.",
        repair="Write a rule, `drop`, `add` or `hole` for the field, or correct the name.",
        bad="""\
endpoint e {
  old POST /a
  new POST /b
  fields old request { number: string; body?: string }
  request { number <-> phone_number }
}
""",
        good="""\
endpoint e {
  old POST /a
  new POST /b
  fields old request { number: string; body?: string }
  request { number <-> phone_number; body <-> text }
}
""",
    ),
    Code(
        "MAP218",
        title="type of a field",
        meaning="A `fields` list gives a field a type that mapdsl does not know.",
        why="Values that come in are checked against the type, and one that is misspelled would check nothing.",
        repair="Write `string`, `integer`, `number`, `boolean`, `object`, `list` or `any`, or leave the type out.",
        bad="""\
endpoint e {
  old POST /a
  new POST /b
  fields old request { number: text }
  request { number <-> phone_number }
}
""",
        good="""\
endpoint e {
  old POST /a
  new POST /b
  fields old request { number: string }
  request { number <-> phone_number }
}
""",
    ),
    Code(
        "MAP219",
        title="inside of bytes",
        meaning="A rule, guard, list of fields or paging looks inside a body that the endpoint calls `bytes`.",
        why="Bytes pass as they are: there is nothing in them that a name could mean.",
        repair="Take the rule away, or the line `request bytes` (`response bytes`).",
        bad="""\
endpoint e {
  old POST /a
  new POST /b
  request bytes
  request { number <-> phone_number }
}
""",
        good="""\
endpoint e {
  old POST /a/{id}
  new POST /b/{number}
  request bytes
  request { @path.id <-> @path.number }
}
""",
    ),
    Code(
        "MAP220",
        title="cases that look alike on the way back",
        meaning="What a later case writes may pass all guards of an earlier case on that side.",
        why=("Cases are tried in order, so the way back would take the earlier one, and give another message."),
        repair=(
            "Add a guard to the later case that rules the earlier one out, such as another literal for the same field."
        ),
        bad="""\
endpoint e {
  old POST /a
  new POST /b
  request {
    match {
      case old phone is present, new to is present { phone <-> to }
      case old mail is present, new note is present { mail <-> to; text <-> note }
    }
  }
}
""",
        good="""\
endpoint e {
  old POST /a
  new POST /b
  request {
    match {
      case old phone is present, new kind is "phone" { phone <-> to }
      case old mail is present, new kind is "mail" { mail <-> to }
    }
  }
}
""",
    ),
    Code(
        "MAP221",
        title="case that is never taken",
        meaning=(
            "An earlier case is taken wherever this one could be, or the guards of this case rule each other out."
        ),
        why="Its rules would never run.",
        repair="Put the case with the narrower guards first, or change its guards.",
        bad="""\
endpoint e {
  old POST /a
  new POST /b
  request {
    match {
      case old kind is present, new type is "x" { a <-> v }
      case old kind is "b", new type is "y" { b <-> v }
    }
  }
}
""",
        good="""\
endpoint e {
  old POST /a
  new POST /b
  request {
    match {
      case old kind is "b", new type is "y" { b <-> v }
      case old kind is "a", new type is "x" { a <-> v }
    }
  }
}
""",
    ),
)
