"""What the shipped families write for two accounts is learned back, and right for a third."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from onhook.families import Families
from tests.learning.studying import OWN_OF_JIRO, TARO, codes, content_of, family_of, second, studied

if TYPE_CHECKING:
    from pathlib import Path

    from onhook.families import Values

FAMILIES = Families()
HINTS = {"baresip": {"escaping": "quoted"}}  # its one line looks like nothing else
NAMES = [name for name in FAMILIES.names() if FAMILIES.get(name).manifest.files]

FIRST = replace(
    TARO, transport="udp", sip_domain="sip.acme.example", tunnel_host="", voicemail_number="7799"
)
OTHER = replace(FIRST, **OWN_OF_JIRO)
THIRD = replace(
    FIRST,
    extension="0303",
    auth_id="h4Nk",
    password="a&b<c'e %20+:@=/[x]|z",
    display_name="Hana & Co",
    first_name="Hana",
    last_name="K",
    mail="h@b.example",
    registrar="pbx.b.example:5061",
    pbx_host="pbx.b.example",
    sip_domain="sip.b.example",
    sip_port=5061,
    voicemail_number="55",
)


def linked(of: Values, token: str) -> Values:
    """Return the values with a link that only the PBX knows."""
    return replace(of, provisioning_url=f"https://p.example/k/{token}")


@pytest.mark.parametrize("name", NAMES)
def test_a_family_is_learned_back_from_its_files(name: str, tmp_path: Path) -> None:
    shipped = FAMILIES.get(name)
    sample = content_of(shipped, linked(FIRST, "AB12CD34"))
    unlinked = replace(FIRST, provisioning_url="")
    other = second(
        content_of(shipped, linked(OTHER, "QQ99ZZ11")), replace(OTHER, provisioning_url="")
    )
    hints = HINTS.get(name, {})
    one = studied(sample, unlinked, **hints).confirmed(other)
    answers = [f"{asked.place}={asked.options[0]}" for asked in one.questions()]
    assert len(answers) < 4
    one = studied(sample, unlinked, *answers, **hints).confirmed(other)

    assert codes(one) == []
    assert one.differing(other) == []
    family = family_of(one, tmp_path)
    third = linked(THIRD, "NEW")
    assert content_of(family, third) == content_of(shipped, third)
