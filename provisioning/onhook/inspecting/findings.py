"""What an inspection finds: values whose words stand in the catalogue, in every language.

A finding is no error of onhook: finding things is what an inspection is for. Its code leads to two
texts, ``finding-CODE`` (what is wrong) and ``cure-CODE`` (how to mend it).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from onhook.words import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from onhook.words import Words
    from onhook_devices.errors import OnhookError

Severity = Literal["error", "warning", "note"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")

_MOST_NAMED: Final = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth telling about what was inspected.

    Attributes:
        code: Its name, in the catalogue and in JSON.
        severity: An error keeps the phone from working or will do so later; a warning may; a note
            is told so that nobody wonders.
        where: The place's own name, such as ``[Profile0] AuthID``; '' where it is the whole.
        line: Counted from 1, None where it is the whole.
        rule: Id of the rule it breaks, if one does.
        data: The words' variables. No secret.
        error: The refusal whose words it has, where issuing a kit would say the same.
    """

    code: str
    severity: Severity
    where: str = ""
    line: int | None = None
    rule: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    error: OnhookError | None = None


def error(code: str, where: str = "", line: int | None = None, **data: str) -> Finding:
    """Return a finding that keeps the phone from working."""
    return Finding(code, "error", where, line, RULES.get(code), data)


def warning(code: str, where: str = "", line: int | None = None, **data: str) -> Finding:
    """Return a finding that may do harm."""
    return Finding(code, "warning", where, line, RULES.get(code), data)


def note(code: str, where: str = "", line: int | None = None, **data: str) -> Finding:
    """Return a finding that is told so that nobody wonders."""
    return Finding(code, "note", where, line, RULES.get(code), data)


def of_error(refusal: OnhookError, severity: Severity = "error") -> Finding:
    """Return as a finding what issuing a kit would say."""
    return Finding(refusal.code(), severity, rule=refusal.rule, error=refusal)


RULES: Final[dict[str, str]] = {
    "several-accounts-inside": "J-A1",
    "issue-earlier": "J-A4",
    "barred-numbers-missing": "B-D1",
}
"""The rules that findings cite."""


def listed(names: Iterable[str]) -> str:
    """Return names for a text, each once; the rest of very many as a number."""
    known = list(dict.fromkeys(names))
    more = len(known) - _MOST_NAMED
    return ", ".join(known[:_MOST_NAMED]) + (f" … +{more}" if more > 0 else "")


def in_words(finding: Finding, words: Words, account: str = "") -> Message:
    """Return what a finding says and how to mend it; `account` stands in the commands to type."""
    if finding.error is not None:
        return words.error(finding.error)
    data = {"account": account or words("inspect-any-account"), **finding.data}
    if "field" in data:
        data["field"] = words(f"field-{data['field']}")
    if "kind" in data:
        data["kind"] = words(f"looks-{data['kind']}")
    if "why" in data:
        data["why"] = words(f"link-why-{data['why']}")
    says = words(f"finding-{finding.code}", **data)
    if finding.rule is not None:
        says = f"{says} ({finding.rule})"
    return Message(says, words(f"cure-{finding.code}", **data))
