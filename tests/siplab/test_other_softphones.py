from collections.abc import Callable
from pathlib import Path

import pytest

from tests.siplab import Lab, Verdict
from tests.siplab.baresip import Baresip
from tests.siplab.samples import baresip_accounts, twinkle_profile
from tests.siplab.twinkle import Twinkle

PASSWORD = "p;c:o@m&q<u=b%41#a'é"


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize(
    ("phone", "settings"),
    [(Lab.baresip, baresip_accounts), (Lab.twinkle, twinkle_profile)],
    ids=["baresip", "twinkle"],
)
def test_a_client_registers_with_the_right_password_only(
    tmp_path: Path,
    phone: Callable[[Lab], Baresip | Twinkle],
    settings: Callable[..., str],
    transport: str,
) -> None:
    with Lab(tmp_path) as lab:
        lab.registrar({"auth-101": ("101", PASSWORD)})
        right, wrong = phone(lab), phone(lab)

        right.start(settings(PASSWORD, transport=transport))
        wrong.start(settings("wrong", transport=transport))

        assert right.outcome().registered, right.outcome()
        assert wrong.outcome().verdict is Verdict.WRONG_PASSWORD


def test_a_client_started_anew_reads_its_new_file(tmp_path: Path) -> None:
    with Lab(tmp_path) as lab:
        registrar = lab.registrar({"auth-101": ("101", "one"), "auth-102": ("102", "two")})
        phone = lab.baresip()

        phone.start(baresip_accounts("one", "101"))
        assert phone.outcome().registered
        phone.start(baresip_accounts("two", "102"))
        assert phone.outcome().registered

        assert [one.to_user for one in registrar.registrations()] == ["101", "102"]


def test_a_profile_on_disk_serves_as_well_as_its_text(tmp_path: Path) -> None:
    profile = tmp_path / "profile.cfg"
    profile.write_text(twinkle_profile("one"), encoding="utf-8")
    with Lab(tmp_path) as lab:
        lab.registrar({"auth-101": ("101", "one")})
        phone = lab.twinkle()

        phone.start(profile)

        assert phone.outcome().registered
        phone.end()
