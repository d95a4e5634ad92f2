"""From the QR code to a registered softphone, by way of the real server.

One laboratory, one office and one server for all; each test has accounts of its own.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.decoders import both_read
from tests.siplab import PORT, Lab, Registrar, Verdict
from tests.siplab.certificate import make_certificate
from tests.siplab.delivering import PUBLIC_URL, Served, served
from tests.siplab.samples import AWKWARD, CARRIED_BY_ALL
from tests.workspaces import Office

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.siplab.linphone import Linphone
    from tests.siplab.registrar import Accounts

PEOPLE = {
    "101": ("auth-101", AWKWARD, "髙橋 一郎 & <Söhne>"),
    "102": ("Xq 3k@z", "k8Sd-92jf0", 'He said "hi" \\o/'),
    "103": ("auth-103", "Old-secret-103", "Sato"),
    "104": ("auth-104", "Kept-secret-104", "Suzuki"),
    "105": ("auth-105", "Safe-secret-105", "Tanaka"),
    "201": ("auth-201", CARRIED_BY_ALL, "Kato"),
    "202": ("auth-202", CARRIED_BY_ALL, "Ito"),
}
FAMILIES = {
    "linphone": ("101", "102", "103", "104", "105"),
    "baresip": ("201",),
    "twinkle": ("202",),
}
SILENCE_S = 0.5
"""How long a client is watched after its answer came: with a config it is registered by then."""


@dataclass(frozen=True, slots=True)
class Site:
    """An office whose links a server in the laboratory serves."""

    office: Office
    lab: Lab
    registrar: Registrar
    server: Served
    kits: Path

    def link(self, extension: str) -> str:
        """Return what the printed QR code of a kit holds."""
        return both_read(self.kits / extension / "qr.png")

    def told(self, extension: str, issue: int = 1) -> tuple[str, str, int]:
        """Return a link's state, progress and fetches as `onhook link list` tells them."""
        (found,) = (
            one
            for one in self.office.ask("link", "list").data["links"]
            if (one["account"], one["issue"]) == (f"acme/{extension}", issue)
        )
        return found["state"], found["progress"], found["fetches"]

    def set_up(self, extension: str) -> Linphone:
        """Return a Linphone that has scanned a kit's QR code and is registered."""
        phone = self.lab.linphone()
        phone.provision_from(self.link(extension))
        outcome = phone.outcome()
        assert outcome.registered, outcome
        return phone


def make_office(home: Path) -> Office:
    """Make an office of `PEOPLE` whose PBX is the laboratory's registrar, with kits for all."""
    office = Office(home / "workspace", home)
    pbx = ("--pbx", f"127.0.0.1:{PORT}")
    office.do("init", "--customer", "acme", *pbx, "--public-url", PUBLIC_URL)
    header = ("Number", "AuthID", "AuthPassword", "display_name")
    people = ((extension, *person) for extension, person in PEOPLE.items())
    office.do("account", "import", office.table("people.csv", header, *people))
    for family, extensions in FAMILIES.items():
        words = ("--without-device", "--family", family, "--out", home / "kits")
        office.do("issue", *extensions, *words)
    return office


def pbx_accounts(changed: Mapping[str, str] | None = None) -> Accounts:
    """Return what the PBX lets in; `changed` are new passwords by extension."""
    new = changed or {}
    return {
        auth_id: (extension, new.get(extension, password))
        for extension, (auth_id, password, _) in PEOPLE.items()
    }


def new_password(row: Path) -> str:
    """Return the password in the file that `onhook reissue` wrote for the PBX's import."""
    with row.open(encoding="utf-8-sig", newline="") as file:
        (found,) = csv.DictReader(file)
    return found["AuthPassword"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the office, served by a process that has the delivery key alone."""
    home = tmp_path_factory.mktemp("delivered")
    office = make_office(home)
    ring = home / "server-keys.json"
    office.do("key", "export", "--server", ring)
    with Lab(home) as lab:
        registrar = lab.registrar(pbx_accounts())
        with served(lab, office, ring.read_text("ascii")) as server:
            site = Site(office, lab, registrar, server, home / "kits" / "acme")
            yield site
            tokens = [site.link(extension).rpartition("/")[2] for extension in PEOPLE]
    told = server.log.read_text("utf-8")
    assert " GET /k/{token} 200 " in told
    for secret in (*tokens, *(password for _, password, _ in PEOPLE.values())):
        assert secret not in told


def test_two_people_scan_their_codes_at_once_and_are_registered(site: Site) -> None:
    phones = {extension: site.lab.linphone() for extension in ("101", "102")}
    for extension, phone in phones.items():
        phone.provision_from(site.link(extension))
    outcomes = {extension: phone.outcome() for extension, phone in phones.items()}

    for extension, outcome in outcomes.items():
        assert outcome.registered, outcome
        assert outcome.attempt
        assert outcome.attempt.auth_id == PEOPLE[extension][0]
        assert outcome.attempt.to_user == extension
        assert site.told(extension) == ("live", "fetched", 1)


@pytest.mark.parametrize(("extension", "name"), [("201", "accounts"), ("202", "202.cfg")])
def test_a_softphone_registers_with_the_file_a_person_downloads(
    site: Site, extension: str, name: str
) -> None:
    phone = site.lab.baresip() if extension == "201" else site.lab.twinkle()
    answer = site.server.browser.download(site.link(extension))

    assert answer.status == 200
    assert f'filename="{name}"' in answer.headers["content-disposition"]
    phone.start(answer.body.decode())

    outcome = phone.outcome()
    assert outcome.registered, outcome
    assert site.told(extension) == ("live", "fetched", 1)


def test_a_phone_that_scans_the_reissued_code_takes_the_new_password(
    site: Site, tmp_path: Path
) -> None:
    phone = site.set_up("103")
    row = tmp_path / "for-the-pbx.csv"
    words = ("--new-password", "--pbx-file", row, "--without-device", "--out", site.kits.parent)
    old_link = site.link("103")
    site.office.do("reissue", "103", "--reason", "new phone", *words)
    assert site.server.browser.open(old_link).status == 404

    phone.start()
    assert phone.outcome().registered  # the PBX has the old one until its import has run
    site.registrar.change(pbx_accounts({"103": new_password(row)}))
    phone.start()
    assert phone.outcome().verdict is Verdict.WRONG_PASSWORD

    phone.provision_from(site.link("103"))
    outcome = phone.outcome()
    assert outcome.registered, outcome
    assert site.told("103") == ("revoked", "fetched", 1)
    assert site.told("103", issue=2) == ("live", "fetched", 1)


def test_a_revoked_link_leaves_its_phone_at_work_and_gives_a_new_one_nothing(site: Site) -> None:
    phone, link = site.set_up("104"), site.link("104")
    site.office.do("link", "revoke", "104")

    phone.start()
    assert phone.outcome().registered
    phone.provision_from(link)  # the printed code, scanned once more
    assert phone.outcome().registered

    newcomer = site.lab.linphone()
    newcomer.provision_from(link)
    assert newcomer.says("HTTP/1.1 404 Not Found")
    assert newcomer.outcome(SILENCE_S).verdict is Verdict.SILENT
    assert site.told("104") == ("revoked", "fetched", 1)


def test_a_phone_that_does_not_trust_the_authority_asks_for_nothing(
    site: Site, tmp_path: Path
) -> None:
    phone = site.lab.linphone(make_certificate(tmp_path).authority)
    phone.provision_from(site.link("105"))

    assert phone.says("SSL handshake failed : X509 - Certificate verification failed")
    assert phone.outcome(SILENCE_S).verdict is Verdict.SILENT
    assert site.told("105") == ("live", "issued", 0)
