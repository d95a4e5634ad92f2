"""Processes that write at once keep one chain without a gap."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from onhook.audit.verifying import verify_trail
from tests.audit.trails import stored

if TYPE_CHECKING:
    from tests.workspaces import Office

EACH = 60
WRITE = f"""
import sys
from pathlib import Path
from onhook.workspace import open_workspace
workspace = open_workspace(Path(sys.argv[1]), {{"ONHOOK_ACTOR": sys.argv[2]}})
print("ready", flush=True)
sys.stdin.readline()
for number in range({EACH}):
    with workspace.writing() as work:
        work.record("account.set", f"acme/{{number}}")
        work.record("account.set", f"acme/{{number}}", again=True)
"""


@pytest.mark.each_database
def test_processes_that_write_at_once_keep_one_chain(acme: Office) -> None:
    before = len(stored(acme.open()))
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, acme.folder, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for name in ("one", "two", "three")
    ]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0

    workspace = acme.open()
    entries = stored(workspace)[before:]
    assert len(entries) == 2 * EACH * len(writers)
    with workspace.reading() as work:
        assert verify_trail(work.connection, workspace.keys.audit).findings == ()
    for one, following in zip(entries[::2], entries[1::2], strict=True):  # a transaction's are one
        assert (one["actor"], one["subject"]) == (following["actor"], following["subject"])
