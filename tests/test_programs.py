import subprocess
from pathlib import Path

import pytest

from tests.programs import find, need, need_network_namespace


def test_a_present_program_is_given_with_its_path() -> None:
    (shell,) = need("sh")

    assert subprocess.run([shell, "-c", "exit 3"], check=False).returncode == 3


def test_programs_are_given_in_the_order_asked() -> None:
    assert [path.rsplit("/", 1)[-1] for path in need("sh", "cat")] == ["sh", "cat"]


def test_a_missing_program_skips_and_names_the_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr("tests.programs.find", lambda _: None)

    with pytest.raises(pytest.skip.Exception, match="apt-get install kamailio linphone-cli"):
        need("linphonec", "kamailio")


def test_a_missing_program_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr("tests.programs.find", lambda _: None)

    with pytest.raises(pytest.fail.Exception, match="apt-get install zbar-tools"):
        need("zbarimg")


def test_an_empty_ci_is_a_plain_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "")

    with pytest.raises(pytest.skip.Exception, match="no-such-program"):
        need("no-such-program")


def test_system_folders_are_searched_without_being_on_the_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    daemon = tmp_path / "registrar"
    daemon.touch(mode=0o755)
    monkeypatch.setattr("tests.programs._SYSTEM_FOLDERS", (str(tmp_path),))

    assert find("registrar") == str(daemon)


def test_a_namespace_is_apart_from_this_one() -> None:
    command = need_network_namespace()

    inside = subprocess.run(
        [*command, "readlink", "/proc/self/ns/net"], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert inside.startswith("net:")
    assert inside != str(Path("/proc/self/ns/net").readlink())
