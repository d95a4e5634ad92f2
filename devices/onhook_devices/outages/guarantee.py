"""Part of the base fee back for an outage, and until when it may be claimed (J-S1 to J-S3)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from onhook_devices.agreement import agreed
from onhook_devices.calendar import months_before
from onhook_devices.deadlines import within
from onhook_devices.outages.outage import Outage, hours, in_order, split_by_month
from onhook_devices.reckoning import Reckoning, Step, step
from onhook_devices.yen import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from onhook_devices.service import Service
    from onhook_devices.terms.guarantee import Band, Guarantee

_MINUTE = timedelta(minutes=1)


class Credit(NamedTuple):
    """What one month's outages give, or one outage where each stands alone.

    Attributes:
        month: The first day of its month.
        lasted: How long the service could not be used.
        share: The share of the monthly base fee.
        yen: That share, fractions cut off.
    """

    month: date
    lasted: timedelta
    share: Fraction
    yen: int


def outage_credits(
    service: Service, outages: Iterable[Outage], base_fee_yen: int
) -> list[Reckoning[Credit]]:
    """Return what each month's outages give, the earliest month first (J-S1).

    Where the provider is at fault, on request; it does not ask whether either is so.

    Args:
        service: Whose terms.
        outages: When the service could not be used at all.
        base_fee_yen: The monthly base fee.

    Raises:
        NotAgreed: The service's terms know no such guarantee.
        OutageEndsFirst, OutagesOverlap: The outages cannot be as told.
    """
    terms = agreed(service.guarantee, service, "guarantee")
    ordered = in_order(outages)
    return [_credit(terms, month, parts, base_fee_yen) for month, parts in _summed(terms, ordered)]


def guarantee_claim_until(service: Service, damaged_on: date) -> Reckoning[date]:
    """Return the last day on which the credit may be claimed (J-S2).

    Raises:
        NotAgreed: The service's terms know no such guarantee.
    """
    claim = agreed(service.guarantee, service, "guarantee").claim
    return within(service, claim.rule, damaged_on, claim.months, "months")


def liability_cap(
    service: Service, cause_on: date, received_yen: Mapping[date, int]
) -> Reckoning[int] | None:
    """Return the most that is owed where consumer-contract law applies (J-S3).

    Args:
        service: Whose terms.
        cause_on: The day of the cause.
        received_yen: The fees actually received, by the day they were.

    Returns:
        The sum in yen, or None where the service's terms set no cap.

    Raises:
        NotAgreed: The service's terms know no guarantee.
    """
    cap = agreed(service.guarantee, service, "guarantee").cap
    if cap is None:
        return None
    counted = months_before(cause_on, cap.fees_of_months_before)
    total = sum(yen for day, yen in received_yen.items() if day in counted)
    told = step("received-between", first=counted.first, last=counted.last, yen=total)
    return Reckoning(total, cap.rule, (told,))


def _summed(terms: Guarantee, ordered: list[Outage]) -> Iterator[tuple[date, list[Outage]]]:
    """Yield the outages that are judged together, with their month."""
    if terms.summed_over == "outage":
        yield from ((one.began.date().replace(day=1), [one]) for one in ordered)
        return
    months: dict[date, list[Outage]] = {}
    for outage in ordered:
        for month, part in split_by_month(outage):
            months.setdefault(month, []).append(part)
    yield from months.items()


def _credit(
    terms: Guarantee, month: date, parts: list[Outage], base_fee_yen: int
) -> Reckoning[Credit]:
    lasted = sum((part.lasted for part in parts), timedelta())
    steps = [step("outage", began=p.began, ended=p.ended, lasted=hours(p.lasted)) for p in parts]
    if len(parts) > 1:
        steps.append(step("outages-together", lasted=hours(lasted)))
    band = _band(terms, lasted)
    share = band.share if band else Fraction(0)
    steps.append(_told(terms, band))
    yen = cut(base_fee_yen * share)
    if share:
        steps.append(step("share-of-fee", fee=base_fee_yen, share=_ratio(share), yen=yen))
    return Reckoning(Credit(month, lasted, share, yen), terms.rule, tuple(steps))


def _band(terms: Guarantee, lasted: timedelta) -> Band | None:
    """Return the band that so long an outage is in; None: it is too short for any."""
    reached = [band for band in terms.bands if lasted >= band.from_minutes * _MINUTE]
    return reached[-1] if reached else None


def _told(terms: Guarantee, band: Band | None) -> Step:
    if band is None:
        return step("below-first-band", minutes=terms.bands[0].from_minutes)
    return step("band", least=hours(band.from_minutes * _MINUTE), share=_ratio(band.share))


def _ratio(share: Fraction) -> str:
    return f"{share.numerator}/{share.denominator}"
