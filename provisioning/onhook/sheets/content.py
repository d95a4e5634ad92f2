"""Put a sheet into words: what templates arrange, in the order in which people need it.

The result is plain lists and texts, the same for PDF and HTML. A template decides where things
stand and how they look, and holds no rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from onhook.workspace import TOKYO
from onhook_devices.platforms import Platform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime

    from onhook.sheets.sheet import Sheet, SheetDevice, SheetLink
    from onhook.words import Language
    from onhook_devices.service import Contact, Service
    from onhook_devices.terms.accounts import MinimumLevels
    from onhook_devices.terms.common import Bilingual
    from onhook_devices.terms.leases import Leases

    Say = Callable[..., str]
    Content = dict[str, Any]

_MONTHS = ("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()  # noqa: SIM905 - reads better
_WEEKDAYS = "月火水木金土日"


class Whose(Protocol):
    """Whose a page is."""

    @property
    def language(self) -> Language:
        """Return in which language it is written."""

    @property
    def service(self) -> Service:
        """Return the service it is about."""

    @property
    def customer(self) -> str:
        """Return the customer's id."""

    @property
    def customer_name(self) -> str:
        """Return the customer's name, or ''."""

    @property
    def name(self) -> str:
        """Return the person's name."""

    @property
    def extension(self) -> str:
        """Return the number dialled."""


def sheet_content(sheet: Sheet, say: Say) -> Content:
    """Return what stands on a sheet; docs/sheets.md tells each key.

    Args:
        sheet: The facts.
        say: Returns a text of the catalogue, or of the operator's, in the sheet's language.
    """
    wording = _Wording(sheet, say)
    link = sheet.link
    return {
        **frame(sheet, say),
        "title": say("sheet-title"),
        "lead": say("sheet-lead-for-ever" if sheet.is_secret_for_ever else "sheet-lead"),
        "facts": list(wording.facts()),
        "symbol_title": wording.symbol_title(),
        "symbol_alt": say("sheet-symbol-alt"),
        "page": None if link is None else wording.page(link),
        "code": None if link is None else wording.code(link),
        "expires_label": say("sheet-expires"),
        "expires": "" if link is None else told_instant(link.expires_at, sheet.language),
        "steps_title": say("sheet-steps"),
        "steps": list(wording.steps()),
        "screen": wording.screen(),
        "notices": list(wording.notices()),
    }


def frame(whose: Whose, say: Say) -> Content:
    """Return what stands on every page: whose it is, of which service, and whom to ask."""
    service, language = whose.service, whose.language
    return {
        "lang": language,
        "service": said(service.name, language),
        "provider": said(service.provider, language),
        "customer": say("sheet-addressee", customer=whose.customer_name or whose.customer),
        "name_label": say("sheet-name"),
        "name": whose.name,
        "extension_label": say("sheet-extension"),
        "extension": whose.extension,
        "contact_title": say("sheet-contact"),
        "contact": said(service.contact.name, language),
        "contact_lines": list(_contact(service.contact, language, say)),
        "not_you": say("sheet-not-you"),
    }


def said(text: Bilingual, language: Language) -> str:
    """Return a text of a service's file in a language."""
    return text.ja if language == "ja" else text.en


def _contact(contact: Contact, language: Language, say: Say) -> Iterator[Content]:
    """Yield the ways to the help desk."""
    ways = (
        ("phone", contact.phone),
        ("mail", contact.mail),
        ("site", contact.url),
        ("hours", None if contact.hours is None else said(contact.hours, language)),
    )
    for way, value in ways:
        if value:
            yield {"label": say(f"sheet-{way}"), "value": value}


class _Wording:
    """The parts of one sheet in words."""

    def __init__(self, sheet: Sheet, say: Say) -> None:
        self._sheet = sheet
        self._say = say
        self._app = sheet.app.name
        self._platform = None if sheet.device is None else sheet.device.platform

    def pick(self, text: Bilingual) -> str:
        """Return a text of the service's file in the sheet's language."""
        return said(text, self._sheet.language)

    def facts(self) -> Iterator[Content]:
        """Yield what else the kit is for."""
        yield {"label": self._say("sheet-app"), "value": self._app}
        device = self._sheet.device
        if device is not None:
            shown = " ".join(part for part in (device.id, device.model) if part)
            yield {"label": self._say("sheet-device"), "value": shown}

    def symbol_title(self) -> str:
        """Return what to do with the QR code."""
        if self._sheet.link is None:
            return self._say("sheet-scan-in-app", app=self._app)
        return self._say("sheet-scan-pc" if self._platform is Platform.PC else "sheet-scan")

    def page(self, link: SheetLink) -> Content:
        """Return the way of those whose camera cannot be used."""
        key = "sheet-page-pc" if self._platform is Platform.PC else "sheet-page"
        return {"label": self._say(key), "url": link.page_url}

    def code(self, link: SheetLink) -> Content:
        """Return the short code, or who tells one."""
        host = link.public_url.partition("://")[2]
        if not link.code or link.code_expires_at is None:
            return {"label": self._say("sheet-code-ask", url=host), "value": "", "note": ""}
        until = told_instant(link.code_expires_at, self._sheet.language)
        return {
            "label": self._say("sheet-code", url=host),
            "value": link.code,
            "note": self._say("sheet-code-until", when=until),
        }

    def steps(self) -> Iterator[Content]:
        """Yield what to do, in order; the last is to look at the screen."""
        yield self._install()
        if self._sheet.link is None:
            yield self._step("scan-in-app", self._say("sheet-scan-in-app-how", app=self._app))
        else:
            yield self._step("open", self._open())
            yield self._step("press", self._press())
        how = "sheet-look-how" if self._sheet.app.screen else "sheet-look-plain"
        yield self._step("look", self._say(how, app=self._app))

    def screen(self) -> Content | None:
        """Return what the app shows when all is well; None where its family does not say."""
        screen = self._sheet.app.screen
        if screen is None:
            return None
        bottom = screen.bottom
        shown = [self._say("sheet-look-top", text=self._both(screen.top))]
        shown.append(self._say("sheet-look-name"))
        if bottom is not None:
            shown.append(self._say("sheet-look-bottom", text=self._both(bottom)))
        return {
            "top": self.pick(screen.top),
            "bottom": "" if bottom is None else self.pick(bottom),
            "name": self._sheet.name,
            "told": shown,
        }

    def notices(self) -> Iterator[Content]:
        """Yield what is to be known: titles, each with lines below it."""
        service = self._sheet.service
        minimums = list(self._minimums(service))
        if minimums:
            yield self._notice("minimum", *minimums)
        if service.calls is not None and service.calls.on_sheet and service.calls.barred:
            comma = "、" if self._sheet.language == "ja" else ", "
            names = comma.join(self.pick(one.name) for one in service.calls.barred)
            yield self._notice("barred", self._say("sheet-barred-how", names=names))
        if self._sheet.device is not None and self._sheet.device.is_leased and service.leases:
            yield self._notice("leased", *self._lease(self._sheet.device, service.leases))
        if service.sheet:
            yield self._notice("notes", *(self.pick(note.text) for note in service.sheet))

    def _step(self, key: str, text: str, urls: Sequence[str] = ()) -> Content:
        links = [{"url": url} for url in urls]
        return {"title": self._say(f"sheet-step-{key}"), "text": text, "links": links}

    def _notice(self, key: str, *lines: str) -> Content:
        return {"title": self._say(f"sheet-{key}"), "lines": list(lines)}

    def _install(self) -> Content:
        text = self._say(f"sheet-install-{self._platform or 'any'}", app=self._app)
        downloads = self._sheet.app.downloads
        urls = [one.url for one in downloads if self._platform in (None, one.platform)]
        return self._step("install", text, urls)

    def _open(self) -> str:
        return self._say(f"sheet-open-{self._platform or 'any'}")

    def _press(self) -> str:
        if self._sheet.app.opens_link:
            button = self._say("web-open-app", app=self._app)
            return self._say("sheet-press-opens", button=button)
        button = self._say("web-get-file")
        return self._say("sheet-press-file", button=button, app=self._app)

    def _both(self, text: Bilingual) -> str:
        """Return what a screen says, in the sheet's language and in the other."""
        first, second = (text.ja, text.en) if self._sheet.language == "ja" else (text.en, text.ja)
        if first == second:
            return self._say("sheet-quoted", text=first)
        return self._say("sheet-either", text=first, other=second)

    def _minimums(self, service: Service) -> Iterator[str]:
        """Yield what the app must be at least (B-D2), and what it must run on (J-A2)."""
        version = service.app.minimum_version
        if version is not None and self._sheet.family == service.family:
            yield self._say("sheet-minimum-app", app=self._app, level=version)
        if service.minimum_levels is not None:
            yield from self._levels(service.minimum_levels)

    def _levels(self, minimums: MinimumLevels) -> Iterator[str]:
        platforms = self._sheet.app.platforms if self._platform is None else (self._platform,)
        for platform in platforms:
            level = minimums.of(platform)
            if level is None:
                continue
            is_build = platform is Platform.PC and minimums.pc_means == "app-build"
            what = self._app if is_build else platform.label
            key = "sheet-minimum-build" if is_build else "sheet-minimum-system"
            yield self._say(key, app=self._app, what=what, level=level)

    def _lease(self, device: SheetDevice, leases: Leases) -> Iterator[str]:
        say, provider = self._say, self.pick(self._sheet.service.provider)
        end, broken = leases.end_return, leases.replacement_return
        named = " ".join(part for part in (device.model, device.serial) if part) or device.id
        yield say("sheet-leased-what", device=named, provider=provider)
        if device.return_by is not None:
            day = told_day(device.return_by, self._sheet.language)
            yield say(f"sheet-leased-due-{end.freight}", day=day)
        else:
            yield say(f"sheet-leased-{end.due}-{end.freight}")
        yield say(f"sheet-leased-broken-{broken.counts_from}-{broken.freight}", days=broken.days)
        yield say("sheet-leased-lost")


def told_instant(instant: datetime, language: Language) -> str:
    """Return an instant as people in Japan read it (P0)."""
    there = instant.astimezone(TOKYO)
    day = told_day(there.date(), language)
    return f"{day} {there:%H:%M}" if language == "ja" else f"{day}, {there:%H:%M} (Japan)"


def told_day(day: date, language: Language) -> str:
    """Return a day as people read it."""
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
