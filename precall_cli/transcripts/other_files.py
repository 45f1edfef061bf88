"""What is given as a transcript and is none: recordings, documents, archives, markup; named, not guessed at.

A file is known by its first bytes, markup and data formats by how they begin. No reader here parses XML, HTML
or YAML, so that a DOCTYPE, an entity, an alias or a tag in one has nobody to act on: the file is refused.
"""

from __future__ import annotations

import re

from precall_cli.errors import BadInput

_LOOK = 64 * 1024
"""How much of the beginning is looked at."""
_MAGIC: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"%PDF-", "a PDF document", "document"),
    (0, b"{\\rtf", "a rich text document (RTF)", "document"),
    (0, b"\xd0\xcf\x11\xe0", "an Office document", "document"),
    (0, b"PK\x03\x04", "a ZIP archive", "packed"),
    (0, b"PK\x05\x06", "a ZIP archive", "packed"),
    (0, b"\x1f\x8b", "a gzip file", "packed"),
    (0, b"BZh", "a bzip2 file", "packed"),
    (0, b"\xfd7zXZ\x00", "an xz file", "packed"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard file", "packed"),
    (0, b"7z\xbc\xaf", "a 7-Zip archive", "packed"),
    (0, b"Rar!\x1a", "a RAR archive", "packed"),
    (257, b"ustar", "a tar archive", "packed"),
    (8, b"WAVE", "a recording (WAV)", "audio"),
    (8, b"AIFF", "a recording (AIFF)", "audio"),
    (4, b"ftyp", "a recording (MP4, M4A)", "audio"),
    (0, b"ID3", "a recording (MP3)", "audio"),
    (0, b"\xff\xfb", "a recording (MP3)", "audio"),
    (0, b"\xff\xf3", "a recording (MP3)", "audio"),
    (0, b"\xff\xf1", "a recording (AAC)", "audio"),
    (0, b"OggS", "a recording (Ogg)", "audio"),
    (0, b"fLaC", "a recording (FLAC)", "audio"),
    (0, b"#!AMR", "a recording (AMR)", "audio"),
    (0, b".snd\x00", "a recording (AU)", "audio"),
    (0, b"\x1a\x45\xdf\xa3", "a recording (WebM)", "audio"),
    (0, b"\x89PNG", "an image", "document"),
    (0, b"\xff\xd8\xff", "an image", "document"),
    (0, b"GIF8", "an image", "document"),
    (0, b"SQLite format 3\x00", "an SQLite database", "document"),
    (0, b"PAR1", "a Parquet file", "document"),
)
"""Where a mark stands, the mark, what it is a mark of, and what is to be done with such a file."""
_OF_TEXT = (b"%PDF-", b"{\\rtf")
"""Marks of files that are text themselves."""
_OFFICE = ((b"word/", "a Word document (DOCX)"), (b"xl/", "a workbook (XLSX)"), (b"ppt/", "slides (PPTX)"))
_MEND = {
    "audio": "Transcribe it first.",
    "packed": "Unpack it first.",
    "document": "Export the words of the call.",
    "markup": "Export the words of the call.",
}
READ = "Read are JSON of many services, WebVTT, SRT and plain text: `precall transcript formats` lists them."

_MARKUP = re.compile(r"\s*<(?:[?!]|[A-Za-z][\w.:-]*(?=[\s/>]))")
_CLOSING = re.compile(r"</[A-Za-z]|/>")
_YAML = re.compile(
    r"\s*(?:%YAML\b"
    r"|---[ \t]*![^\s]"
    r"|(?:---[^\n]*\n\s*)?[\w-]{1,60}:[ \t]*(?:&\w+(?=\s)|!!?\w)"
    r"|(?:---[^\n]*\n\s*)?(?:[a-z_]{1,60}:[^\n]*\n\s*){0,40}"
    r"-[ \t]+(?:speaker|role|text|content|words)[ \t]*:)"
)
_WHO = {"speaker", "role", "participant", "channel", "speaker_name", "speaker name"}
_WORDS = {"text", "content", "transcript", "message", "utterance", "words"}


def refuse_other_files(data: bytes, name: str) -> None:
    """Raises BadInput for a file of a kind that holds no transcript, saying what it looks like."""
    head = data[:_LOOK]
    binary = _is_binary(head)
    for at, mark, kind, mend in _MAGIC:
        if head.startswith(mark, at) and (binary or mark in _OF_TEXT or not mark.isascii()):
            office = (
                next((what for part, what in _OFFICE if part in data), "")
                if kind.endswith("ZIP archive")
                else ""
            )
            raise _refusal(office or kind, "document" if office else mend, name)
    if kind := _kind_of_text(head.decode("utf-8-sig", "replace")):
        raise _refusal(kind, "markup", name)


def _is_binary(head: bytes) -> bool:
    """Whether it is no text: then letters that could begin a sentence (`ID3`, `OggS`) are a mark."""
    if b"\0" in head:
        return True
    try:
        head[:-4].decode()  # the cut may go through a character
    except UnicodeDecodeError:
        return True
    return len(head) <= 8


def _kind_of_text(text: str) -> str:
    """What a text is by how it begins; nothing where it may be speech."""
    found = _MARKUP.match(text)
    if found and (found[0].endswith(("?", "!")) or _CLOSING.search(text)):
        html = re.match(r"\s*<(?:!doctype\s+html|html|head|body)\b", text, re.IGNORECASE)
        return "an HTML page" if html else "an XML document"
    if _YAML.match(text):
        return "YAML"
    first = text.lstrip().partition("\n")[0][:500]
    for sign in ",;\t":
        columns = {cell.strip(' "\r').lower() for cell in first.split(sign)}
        if columns & _WHO and columns & _WORDS:
            return "a table (CSV)"
    return ""


def _refusal(kind: str, mend: str, name: str) -> BadInput:
    return BadInput(
        f"looks like {kind}, which is not read as a transcript", place=name, hint=f"{_MEND[mend]} {READ}"
    )
