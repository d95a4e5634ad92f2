"""What stands in the way of a sheet."""

from __future__ import annotations

from onhook_devices.errors import InvalidInput, NotFound, Refused, UsageError


class NoKitYet(Refused):
    """No kit was made, so there is nothing to hand out."""

    kit: str
    account: str


class KitHasNoLink(Refused):
    """The kit was made while the workspace had no public address."""

    kit: str
    account: str


class LinkExpired(Refused):
    """The kit's link is too old: a sheet would lead nowhere."""

    kit: str
    account: str


class LinkUsedUp(Refused):
    """The kit's link was fetched as often as it may be."""

    kit: str
    account: str


class LinkRevoked(Refused):
    """Somebody or something ended the kit's link."""

    kit: str
    account: str


class NotOnDevice(NotFound):
    """The account is not on the device named."""

    account: str
    device: str


class CharactersLacking(Refused):
    """The fonts have no picture of some characters: the sheet would show boxes, or nothing."""

    kit: str
    text: str
    characters: str
    fonts: str


class SheetFormUnknown(UsageError):
    """Sheets are not written in that form."""

    form: str


class SheetFormDiffers(UsageError):
    """The file's name says one form and ``--format`` another."""

    file: str


class SheetFontUnusable(InvalidInput):
    """A font that the design names cannot be used."""

    file: str
    reason: str


class SheetPictureUnusable(InvalidInput):
    """The logo that the design names cannot be used."""

    file: str
    reason: str


class SheetTemplateWrong(InvalidInput):
    """The design's template cannot be laid out."""

    file: str
    reason: str
