"""What is given as a transcript and is none is named and refused; what only resembles it is still read."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from precall_cli.errors import BadInput
from precall_cli.transcripts import formats, read_transcript
from tests.cli.inside import run

LAUGHS = '<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY lol "lol">' + "".join(
    f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10)
) + "]>\n<lolz>&lol9;</lolz>"  # fmt: skip
XXE = (
    '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<t><turn who="agent">&x;</turn></t>\nAgent: hi\n'
)


def packed(name: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, "Agent: Hello.")
    return held.getvalue()


OTHERS = {
    "bomb.xml": (LAUGHS.encode(), "an XML document"),
    "xxe.xml": (XXE.encode(), "an XML document"),
    "remote.txt": (b'\xef\xbb\xbf \n<!doctype t SYSTEM "http://evil.example/t.dtd"><t/>', "an XML document"),
    "bare.xml": (b'<transcript>\n<turn who="agent">Hi</turn>\n</transcript>', "an XML document"),
    "cut.xml": (b'<tt xml:lang="en"><body><p begin="1s">Hi</p>', "an XML document"),
    "page.html": (b"<!DOCTYPE html><html><body>Agent: Hi</body></html>", "an HTML page"),
    "page.htm": (b"<HTML>\n<p>Agent: Hi</p>", "an HTML page"),
    "call.rtf": (b"{\\rtf1\\ansi Agent: Hi.\\par Customer: Hello.}", "a rich text document"),
    "call.pdf": (b"%PDF-1.7\nAgent: Hi\nCustomer: Yes\n", "a PDF document"),
    "call.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "an Office document"),
    "call.docx": (packed("word/document.xml"), "a Word document"),
    "call.zip": (packed("call.txt"), "a ZIP archive"),
    "call.gz": (gzip.compress(b"Agent: Hi."), "a gzip file"),
    "call.wav": (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(60), "a recording (WAV)"),
    "call.mp3": (b"ID3\x04\x00" + bytes(60), "a recording (MP3)"),
    "call.m4a": (b"\x00\x00\x00\x20ftypM4A " + bytes(60), "a recording (MP4"),
    "call.ogg": (b"OggS\x00\x02" + bytes(60), "a recording (Ogg)"),
    "store.db": (b"SQLite format 3\x00" + bytes(84), "an SQLite database"),
    "call.yaml": (b"---\ncall_id: c1\nturns:\n  - speaker: agent\n    text: Hi\n", "YAML"),
    "laughs.yaml": (b"a: &a [lol, lol]\nb: &b [*a, *a]\n", "YAML"),
    "tag.yaml": (b"--- !!python/object/apply:os.system\n- id\n", "YAML"),
    "call.csv": (b"Start,Speaker,Text\n0,agent,Hi\n1,user,Yes\n", "a table (CSV)"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_transcript_is_named(name: str) -> None:
    data, kind = OTHERS[name]
    with pytest.raises(BadInput) as refused:
        read_transcript(data, name)
    assert f"looks like {kind}" in refused.value.problem, refused.value
    assert "WebVTT, SRT and plain text" in refused.value.hint
    for known in formats():
        with pytest.raises(BadInput):
            read_transcript(data, name, format=known.name)


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("<Agent> Hello there\n<Dana> Hi\n<Agent> Bye\n", 1),
        ("Agent: </transcript><!DOCTYPE x> is what they typed\nCustomer: <?xml, yes.\n", 2),
        ("Agent: *laughs* Hello\nCustomer: & so on\n", 2),
        ("---\nAgent: Hello\nCustomer: - text: that is what I said\n", 3),
        ("[speaker: text]\nAgent: Hi\nCustomer: Text, speaker, role\n", 3),
        ("{noise} Hello\n", 1),
        ("ID3 is the tag.\n\nOggS: the page.\n", 2),
    ],
)
def test_what_only_resembles_them_is_read(text: str, turns: int) -> None:
    assert len(read_transcript(text.encode(), "call.txt").turns) == turns


def test_the_command_says_it_once_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "bomb.xml").write_text(LAUGHS, "utf-8")
    done = run("transcript", "convert", "bomb.xml", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "bomb.xml: looks like an XML document" in done.err
    assert "Export the words" in done.err
    done = run("audit", "bomb.xml", cwd=tmp_path)
    assert done.code == 2
    assert [file.name for file in tmp_path.iterdir()] == ["bomb.xml"]
