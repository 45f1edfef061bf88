"""The pages in a real browser: nothing refused, asked for or overflowing, and what axe-core says.

Needs Chromium, Node and the two packages `npm install playwright-core axe-core` puts into node_modules; name
that folder in PRECALL_BROWSER_MODULES. Skipped without them: tests/report looks at the same pages in Python.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from precall_cli.report.html.audit_page import render_audit_page
from precall_cli.report.html.index_page import IndexRow, render_index_page
from precall_cli.report.html.rate_page import render_rate_page
from tests.report.audited_calls import audit, plan, transcript
from tests.report.rates import rate_report
from tests.report.test_audit_page import EVIL, FACTS, HEADING, hostile

CHROMIUM = os.environ.get("PRECALL_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
MODULES = os.environ.get("PRECALL_BROWSER_MODULES", "")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and shutil.which("node") and (Path(MODULES) / "axe-core").is_dir()),
    reason="needs chromium, node and PRECALL_BROWSER_MODULES=DIR with playwright-core and axe-core in it",
)


def pages() -> dict[str, bytes]:
    """Every kind of page, plain and with hostile text in every place."""
    return {
        "audit": render_audit_page(plan(), transcript(), audit(), HEADING, FACTS, back="index.html"),
        "hostile": hostile(" ".join(EVIL[:4])),
        "odd": hostile(" ".join(EVIL[4:])),
        "long": hostile("x" * 180),
        "rate": render_rate_page(rate_report(tuple(EVIL))),
        "index": render_index_page(
            [IndexRow(plan(), audit(call_id=f"call {e}"), "calls/a.html") for e in EVIL]
        ),
    }


def look_at(data: bytes, folder: Path) -> Any:
    """What the browser finds wrong with a page."""
    (folder / "page.html").write_bytes(data)
    done = subprocess.run(
        ["node", Path(__file__).with_name("check_page.mjs"), folder / "page.html", str(CHROMIUM)],
        env=os.environ | {"NODE_PATH": MODULES},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", ["audit", "hostile", "odd", "long", "rate", "index"])
def test_a_browser_finds_nothing_wrong(name: str, tmp_path: Path) -> None:
    found = look_at(pages()[name], tmp_path)
    assert found["errors"] == [] and found["requests"] == [] and found["links"] == []
    assert found["pwned"] is False
    assert found["overflow"] == {f"{w} {s}": [] for s in ("light", "dark") for w in (360, 768, 1280)}
    grave = [v for seen in found["axe"].values() for v in seen if v["impact"] in ("serious", "critical")]
    assert grave == []
    if name not in ("index", "rate"):
        assert found["keys"] == {"hash": "#turn-0", "lit": 3} and found["target"]
