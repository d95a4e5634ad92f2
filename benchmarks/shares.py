"""Hold a process to a share of a core, so that a small machine shows what a second one gives."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PERIOD_US = 10_000  # short, so that nobody waits long for his turn
_FIRST = Path("/sys/fs/cgroup/cpu")
_SECOND = Path("/sys/fs/cgroup")


@contextmanager
def cpu_share(name: str, share: float) -> Iterator[Path | None]:
    """Yield the file that takes a process into the share; None where the kernel gives none.

    Linux's control groups do it, of either version, and let only root make one. The processes must
    have ended when the context does.

    Args:
        name: Tells the group from others.
        share: Of one core, above 0.
    """
    quota = int(share * _PERIOD_US)
    group = (_FIRST if (_FIRST / "cpu.cfs_quota_us").exists() else _SECOND) / f"onhook-{name}"
    try:
        group.mkdir()
        if group.parent == _FIRST:
            (group / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (group / "cpu.max").write_text(f"{quota} {_PERIOD_US}")
    except OSError:
        yield None
        return
    try:
        yield group / "cgroup.procs"
    finally:
        group.rmdir()
