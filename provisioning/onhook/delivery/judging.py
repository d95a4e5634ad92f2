"""Say whether a phone may be handed its config, from what it tells of itself (J-A2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from onhook_devices.levels import LevelOfOtherPlatform, LevelUnreadable, parse_level
from onhook_devices.platforms import Platform

if TYPE_CHECKING:
    from onhook.delivery.facts import LandingFacts, Told
    from onhook_devices.levels import Level
    from onhook_devices.terms.accounts import MinimumLevels

Verdict = Literal["fine", "below", "ask"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a phone may have its config.

    Attributes:
        verdict: ``fine``; ``below`` the minimum; ``ask``, for it does not tell.
        platform: What it was taken for; None where nothing tells it.
        level: Its version, if it is known.
        minimum: What it must be at least; None where any will do or the platform is unknown.
    """

    verdict: Verdict
    platform: Platform | None
    level: Level | None
    minimum: Level | None


def judge(facts: LandingFacts, told: Told) -> Judgement:
    """Return what `told` comes to for this kit. Exactly the minimum passes (J-A2)."""
    platform = told.platform
    if platform is None:
        verdict: Verdict = "ask" if _has_minimum(facts.minimum_levels) else "fine"
        return Judgement(verdict, None, None, None)
    minimum = facts.minimum(platform)
    proven = told.level or told.at_least
    verdict = _verdict(proven, minimum)
    if told.level is None and verdict == "below":
        verdict = "ask"  # it proves too little, and not that the phone is too old
    return Judgement(verdict, platform, told.level, minimum)


def answered(told: Told, platform: str, level: str) -> Told:
    """Return `told` with what a person answered in the form where it told nothing itself.

    Args:
        told: What the request tells.
        platform: The form's field of that name: ``ios``, ``android``, ``pc`` or ''.
        level: The form's field of that name, as typed; what is no version counts as no answer.
    """
    named = told.platform or next((one for one in Platform if one == platform), None)
    if told.level is not None or named is None or not level.strip():
        return replace(told, platform=named)
    return replace(told, platform=named, level=_typed(level, named))


def _typed(level: str, platform: Platform) -> Level | None:
    try:
        return parse_level(level, platform)
    except (LevelUnreadable, LevelOfOtherPlatform):
        return None


def _verdict(level: Level | None, minimum: Level | None) -> Verdict:
    if minimum is None:
        return "fine"
    if level is None:
        return "ask"
    return "below" if level < minimum else "fine"


def _has_minimum(minimums: MinimumLevels | None) -> bool:
    return minimums is not None and any(map(minimums.of, (Platform.IOS, Platform.ANDROID)))
