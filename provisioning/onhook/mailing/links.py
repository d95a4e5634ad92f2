"""Mail each person the page of their kit: the link that mails hold, never a password."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, select, update

from onhook.kits.candidates import load_candidates
from onhook.links import open_token, page_url, state_of
from onhook.mailing.letters import Letter
from onhook.mailing.server import Mailbox
from onhook.mailing.wording import Wording, instant_shown
from onhook.sheets.errors import KitHasNoLink, LinkExpired, LinkRevoked, LinkUsedUp, NoKitYet
from onhook.store.schema import kit, mailing, visit
from onhook.workspace import TOKYO
from onhook_devices.errors import OnhookError, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from onhook.kits.candidates import Candidate, Row, Selection
    from onhook.mailing.letters import Attachment, Content
    from onhook.mailing.sheets import SheetMaker
    from onhook.words import Language
    from onhook.workspace import UnitOfWork, Workspace

KIND = "link"


class NoMailAddress(Refused):
    """The account has no mail address."""

    account: str


class PasswordInPicture(Refused):
    """The kit's QR code holds the password itself; there is no link that could be mailed."""

    kit: str
    account: str


_DEAD: Mapping[str, type[LinkExpired | LinkUsedUp | LinkRevoked]] = {
    "expired": LinkExpired,
    "used-up": LinkUsedUp,
    "revoked": LinkRevoked,
}


class LinkLetter(NamedTuple):
    """A kit's letter, or why there is none.

    Attributes:
        subject: ``acme/101 D-0007``.
        letter: None where there is none.
        error: Why there is none.
    """

    subject: str
    letter: Letter | None
    error: OnhookError | None = None


def link_letters(
    workspace: Workspace,
    selection: Selection,
    language: Language | None = None,
    sheets: SheetMaker | None = None,
) -> Iterator[LinkLetter]:
    """Yield the letter of each kit of the accounts selected, in input order.

    Args:
        workspace: Where they are.
        selection: Which accounts.
        language: In which language; None: each customer's own.
        sheets: Makes the onboarding sheet that goes with it; None: none does.

    Raises:
        OnhookError: The customer named does not exist.
    """
    maker = _Maker(workspace, language, sheets)
    with workspace.reading() as work:
        for chunk in load_candidates(work, selection):
            if isinstance(chunk, OnhookError):
                yield LinkLetter(chunk.subject, None, chunk)
                continue
            for candidate in chunk:
                yield maker.letter(work, candidate)


def settle_seen(work: UnitOfWork) -> int:
    """Settle doubtful mails where it can be known, and return how many arrived.

    Whose page was opened since has arrived. Whose kit was issued again does not matter any more:
    the link in it is dead.
    """
    doubtful = select(mailing).where(mailing.c.kind == KIND, mailing.c.state == "handing")
    settled = 0
    for row in work.connection.execute(doubtful).all():
        kit_id, number = _read_topic(row.topic)
        current = select(kit.c.current_issue).where(kit.c.id == kit_id)
        if work.connection.scalar(current) != number:
            work.connection.execute(delete(mailing).where(mailing.c.id == row.id))
            continue
        seen = select(visit.c.place).where(
            visit.c.kit_id == kit_id, visit.c.number == number, visit.c.at >= row.changed_at
        )
        if work.connection.execute(seen.limit(1)).first() is not None:
            query = update(mailing).where(mailing.c.id == row.id)
            work.connection.execute(query.values(state="sent", changed_at=work.now))
            work.record("mail.send", row.whose, kind=KIND, topics=[row.topic], seen=True)
            settled += 1
    return settled


def topic_of(kit_id: int, number: int) -> str:
    """Return what a kit's mail is about, as the record knows it: an issue, each its own mail."""
    return f"kit {kit_id} issue {number}"


def _read_topic(topic: str) -> tuple[int, int]:
    _, kit_id, _, number = topic.split()
    return int(kit_id), int(number)


class _Maker:
    def __init__(
        self,
        workspace: Workspace,
        language: Language | None,
        sheets: SheetMaker | None,
    ) -> None:
        self._workspace = workspace
        self._language = language
        self._sheets = sheets
        self._wording = cache(partial(Wording, workspace.settings.folder))

    def letter(self, work: UnitOfWork, candidate: Candidate) -> LinkLetter:
        error = self._refusal(work, candidate)
        if error is not None:
            return LinkLetter(candidate.subject, None, error)
        language = self._language or candidate.terms.values["language"]
        if self._sheets is None:
            return LinkLetter(candidate.subject, self._written(work, candidate, language))
        sheet = self._sheets.sheet(work, candidate, language)
        if isinstance(sheet, OnhookError):
            return LinkLetter(candidate.subject, None, sheet)
        attach = partial(self._sheets.attachment, sheet)
        return LinkLetter(candidate.subject, self._written(work, candidate, language, attach))

    def _written(
        self,
        work: UnitOfWork,
        candidate: Candidate,
        language: Language,
        attach: Callable[[], Attachment] | None = None,
    ) -> Letter:
        made: Row = candidate.kit
        token = open_token(work.workspace.keys.delivery, candidate.name, made)
        values = _values(self._workspace, candidate, language, token)
        values["has_sheet"] = attach is not None
        wording = self._wording(language)
        return Letter(
            kind=KIND,
            topics=(topic_of(made.kit_id, made.number),),
            whose=candidate.name,
            to=Mailbox(candidate.display_name, candidate.account.mail),
            language=language,
            compose=_Composing(wording, values, attach),
            name=candidate.subject.replace("/", "-").replace(" ", "-"),
            again=f"onhook mail {candidate.name} --again",
            correct=f"onhook account set {candidate.name} --mail ADDRESS",
        )

    def _refusal(self, work: UnitOfWork, candidate: Candidate) -> OnhookError | None:
        if not candidate.account.mail:
            return NoMailAddress(candidate.name)
        made, names = candidate.kit, (candidate.subject, candidate.name)
        if made is None:
            return NoKitYet(*names)
        if made.token_sealed is None:
            return (PasswordInPicture if made.secret_in_qr else KitHasNoLink)(*names)
        state = state_of(made, work.now)
        return None if state == "live" else _DEAD[state](*names)


@dataclass(frozen=True, slots=True)
class _Composing:
    """Writes a letter when its turn has come."""

    wording: Wording
    values: dict[str, Any] = field(repr=False)
    attach: Callable[[], Attachment] | None

    def __call__(self) -> Content:
        attachments = () if self.attach is None else (self.attach(),)
        return self.wording.content(KIND, self.values, attachments)


def _values(
    workspace: Workspace, candidate: Candidate, language: Language, token: str
) -> dict[str, Any]:
    """Return what the mail's templates may show."""
    made: Row = candidate.kit
    service = candidate.terms.service
    family = workspace.families.get(made.family)
    is_usual = made.family == service.family
    return {
        "name": candidate.display_name,
        "extension": candidate.account.extension,
        "customer": candidate.terms.values["customer_name"],
        "device": candidate.device_id,
        "app": service.app.name if is_usual else family.manifest.title,
        "service": service.name.ja if language == "ja" else service.name.en,
        "provider": service.provider,
        "contact": service.contact,
        "url": page_url(made.public_url, token),
        "expires": instant_shown(made.expires_at.astimezone(TOKYO), language),
    }
