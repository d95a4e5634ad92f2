"""The shipped systemd unit, by systemd's own judgement."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from tests.deployment.proxies import SHIPPED, shipped
from tests.programs import need

if TYPE_CHECKING:
    from pathlib import Path

UNIT = "onhook.service"
MOST_EXPOSED = 15  # of 100; systemd's own services are between 20 and 96


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    (program,) = need("systemd-analyze")
    path = tmp_path / UNIT
    path.write_text(shipped(UNIT, {"/opt/onhook/bin/onhook": "/bin/true"}), "utf-8")
    ran = subprocess.run([program, "verify", "--man=no", path], capture_output=True, check=False)
    about_ours = [line for line in ran.stderr.splitlines() if UNIT.encode() in line]
    assert (ran.returncode, about_ours) == (0, [])


def test_the_unit_is_shut_as_far_as_it_goes() -> None:
    (program,) = need("systemd-analyze")
    words = ("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager")
    ran = subprocess.run(
        [program, *words, SHIPPED / UNIT], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout


def test_what_it_starts_is_what_operations_installs() -> None:
    text = (SHIPPED / UNIT).read_text("utf-8")
    guide = (SHIPPED.parents[1] / "docs/operations.md").read_text("utf-8")
    for name in ("User", "Environment=ONHOOK_WORKSPACE", "ReadWritePaths"):
        (value,) = re.findall(rf"^{name}=(.+)$", text, re.MULTILINE)
        assert value in guide, name
    (program,) = re.findall(r"^ExecStart=(\S+)", text, re.MULTILINE)
    assert program in guide
