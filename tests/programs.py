"""Foreign programs a test leans on: skip on a plain machine, fail in CI.

A test that silently skips in CI shows nothing, so there the same lack is a failure (`CI` set and
not empty). Import it as `from tests.programs import need`.
"""

import os
import shutil
import subprocess
from functools import cache
from typing import NoReturn

import pytest

# Also what CI installs: a program some test needs has its line here.
DEBIAN_PACKAGES = {
    "baresip": "baresip-core",
    "caddy": "caddy",
    "chromium": "chromium",
    "git": "git",
    "ip": "iproute2",
    "kamailio": "kamailio",
    "linphonec": "linphone-cli",
    "nginx": "nginx-light",
    "nsenter": "util-linux",
    "pdffonts": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "pdftotext": "poppler-utils",
    "rsvg-convert": "librsvg2-bin",
    "systemd-analyze": "systemd",
    "twinkle-console": "twinkle-console",
    "unshare": "util-linux",
    "xmllint": "libxml2-utils",
    "zbarimg": "zbar-tools",
}

# Debian keeps daemons and network tools here, outside an ordinary user's PATH.
_SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def lack(reason: str) -> NoReturn:
    """Skip the running test for `reason`, or fail it where `CI` is set."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def find(program: str) -> str | None:
    """Return the path of `program`, looking in the system folders too; None where there is none."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *_SYSTEM_FOLDERS])
    return shutil.which(program, path=path)


def need(program: str, *more: str) -> list[str]:
    """Return the paths of the named programs, in order; skip or fail when one is missing.

    One program: `(kamailio,) = need("kamailio")`. The reason names the packages to install.
    """
    found = {name: find(name) for name in (program, *more)}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        packages = sorted({DEBIAN_PACKAGES.get(name, name) for name in missing})
        lack(f"{', '.join(missing)} not found; mend: apt-get install {' '.join(packages)}")
    return [path for path in found.values() if path is not None]


def need_network_namespace() -> list[str]:
    """Return the `unshare` command that makes a private network namespace; skip or fail without.

    It is `unshare -n` where that is allowed (root), else `unshare -rn`, which needs user
    namespaces. Append the command to run: `[*need_network_namespace(), "ip", "link"]`.
    """
    unshare, _ = need("unshare", "ip")
    commands = [(unshare, "-n"), (unshare, "-rn")]
    for command in commands:
        if not _trouble_of(command):
            return list(command)
    lack(f"no network namespace here ({_trouble_of(commands[-1])}); mend: allow user namespaces")


@cache
def _trouble_of(command: tuple[str, ...]) -> str:
    """Return what `command` says when it fails to run `true`; empty when it works."""
    tried = subprocess.run([*command, "true"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else tried.stderr.strip() or f"exit {tried.returncode}"
