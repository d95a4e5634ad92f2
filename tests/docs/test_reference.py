"""The command reference, the settings and the columns are documented as they are."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onhook.accounts.columns import COLUMNS as ACCOUNT_COLUMNS
from onhook.devices.importing import COLUMNS as DEVICE_COLUMNS
from onhook.settings import SETTINGS

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]

# The surface people type (a promise): what there is of it so far.
SURFACE = """
init / customer add set list show / contract start cancel end list show
account import add set list show disable enable export
device import add set list show assign unassign keep retire export
check / issue / reissue / qr / sheet / serve / troubleshoot / walk list show stats export
link list revoke purge / mail / notify / template list / audit
key list rotate export backup
lease import start fault ship return lost decline end extend pay waive correct show list export due
lease charges report
terms outage-credit late-interest evasion debit-date cancel-date claim-by deposit-return
"""


@cache
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_commands", ROOT / "docs/make_commands.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def promised() -> set[str]:
    found = set()
    for part in re.split(r"[/\n]", SURFACE):
        head, *inner = part.split() or [""]
        found |= {f"{head} {word}" for word in inner} or ({head} if head else set())
    return found


def test_the_reference_is_what_help_shows() -> None:
    written = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    assert written == generator().reference(), "run: python docs/make_commands.py"


def test_every_command_promised_exists() -> None:
    assert promised() <= {" ".join(path) for path in generator().commands()}


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in generator().commands():
        assert re.search(rf"`onhook {path[0]}\b", readme), path


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_documented_with_its_variable(name: str) -> None:
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    variable = "ONHOOK_" + name.upper().replace(".", "_")
    assert f"`{name}`" in text
    assert f"`{variable}`" in text


@pytest.mark.parametrize("field", [*ACCOUNT_COLUMNS.items(), *DEVICE_COLUMNS.items()])
def test_every_column_name_is_documented(field: tuple[str, tuple[str, ...]]) -> None:
    text = (ROOT / "docs/import.md").read_text(encoding="utf-8")
    for header in field[1]:
        assert f"`{header}`" in text, field[0]
