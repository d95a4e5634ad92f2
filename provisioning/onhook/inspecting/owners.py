"""Find the account of the workspace that a file is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import or_, select

from onhook.inspecting.formats.common import split_port
from onhook.kits.candidates import TermsCache
from onhook.store.schema import account
from onhook.subjects import find_customer

if TYPE_CHECKING:
    from sqlalchemy import Row

    from onhook.inspecting.reading import Profile
    from onhook.workspace import UnitOfWork

_MOST: Final = 200  # customers with one extension; nobody would want to read more names


class Owner(NamedTuple):
    """An account that a file may be for.

    Attributes:
        id: Its number.
        name: ``acme/101``.
    """

    id: int
    name: str


def owners_of(work: UnitOfWork, profile: Profile, customer: str | None) -> list[Owner]:
    """Return the accounts that `profile` fits best: one, several that fit alike, or none.

    Args:
        work: Where to look.
        profile: The account as a file states it.
        customer: Only this customer's accounts.

    Raises:
        NoSuchCustomer: There is no such customer.
    """
    extension, auth_id = profile.get("extension"), profile.get("auth_id")
    stated = [account.c.extension == extension] if extension else []
    stated += [account.c.auth_id == auth_id] if auth_id else []
    if not stated:
        return []
    query = select(account).where(or_(*stated)).order_by(account.c.id).limit(_MOST)
    if customer is not None:
        query = query.where(account.c.customer_id == find_customer(work.connection, customer))
    rows = work.connection.execute(query).all()
    terms = TermsCache(work)
    ranked = [(_fit(row, profile, terms), row) for row in rows]
    best = max((fit for fit, _ in ranked), default=0)
    return [owner(row) for fit, row in ranked if fit == best]


def owner(row: Row[Any]) -> Owner:
    """Return an account's row as an owner."""
    return Owner(row.id, f"{row.customer_id}/{row.extension}")


def _fit(row: Row[Any], profile: Profile, terms: TermsCache) -> int:
    """Return how well an account fits: the extension counts most, then the auth id."""
    pbx = terms.of(row.contract_id).values
    hosts = {pbx["pbx_host"], pbx["pbx_local_host"], pbx["sip_domain"]} - {""}
    told = {profile.get("sip_domain").lower(), split_port(profile.get("registrar"))[0].lower()}
    same_extension = bool(row.extension == profile.get("extension"))
    same_auth_id = bool(row.auth_id) and bool(row.auth_id == profile.get("auth_id"))
    return 4 * same_extension + 2 * same_auth_id + bool(hosts & told)
