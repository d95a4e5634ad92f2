"""Type README.md's first session anew and put in what really comes out.

Run it after changing what a command prints::

    .venv/bin/python docs/make_session.py
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"

TYPED = (
    (
        "onhook init --customer sakura --pbx pbx.sakura-denki.example "
        "--public-url https://phone.sakura-denki.example"
    ),
    "onhook account import examples/extensions-sakura.csv",
    "onhook account import examples/extensions-sakura-utf8.csv",
    "onhook device import examples/devices-sakura.csv",
    "onhook check 106 121",
    "onhook device keep D-0021 121",
    "onhook issue --all --out kits",
)

_KEPT_LINES = 7
_SESSION = re.compile(r"<!-- session -->.*<!-- /session -->", re.DOTALL)


def main() -> None:
    """Write the session into README.md."""
    with tempfile.TemporaryDirectory() as folder:
        text = session(Path(folder))
    written = README.read_text(encoding="utf-8")
    README.write_text(_SESSION.sub(lambda _: text, written), encoding="utf-8")


def session(folder: Path) -> str:
    """Return the session typed in `folder`, where the examples lie, as Markdown."""
    (folder / "examples").symlink_to(ROOT / "examples")
    parts = [f"$ {line}\n{_shortened(_run(line, folder))}" for line in TYPED]
    return "<!-- session -->\n```console\n" + "\n".join(parts) + "```\n<!-- /session -->"


def _run(line: str, folder: Path) -> str:
    environment = {**os.environ, "ONHOOK_LANG": "en", "PYTHONUTF8": "1"}
    for name in [
        name for name in environment if name.startswith("ONHOOK_") and name != "ONHOOK_LANG"
    ]:
        del environment[name]
    command = [sys.executable, "-m", "onhook_cli", *shlex.split(line)[1:]]
    ended = subprocess.run(  # noqa: S603 - our own command
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    text = ended.stdout.replace(str(folder.resolve()), "~").replace(str(folder), "~")
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)


def _shortened(text: str) -> str:
    """Return `text` with the middle of long output left out, marked as such."""
    lines = text.splitlines()
    if len(lines) > 2 * _KEPT_LINES:
        lines = [*lines[:_KEPT_LINES], "[...]", *lines[-_KEPT_LINES:]]
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main()
