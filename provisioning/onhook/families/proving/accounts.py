"""Ordinary accounts that a family takes: the ground on which awkward values are tried."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any, get_args

from onhook.families.samples import sample_values
from onhook.families.values import EXAMPLE
from onhook.pbx import Srtp, Transport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.families.family import Family
    from onhook.families.values import Values


def ordinary(family: Family) -> list[Values]:
    """Return its samples' accounts, and invented ones with few and with most values; [] if none.

    Raises:
        OnhookError: The templates cannot be compiled.
    """
    accounts = [values for values in sample_values(family.folder) if not family.refusals(values)]
    for most in (False, True):
        taken = (values for values in _invented(family, most=most) if not family.refusals(values))
        if (invented := next(taken, None)) is not None:
            accounts.append(invented)
    return accounts


def _invented(family: Family, *, most: bool) -> Iterator[Values]:
    """Yield an account at PBXs of every kind: a family may take some only."""
    known = replace(EXAMPLE, msisdn="+819012345678", platform=str(family.manifest.platforms[0]))
    more: dict[str, Any] = {"mobile": "09012345678", "device": "D-0007", "use_tunnel": True}
    more |= {"tunnel_password": "tunnel-1", "outbound_proxy": "edge.acme.example"}
    for transport, srtp in product(get_args(Transport), get_args(Srtp)):
        yield replace(known, transport=transport, srtp=srtp, **(more if most else {}))
