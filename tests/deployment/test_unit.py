"""The shipped systemd unit, by systemd's own judgement."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.deployment.proxies import SHIPPED, shipped
from tests.programs import need

if TYPE_CHECKING:
    from pathlib import Path

MOST_EXPOSED = {"onhook.service": 15, "onhook-notify.service": 20}
"""Of 100; systemd's own services are between 20 and 96. Who sends mails talks to the world."""
TIMER = "onhook-notify.timer"

units = pytest.mark.parametrize("unit", MOST_EXPOSED)


@pytest.mark.parametrize("unit", [*MOST_EXPOSED, TIMER])
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path, unit: str) -> None:
    (program,) = need("systemd-analyze")
    for name in (*MOST_EXPOSED, TIMER):
        text = shipped(name, {"/opt/onhook/bin/onhook": "/bin/true"} if "timer" not in name else {})
        (tmp_path / name).write_text(text, "utf-8")
    ran = subprocess.run(
        [program, "verify", "--man=no", tmp_path / unit], capture_output=True, check=False
    )
    about_ours = [line for line in ran.stderr.splitlines() if b"onhook" in line]
    assert (ran.returncode, about_ours) == (0, [])


@units
def test_the_unit_is_shut_as_far_as_it_goes(unit: str) -> None:
    (program,) = need("systemd-analyze")
    words = ("security", "--offline=true", f"--threshold={MOST_EXPOSED[unit]}", "--no-pager")
    ran = subprocess.run(
        [program, *words, SHIPPED / unit], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout


@units
def test_what_it_starts_is_what_operations_installs(unit: str) -> None:
    text = (SHIPPED / unit).read_text("utf-8")
    guide = (SHIPPED.parents[1] / "docs/operations.md").read_text("utf-8")
    for name in ("User", "Environment=ONHOOK_WORKSPACE", "ReadWritePaths"):
        (value,) = re.findall(rf"^{name}=(.+)$", text, re.MULTILINE)
        assert value in guide, name
    (program,) = re.findall(r"^ExecStart=(\S+)", text, re.MULTILINE)
    assert program in guide
