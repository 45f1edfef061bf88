"""Audits into a store: `precall db import` against raw `executemany` of the very same rows.

    python benchmarks/store.py [--audits 100000] [--small 1000]

The audits are made here, sixteen items each. `import` is the real command in a process of its own: reading,
checking, canonical JSON, hashing, sealing. The yardsticks write the rows that it made, ready in memory, a
thousand audits in a transaction as the import does: into a store (the same tables, indices and triggers), a row
a statement with `executemany`, and many rows a statement, which is how the import writes them; and into bare
tables without key, index or trigger. CPU is user plus system time; peak memory is that of the command. At the end
`precall verify` must hold, and importing again must change nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from reviewing import make_audit

from precall_cli.store import Store
from precall_cli.store.bulk import CHUNK, VALUES

NOW = "2026-11-18T16:00:00Z"
KEYS = {"chain": "seq", "audits": "seq", "audit_items": "audit_seq", "audit_deviations": "audit_seq"}


def write_audits(path: Path, count: int, seed: int = 7) -> Path:
    """A file as `audit-pairs` writes it."""
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            plan_id = "pln_" + hashlib.sha256(b"p%d" % number).hexdigest()[:20]
            audit = make_audit(number, f"call_{number:06d}", plan_id, chance)
            audit["audit_id"] = "aud_" + hashlib.sha256(b"%d" % number).hexdigest()[:20]
            row = {"id": f"p{number}"} | audit
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    return path


def command(*words: str | Path) -> tuple[float, float, bytes]:
    """CPU seconds, peak MB and standard output of a `precall` command."""
    process = subprocess.Popen(
        [sys.executable, "-m", "precall_cli", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{words}: exit {process.returncode}"
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said


def write(target: sqlite3.Connection, sql: str, found: Any, many: int) -> None:
    """Writes rows, so many of them a statement, and the rest a row a statement."""
    if many == 1:
        target.executemany(sql, found)
        return
    head, values, marks = sql.partition(" VALUES ")
    whole = len(found) - len(found) % many
    for at in range(0, whole, many):
        flat = [cell for row in found[at : at + many] for cell in row]
        target.execute(head + values + ", ".join([marks] * many), flat)
    target.executemany(sql, found[whole:])


def raw(source: Path, target: sqlite3.Connection, values: int = 0) -> float:
    """CPU seconds of writing the rows of one database into another that has the tables; reading is left out.

    With `values`, a statement holds rows of about so many values instead of one.
    """
    spent = 0.0
    with closing(sqlite3.connect(source)) as file:
        readers = {}
        for table, key in KEYS.items():
            cursor = file.execute(f"SELECT * FROM {table} ORDER BY {key}")
            names = [column[0] for column in cursor.description]
            at = names.index(key)
            parts = groupby(cursor, key=lambda row, at=at: (row[at] - 1) // CHUNK)
            sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
            readers[table] = (sql, parts)
        waiting: dict[str, Any] = {}
        chunk = 0
        while True:
            rows = {}
            for table, (_, parts) in readers.items():
                number, found = waiting.pop(table, (None, None)) if table in waiting else (None, None)
                if found is None:
                    number, group = next(parts, (None, None))
                    found = list(group) if group is not None else None
                if found is not None and number != chunk:
                    waiting[table] = (number, found)
                elif found is not None:
                    rows[table] = found
            if not rows and not waiting:
                return spent
            began = time.process_time()
            target.execute("BEGIN IMMEDIATE")
            for table, (sql, _) in readers.items():
                write(target, sql, rows.get(table, ()), max(1, values // sql.count("?")))
            target.execute("COMMIT")
            spent += time.process_time() - began
            chunk += 1


def bare(source: Path, path: Path) -> sqlite3.Connection:
    """A database with the same tables, and nothing else."""
    made = sqlite3.connect(path, isolation_level=None)
    made.execute("PRAGMA journal_mode = WAL")
    with closing(sqlite3.connect(source)) as file:
        for table in KEYS:
            names = [row[1] for row in file.execute(f"PRAGMA table_info({table})")]
            made.execute(f"CREATE TABLE {table} ({', '.join(names)})")
    return made


def measure(folder: Path, audits: int, small: int) -> dict[str, Any]:
    """All figures."""
    short, long = write_audits(folder / "short.jsonl", small), write_audits(folder / "long.jsonl", audits)
    start, _, _ = command("--help")
    _, low, _ = command("db", "import", short, "--db", folder / "short.db", "--now", NOW, "-q", "--json")
    store = folder / "long.db"
    cpu, high, said = command("db", "import", long, "--db", store, "--now", NOW, "-q", "--json")
    assert json.loads(said) == {"new": audits, "known": 0, "not_read": 0}, said
    again, _, said = command("db", "import", long, "--db", store, "--now", NOW, "-q", "--json")
    assert json.loads(said) == {"new": 0, "known": audits, "not_read": 0}, said
    verify, _, _ = command("verify", "--db", store)
    with Store.open(folder / "raw.db") as made:
        same = raw(store, made._database.connection)
    with Store.open(folder / "many.db") as made:
        many = raw(store, made._database.connection, VALUES)
    with closing(bare(store, folder / "bare.db")) as target:
        least = raw(store, target)
    return {
        "audits": audits,
        "bytes_a_line": long.stat().st_size / audits,
        "bytes_stored": store.stat().st_size / audits,
        "import_cpu_s": cpu,
        "start_cpu_s": start,
        "raw_cpu_s": same,
        "many_cpu_s": many,
        "bare_cpu_s": least,
        "again_cpu_s": again,
        "verify_cpu_s": verify,
        "peak_mb": {str(small): low, str(audits): high},
    }


def main() -> None:
    """Prints the table."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--audits", type=int, default=100_000)
    options.add_argument("--small", type=int, default=1_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        f = measure(Path(name), given.audits, given.small)
    each = 1000 / f["audits"]
    print(f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, {f['audits']:,} audits, ")
    print(f"{f['bytes_a_line']:,.0f} bytes a line, {f['bytes_stored']:,.0f} bytes stored\n")
    print("| | CPU s | ms an audit | × raw |\n|---|---|---|---|")
    for what, key in (
        ("precall db import", "import_cpu_s"),
        ("raw executemany, same tables, indices and triggers", "raw_cpu_s"),
        ("raw INSERT of many rows each, same tables, indices and triggers", "many_cpu_s"),
        ("raw executemany, bare tables", "bare_cpu_s"),
        ("precall db import again", "again_cpu_s"),
        ("precall verify", "verify_cpu_s"),
    ):
        print(f"| {what} | {f[key]:.1f} | {f[key] * each:.3f} | {f[key] / f['raw_cpu_s']:.2f} |")
    low, high = f["peak_mb"].values()
    print(
        f"\npeak memory: {low:.1f} MB for {given.small:,}, {high:.1f} MB for {given.audits:,}: {high / low:.3f} ×"
    )


if __name__ == "__main__":
    main()
