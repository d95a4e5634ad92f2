"""Make a family of what was learned, once nothing speaks against it."""

from __future__ import annotations

from dataclasses import replace
from secrets import randbelow
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from onhook.families.folder import MOST_BYTES
from onhook.families.manifest import FAMILY_NAME, MANIFEST
from onhook.families.values import SECRETS
from onhook.learning.answers import ABSENT
from onhook.learning.errors import (
    CredentialNotFound,
    FamilyExists,
    FamilyNameWrong,
    NothingFound,
    PlaceOpen,
    SampleTooBig,
    SecretWouldStay,
    SpellingUnknown,
    TooManyOpen,
)
from onhook.learning.finding import finder
from onhook.learning.folder import add_example, prove, publish, staged
from onhook.learning.known import Known
from onhook.learning.pieces import KEEP, Blob, leaves, written
from onhook.learning.template import (
    TEMPLATE,
    example_values,
    file_name,
    manifest_text,
    template_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onhook.families import Families, Values
    from onhook.learning.judging import Question
    from onhook.learning.study import Study
    from onhook_devices.errors import OnhookError

MOST_OPEN: Final = 100  # more than anybody answers


class Plan(NamedTuple):
    """What is to be made.

    Attributes:
        family: The new family's name.
        operator: The folder of the operator's families.
        replaces: Whether a family of this name may be replaced.
        seconds: How many samples of other accounts were compared.
        differing: How many places of theirs nothing explains.
    """

    family: str
    operator: Path
    replaces: bool = False
    seconds: int = 0
    differing: int = 0


def free_name(name: str, families: Families, *, replaces: bool) -> None:
    """Make sure that a family may be called `name`.

    Raises:
        FamilyNameWrong: No family may.
        FamilyExists: There is one, shipped or the operator's own, and it is not to be replaced.
    """
    if not FAMILY_NAME.allows(name):
        raise FamilyNameWrong(name[:40], str(FAMILY_NAME))
    if name in families.names() and not replaces:
        raise FamilyExists(name)


def refusals(one: Study) -> list[OnhookError]:
    """Return why nothing can be made of a study yet; empty where all is clear."""
    asked = one.questions()
    if len(asked) > MOST_OPEN:
        names = [name for leaf in one.leaves for name in leaf.names]
        most = max(sorted(set(names)), key=names.count)
        return [TooManyOpen(one.source.file, len(asked), most)]
    if asked:
        return [_refusal(one, question) for question in asked]
    if not one.used:
        return [NothingFound(one.source.file, one.known.account)]
    return list(_unspellable(one))


def _refusal(one: Study, asked: Question) -> OnhookError:
    if asked.options == (ABSENT,):
        return CredentialNotFound(one.source.file, one.known.account, asked.place)
    return PlaceOpen(
        asked.place,
        one.source.file,
        asked.text,
        asked.within or "-",
        " | ".join(asked.options),
    )


def _unspellable(one: Study) -> Iterator[OnhookError]:
    choices = one.choices
    for piece in one.pieces:
        in_odd_base64 = isinstance(piece, Blob) and piece.ways() is None
        for leaf in leaves([piece]):
            name = choices.get(leaf.place, KEEP)
            if name != KEEP and (in_odd_base64 or leaf.ways(name) is None):
                yield SpellingUnknown(leaf.place, one.source.file, name)


def make_family(one: Study, plan: Plan) -> Path:
    """Write the family that `one` describes; return its folder.

    It is proved first: for the sample's account it gives back the sample, byte by byte. Else
    nothing is written.

    Raises:
        ProofFailed, SecretWouldStay, SampleTooBig: It would be no good.
        FamilyExists: Somebody else was faster.
        StorageFault: The disk is full, or may not be written to.
        OnhookError: Any reason of `refusals`, or what the family refuses itself.
    """
    for refusal in refusals(one):
        raise refusal
    _no_secret_stays(one)
    invented, stated = example_values(one.pieces, one.choices)
    with staged(plan.operator, plan.family, _files(one, plan)) as family:
        prove(family, one.values, one.source.content, one.source.file)
        add_example(family, invented, stated)
        return publish(family, plan.operator, replace=plan.replaces)


def _no_secret_stays(one: Study) -> None:
    """Look for the account's secrets in what the family would write for somebody else.

    Raises:
        SecretWouldStay: One would be given to everybody.
    """
    secret = {name: text for name, text in one.known.texts.items() if name in SECRETS}
    text = written(one.source.text, one.pieces, one.choices, _somebody_else(one))
    search = finder(Known(one.known.account, secret, ()), one.source.place)
    for leaf in leaves(search.pieces(text, one.shape)):
        if leaf.is_alone:
            raise SecretWouldStay(leaf.place, one.source.file, leaf.names[0])


def _somebody_else(one: Study) -> Values:
    """Return the account's values without its secrets, and without what only looks like one."""
    hidden = {
        name: randbelow(10**12) + 10**12
        for name, text in one.known.texts.items()
        if one.known.shown(text) != text
    }
    texts: dict[str, Any] = {name: str(number) for name, number in hidden.items()}
    return replace(one.values, **texts)


def _files(one: Study, plan: Plan) -> dict[str, str]:
    line_ends = one.source.line_ends
    escaping = one.shape.escaping
    template = template_text(one.source.text, one.pieces, one.choices, escaping, line_ends)
    if len(template.encode()) > MOST_BYTES:
        raise SampleTooBig(one.source.file, MOST_BYTES)
    stated = {
        "name": plan.family,
        "title": f"{plan.family} (learned)",
        "evidence": _evidence(plan),
        "file": file_name(one.source.name, plan.family, one.values.extension),
        "media_type": one.shape.media_type,
        "encoding": one.encoding,
        "line_ends": line_ends,
        "escaping": escaping,
    }
    return {TEMPLATE: template, MANIFEST: manifest_text(stated, one.used)}


def _evidence(plan: Plan) -> str:
    parts = ["Learned from a file made for one account, which it gives back byte by byte."]
    if plan.seconds and not plan.differing:
        parts.append(f"Files made for {plan.seconds} more come out the same.")
    if plan.differing:
        parts.append(f"Unexplained differences to files made for others: {plan.differing}.")
    return " ".join(parts)
