"""Deliver: what a link's page says, its config counted, a short code's link.

The server has the delivery key alone, so nothing here is written into the audit trail; what phones
do is kept in `visit`. A link that does not work gives None, whatever the reason, by the same path.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from onhook.accounts.fields import name_shown
from onhook.delivery.codes import budget_at, tags_of, typed_code
from onhook.delivery.facts import HelpFacts, LandingFacts
from onhook.delivery.visits import shortened, visit
from onhook.kits.records import about_file
from onhook.links import about_token, link_url, token_sha256
from onhook_devices.errors import StorageFault
from onhook_devices.platforms import Platform

if TYPE_CHECKING:
    from datetime import datetime

    from onhook.delivery.facts import Told
    from onhook.delivery.keys import DeliveryKeys
    from onhook.delivery.store import Config, Page, Store
    from onhook.delivery.visits import VisitKind
    from onhook.workspace import Workspace
    from onhook_devices.service import Service

_SEAL_BYTES = 33  # what sealing adds: version 1, key id 4, nonce 12, tag 16


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A config as it was issued.

    Attributes:
        name: The file's, as the softphone has it.
        media_type: As its family states it.
        length: In bytes.
        content: Its bytes; empty where only the rest was asked for. Secret.
    """

    name: str
    media_type: str
    length: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entered:
    """What a typed short code came to.

    Attributes:
        state: ``found``, ``wrong``, or ``over``: no more may be tried for a while.
        again_at: When the next may be tried, where none may now.
        page_path: The link's page, ``/s/TOKEN``, or ''. Secret.
    """

    state: Literal["found", "wrong", "over"]
    again_at: datetime | None = None
    page_path: str = field(default="", repr=False)


class Delivery:
    """Delivers from one database.

    Args:
        workspace: Its services, families and clock; its ring is not used, see `keys`.
        store: The database.
        keys: Open what it holds.

    Attributes:
        help: Whom a link that leads nowhere sends people to: the workspace's own service.
    """

    def __init__(self, workspace: Workspace, store: Store, keys: DeliveryKeys) -> None:
        self._workspace = workspace
        self._store = store
        self._keys = keys
        self._clock = workspace.clock
        self.help = help_facts(workspace.services.get(workspace.settings.service))

    async def fetch(
        self, token: str, told: Told, address: str, kind: VisitKind = "fetched"
    ) -> ConfigFile | None:
        """Count a fetch and return the config.

        It is counted before it is opened: what is delivered was counted, also by a process that
        is killed meanwhile.

        Args:
            token: Of the link.
            told: What the request tells of the phone.
            address: The network address it comes from.
            kind: ``fetched`` by an app, or handed to a browser as a ``file``.

        Raises:
            StorageFault: The database cannot be used now, or the ring does not open the config.
        """
        kept = visit(self._clock(), kind, told, address)
        found = await self._store.fetch(token_sha256(token), kept)
        if found is None:
            return None
        content = await self._keys.open(found.content_sealed, _about(found))
        return ConfigFile(found.name, found.media_type, len(content), content)

    async def measure(self, token: str) -> ConfigFile | None:
        """Return what a fetch would return, without the content; nothing is counted.

        Raises:
            StorageFault: The database cannot be used now.
        """
        found = await self._store.config(token_sha256(token), self._clock())
        if found is None:
            return None
        return ConfigFile(
            found.name, found.media_type, len(found.content_sealed) - _SEAL_BYTES, b""
        )

    async def look(self, token: str) -> LandingFacts | None:
        """Return what the link's page says; nothing is counted.

        Raises:
            StorageFault: The database cannot be used now.
        """
        page = await self._store.page(token_sha256(token), self._clock())
        return None if page is None else self._facts(page, token)

    async def opened(self, token: str, told: Told, address: str) -> None:
        """Keep that a link's page was opened; if that cannot be, the page is shown all the same."""
        kept = visit(self._clock(), "opened", told, address)
        try:
            await self._store.opened(token_sha256(token), kept)
        except StorageFault:
            return

    async def enter(self, text: str, address: str) -> Entered:
        """Return where a typed short code leads. A wrong one is counted, a right one is not.

        Raises:
            StorageFault: The database cannot be used now.
        """
        code = typed_code(text)
        if code is None:
            return Entered("wrong")  # no code at all: there is nothing to be learnt from it
        now = self._clock()
        budget, tags = budget_at(now), tags_of(self._keys.sealer, code)
        guess = await self._store.guess(tags, shortened(address), budget, now)
        if guess.is_over:
            return Entered("over", again_at=budget.ends_at)
        if guess.found is None:
            return Entered("wrong")
        one = guess.found
        about = about_token(f"{one.customer}/{one.extension}", one.device, one.number)
        token = await self._keys.open(one.token_sealed, about)
        return Entered("found", page_path=f"/s/{token.decode()}")

    async def ready(self) -> None:
        """Ask the database something.

        Raises:
            StorageFault: It does not answer.
        """
        await self._store.ready()

    async def refresh(self) -> None:
        """Notice a rotated ring and a database put in another's place; called once in a while."""
        await self._keys.refresh()
        await self._store.refresh()

    async def close(self) -> None:
        """Close the database's connections."""
        await self._store.close()

    def _facts(self, page: Page, token: str) -> LandingFacts:
        service = self._workspace.services.get(page.service).on(self._workspace.today)
        family = self._workspace.families.get(page.family)
        is_usual = page.family == service.family
        url = link_url(page.public_url, token)
        shown = name_shown(page.first_name, page.last_name, page.display_name)
        return LandingFacts(
            display_name=shown or page.extension,
            extension=page.extension,
            language=page.language,
            family=page.family,
            family_title=family.manifest.title,
            app_name=service.app.name if is_usual else family.manifest.title,
            app_platforms=family.manifest.platforms,
            downloads=service.app.downloads if is_usual else (),
            help=help_facts(service),
            file_name=page.file_name,
            expires_at=page.expires_at,
            fetches_left=page.fetches_left,
            device_platform=Platform(page.platform) if page.platform else None,
            minimum_levels=service.minimum_levels,
            kit_url=url,
            page_path=f"/s/{token}",
            deep_link=family.deep_link(url),
            screen=family.manifest.screen,
        )


def help_facts(service: Service) -> HelpFacts:
    """Return whom people turn to."""
    return HelpFacts(service.name, service.provider, service.contact)


def _about(found: Config) -> str:
    name = f"{found.customer}/{found.extension}"
    return about_file(name, found.device, found.number, found.name)
