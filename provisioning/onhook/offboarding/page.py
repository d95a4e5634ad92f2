"""The page for somebody who leaves: what to do now, step by step, in the sheets' design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from onhook.reasoning import told_steps
from onhook.sheets.content import frame, said, told_day
from onhook.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from onhook.offboarding.departure import AppToRemove, Departure, DeviceToReturn, OpenCharge
    from onhook.sheets.content import Content, Say
    from onhook.words import Language


@dataclass(frozen=True, slots=True)
class LeavingPage:
    """A departure, to be told on a day.

    Attributes:
        departure: What is known; its language is the page's.
        today: The day.
    """

    departure: Departure
    today: date

    @property
    def account(self) -> str:
        """Return ``acme/101``."""
        return self.departure.account

    @property
    def subject(self) -> str:
        """Return whose page it is."""
        return self.departure.account

    @property
    def language(self) -> Language:
        """Return in which language it is written."""
        return self.departure.language

    @property
    def symbol(self) -> str:
        """Return '': it has no QR code."""
        return ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return nothing: what stands on it opens nothing."""
        return ()

    def content(self, say: Say) -> Content:
        """Return what stands on it: the values of a sheet, with those of the QR code empty."""
        return leaving_content(self.departure, say, self.today)


def leaving_content(departure: Departure, say: Say, today: date) -> Content:
    """Return what a leaving page says.

    Args:
        departure: The facts.
        say: Returns a text of the catalogue, or of the operator's, in the departure's language.
        today: The day on which it is told.
    """
    wording = _Wording(departure, say, today)
    return {
        **frame(departure, say),
        "title": say("sheet-leave-title"),
        "lead": wording.together(wording.lead()),
        "facts": [],
        "symbol_title": "",
        "symbol_alt": "",
        "page": None,
        "code": None,
        "expires_label": "",
        "expires": "",
        "steps_title": say("sheet-leave-steps-later" if wording.is_later else "sheet-leave-steps"),
        "steps": list(wording.steps()),
        "screen": None,
        "notices": list(wording.notices()),
    }


class _Wording:
    """The parts of one page in words."""

    def __init__(self, departure: Departure, say: Say, today: date) -> None:
        self._leaves = departure
        self._say = say
        self._today = today
        self.is_later = departure.why == "contract-ends"

    def together(self, sentences: Iterable[str]) -> str:
        """Return sentences one after another, as the language writes them."""
        return ("" if self._leaves.language == "ja" else " ").join(sentences)

    def lead(self) -> Iterator[str]:
        """Yield what is over, and whether the PBX lets nobody in any more."""
        leaves = self._leaves
        day = self._day(leaves.on)
        yield self._say(f"sheet-leave-{leaves.why}", extension=leaves.extension, day=day)
        if leaves.shut != "later":
            yield self._say(f"sheet-leave-{leaves.shut}")

    def steps(self) -> Iterator[Content]:
        """Yield what to do, in order."""
        for app in self._leaves.apps:
            place = " ".join(part for part in (app.device, app.model) if part)
            where = self._say("sheet-leave-on", device=place) if place else ""
            yield self._step("remove", self._remove(app), where=where)
        if self._leaves.returns:
            told = [*map(self._send, self._leaves.returns), self._say("sheet-leave-return-how")]
            yield self._step("return", self.together(told))
        kept = [one for one in self._leaves.devices if one.due_on is None]
        if kept:
            yield self._step("keep", self.together(map(self._keep, kept)))
        yield self._step("shred", self._shred())

    def notices(self) -> Iterator[Content]:
        """Yield each device's terms, and what is owed."""
        for device in self._leaves.returns:
            title = self._say("sheet-leave-device", device=_named(device))
            yield {"title": title, "lines": list(self._terms(device))}
        if self._leaves.charges:
            lines = [self._charge(one) for one in self._leaves.charges]
            title = self._say("sheet-leave-charges", customer=self._customer)
            yield {"title": title, "lines": lines}

    @property
    def _customer(self) -> str:
        return self._leaves.customer_name or self._leaves.customer

    def _step(self, key: str, text: str, **data: str) -> Content:
        return {"title": self._say(f"sheet-leave-step-{key}", **data), "text": text}

    def _day(self, day: date) -> str:
        return told_day(day, self._leaves.language)

    def _remove(self, app: AppToRemove) -> str:
        key = "must" if app.rule else "may"
        text = self._say(
            f"sheet-leave-remove-{key}{'-later' if self.is_later else ''}",
            app=app.name,
            extension=self._leaves.extension,
            day=self._day(self._leaves.on),
        )
        if app.platform is None:
            return text
        how = self._say(f"sheet-leave-how-{app.platform}", app=app.name)
        return self.together([text, how])

    def _send(self, device: DeviceToReturn) -> str:
        day = self._day(cast("date", device.due_on))
        left = device.days_left(self._today)
        key = "overdue" if left is not None and left < 0 else "due"
        return self._say(f"sheet-leave-return-{key}", device=_named(device), day=day)

    def _keep(self, device: DeviceToReturn) -> str:
        return self._say("sheet-leave-keep", device=_named(device), customer=self._customer)

    def _shred(self) -> str:
        if self.is_later:
            return self._say("sheet-leave-shred-later")
        text = self._say("sheet-leave-shred")
        if not self._leaves.has_secret_code:
            return text
        return self.together([text, self._say("sheet-leave-shred-secret")])

    def _terms(self, device: DeviceToReturn) -> Iterator[str]:
        say = self._say
        if device.serial:
            yield say("sheet-leave-device-serial", serial=device.serial)
        yield say("sheet-leave-device-due", day=self._day(cast("date", device.due_on)))
        provider = said(self._leaves.service.provider, self._leaves.language)
        to = "partner" if device.returned_to == "partner" and device.lessor else "provider"
        if to == "provider" and device.lessor:
            to = "provider-not-lessor"
        yield say(f"sheet-leave-device-to-{to}", provider=provider, lessor=device.lessor)
        yield say(f"sheet-leave-device-freight-{device.freight}", customer=self._customer)
        yield self._missed(device)

    def _missed(self, device: DeviceToReturn) -> str:
        found = device.if_missed
        if found is None:
            return self._say("sheet-leave-device-missed-unknown")
        sign = "、" if self._leaves.language == "ja" else "; "
        return self._say(
            "sheet-leave-device-missed",
            yen=f"{found.result.total_yen:,}",
            steps=sign.join(told_steps(Words(self._leaves.language), found)),
        )

    def _charge(self, charge: OpenCharge) -> str:
        yen = f"{charge.debt.reckoning.result.total_yen:,}"
        return self._say(f"sheet-leave-charge-{charge.debt.kind}", device=charge.device, yen=yen)


def _named(device: DeviceToReturn) -> str:
    return " ".join(part for part in (device.device, device.model) if part)
