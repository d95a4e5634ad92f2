"""A family as ``template show`` tells of it: its manifest, variables and templates in one value."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from onhook.families.manifest import read_manifest
from onhook.families.sources import templates
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onhook.families.collection import Families
    from onhook.families.family import Family
    from onhook.families.folder import Source
    from onhook.families.manifest import Manifest, ValueRule


class Portrait(NamedTuple):
    """Everything there is to say of a family.

    Attributes:
        manifest: What it states of itself.
        place: Its folder.
        is_shipped: Whether it is onhook's own, not the operator's.
        rules: What it asks of values, by variable; ``*`` is every text.
        not_held: What its client cannot hold, by variable, with the reason.
        uses: The variables its templates really use; empty where they cannot be compiled.
        has_secret_in_qr: Whether a picture of the symbol gives the account away.
        templates: Their text; those that others refer to come after them.
        faults: Why the templates cannot be compiled, if they cannot.
    """

    manifest: Manifest
    place: str
    is_shipped: bool
    rules: Mapping[str, ValueRule]
    not_held: Mapping[str, str]
    uses: frozenset[str]
    has_secret_in_qr: bool
    templates: tuple[Source, ...]
    faults: tuple[OnhookError, ...]


def portrait(families: Families, name: str) -> Portrait:
    """Return what there is to say of the family `name`.

    Raises:
        FamilyUnknown: There is none of that name; the nearest one is named.
        OnhookError: Its manifest is not what it should be.
    """
    family = families.get(name)
    stated = read_manifest(family.folder)
    uses, in_qr, faults = _compiled(family)
    return Portrait(
        manifest=family.manifest,
        place=str(family.folder.root),
        is_shipped=families.is_shipped(name),
        rules=stated.rules,
        not_held=stated.not_held,
        uses=uses,
        has_secret_in_qr=in_qr,
        templates=tuple(_templates(family)),
        faults=faults,
    )


def _compiled(family: Family) -> tuple[frozenset[str], bool, tuple[OnhookError, ...]]:
    try:
        return family.uses, family.has_secret_in_qr, ()
    except OnhookError as error:
        return frozenset(), False, (error,)


def _templates(family: Family) -> Iterator[Source]:
    stated = [*(spec.template for spec in family.manifest.files), family.manifest.qr.template]
    seen = set()
    for name in dict.fromkeys(name for name in stated if name is not None):
        for source in templates(family.folder, name):
            if source.file not in seen:
                seen.add(source.file)
                yield source
