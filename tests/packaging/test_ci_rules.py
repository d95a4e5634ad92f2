"""The rules of CI are kept by tests/ci_rules.py: a skip there is a failure."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

RULES = Path(__file__).parents[1] / "ci_rules.py"

SAMPLES = {
    "mark": "@pytest.mark.skip(reason='some day')\ndef test_it(): pass\n",
    "call": "def test_it(): pytest.skip('some day')\n",
    "fixture": "@pytest.fixture\ndef it(): pytest.skip('some day')\ndef test_it(it): pass\n",
    "module": "pytest.skip('some day', allow_module_level=True)\n",
    "expected": "@pytest.mark.xfail(reason='known')\ndef test_it(): assert 0\n",
    "good": "def test_it(): pass\n",
}
VERDICT = re.compile(
    r"^(PASSED|FAILED|ERROR|SKIPPED|XFAIL)(?: \[1\])? test_(\w+)\.py", re.MULTILINE
)


def _verdicts(folder: Path, ci: str) -> tuple[dict[str, str], str]:
    """Run the samples under the project's rules; return the verdict on each, and all output."""
    (folder / "conftest.py").write_bytes(RULES.read_bytes())
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    for name, test in SAMPLES.items():
        (folder / f"test_{name}.py").write_text(f"import pytest\n{test}", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-rA", "--continue-on-collection-errors", "."]
    alone = {"PYTEST_ADDOPTS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    env = {**os.environ, "CI": ci, **alone}
    ran = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == (1 if ci else 0), ran.stdout
    return {name: verdict for verdict, name in VERDICT.findall(ran.stdout)}, ran.stdout


def test_skip_fails_in_ci_and_says_why(tmp_path: Path) -> None:
    verdicts, shown = _verdicts(tmp_path, ci="true")

    assert verdicts == {
        "mark": "ERROR",
        "call": "FAILED",
        "fixture": "ERROR",
        "module": "ERROR",
        "expected": "XFAIL",
        "good": "PASSED",
    }
    assert shown.count("skipped, which CI does not allow: Skipped: some day") >= 4


def test_skip_is_a_skip_elsewhere(tmp_path: Path) -> None:
    verdicts, _ = _verdicts(tmp_path, ci="")

    assert verdicts == {
        **dict.fromkeys(("mark", "call", "fixture", "module"), "SKIPPED"),
        "expected": "XFAIL",
        "good": "PASSED",
    }
