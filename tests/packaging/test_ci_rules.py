"""The rules of CI are kept by tests/conftest.py: a skip there is a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"

SKIPS = {
    "mark": "import pytest\n@pytest.mark.skip(reason='some day')\ndef test_it(): pass\n",
    "call": "import pytest\ndef test_it(): pytest.skip('some day')\n",
    "fixture": (
        "import pytest\n@pytest.fixture\ndef it(): pytest.skip('some day')\ndef test_it(it): pass\n"
    ),
    "module": "import pytest\npytest.skip('some day', allow_module_level=True)\n",
}
EXPECTED_FAILURE = "import pytest\n@pytest.mark.xfail(reason='known')\ndef test_it(): assert 0\n"


def _pytest(folder: Path, test: str, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_bytes(CONFTEST.read_bytes())
    (folder / "test_sample.py").write_text(test, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", "."]
    env = {**os.environ, "CI": ci, "PYTEST_ADDOPTS": ""}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("way", SKIPS)
def test_skip_fails_in_ci(way: str, tmp_path: Path) -> None:
    ran = _pytest(tmp_path, SKIPS[way], ci="true")

    assert ran.returncode not in {0, 5}, ran.stdout
    assert "some day" in ran.stdout
    assert "skipped, which CI does not allow" in ran.stdout


@pytest.mark.parametrize("way", SKIPS)
def test_skip_is_a_skip_elsewhere(way: str, tmp_path: Path) -> None:
    ran = _pytest(tmp_path, SKIPS[way], ci="")

    assert ran.returncode in {0, 5}, ran.stdout
    assert "1 skipped" in ran.stdout


def test_expected_failure_is_no_skip(tmp_path: Path) -> None:
    ran = _pytest(tmp_path, EXPECTED_FAILURE, ci="true")

    assert ran.returncode == 0, ran.stdout
    assert "1 xfailed" in ran.stdout
