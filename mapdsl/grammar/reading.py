"""From the bytes of a file to a readable text, or to one clear message."""

from __future__ import annotations

import re
import unicodedata

from mapdsl.diagnostics import Diagnostic, Label, Source, Span

__all__ = ["MAX_SIZE", "check_text", "load_source"]

MAX_SIZE = 1024 * 1024

# Never: control characters, separators that only some programs take for a line end, marks that turn the direction of
# writing (a reviewer would see another text), halves of surrogate pairs.
_NOWHERE = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
# Only inside strings and comments: blanks that are no space and characters that cannot be seen.
_BLANKS = "\u00a0\u00ad\u034f\u061c\u1680\u180e\u2000-\u200f\u202f\u205f-\u2065\u206a-\u206f\u3000\ufeff"
_ODD = re.compile(f"[{_NOWHERE}{_BLANKS}]")
_FORBIDDEN = re.compile(f"[{_NOWHERE}]")
_QUOTED = re.compile(r'#[^\n]*|"(?:[^"\\\n]|\\[^\n])*"?')
_NAMES = {
    "\x00": "NUL",
    "\x7f": "DELETE",
    "\x1b": "ESCAPE",
    "\x0b": "vertical tab",
    "\x0c": "form feed",
    "\x08": "BACKSPACE",
}


def load_source(name: str, data: bytes | str) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The text of a file as a Source, line ends as `\\n` and without a byte order mark; None where it is unreadable."""
    if len(data) > MAX_SIZE:
        return None, (_too_long(name, Source(name, "")),)
    if isinstance(data, bytes):
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            return None, (_not_utf8(name, data, error),)
    else:
        text = data
    source = Source(name, text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    trouble = check_text(source)
    return (None, (trouble,)) if trouble else (source, ())


def check_text(source: Source) -> Diagnostic | None:
    """What makes a text unreadable as a whole: its length, or characters that cannot stand in it."""
    if len(source.text) > MAX_SIZE:
        return _too_long(source.name, source)
    if not _ODD.search(source.text):
        return None
    odd = _odd_characters(source.text)
    return _odd_character(source, odd[0], len(odd)) if odd else None


def _odd_characters(text: str) -> list[int]:
    quoted = [(match.start(), match.end()) for match in _QUOTED.finditer(text)]
    odd = []
    index = 0
    for match in _ODD.finditer(text):
        at = match.start()
        while index < len(quoted) and quoted[index][1] <= at:
            index += 1
        inside = index < len(quoted) and quoted[index][0] <= at
        if not inside or _FORBIDDEN.match(match.group()):
            odd.append(at)
    return odd


def _odd_character(source: Source, at: int, count: int) -> Diagnostic:
    character = source.text[at]
    name = _NAMES.get(character) or unicodedata.name(character, "").lower().replace("_", " ")
    called = f"U+{ord(character):04X}" + (f" ({name})" if name else " (a control character)")
    more = f" and {count - 1} more like it" if count > 1 else ""
    blank = unicodedata.category(character) in ("Zs", "Cf")
    instead = "Replace it by an ordinary space" if blank else "Take it out"
    if "\ud800" <= character <= "\udfff":
        instead = "It is half of a surrogate pair: write the character itself"
    help = (
        f"{instead}; a string may hold it as `\\u{ord(character):04x}`." if ord(character) < 0xD800 else f"{instead}."
    )
    label = Label(Span(source.name, at, at + 1), "here")
    headline = f"the text holds the character {called}{more}, which cannot be seen or read"
    return Diagnostic("MAP002", headline, label, help=help, sources={source.name: source})


def _not_utf8(name: str, data: bytes, error: UnicodeDecodeError) -> Diagnostic:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found, offset = "it looks like UTF-16", 0
    else:
        offset = error.start
        found = f"byte 0x{data[offset]:02x} at offset {offset}"
    # What stands before the bad byte is good, so its line can be named; the text ends there.
    source = Source(name, data[:offset].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n"))
    at = Span(name, len(source.text), len(source.text))
    help = "Save the file as UTF-8."
    return Diagnostic("MAP002", f"the file is not UTF-8: {found}", Label(at, "here"), help=help, sources={name: source})


def _too_long(name: str, source: Source) -> Diagnostic:
    help = "Write one endpoint per file; shared parts come in through `use`."
    headline = "the text is longer than 1 MiB"
    return Diagnostic("MAP005", headline, Label(Span(name, 0, 0)), help=help, sources={name: source})
