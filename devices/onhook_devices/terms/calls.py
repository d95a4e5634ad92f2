"""Numbers that cannot be called (B-D1)."""

from typing import Annotated, NamedTuple

from onhook_devices.schema import Form, Misfit, Range
from onhook_devices.terms.common import Bilingual, RuleIds


class BarredNumbers(NamedTuple):
    """Barred numbers: all that have so many digits, or all that begin with a prefix."""

    rule: RuleIds
    name: Bilingual
    digits: Annotated[int, Range(1, 20)] | None = None
    prefix: Annotated[str, Form("[0-9*#+]{1,20}", '"0120"')] | None = None

    def misfit(self) -> Misfit | None:
        """Refuse an entry that bars by both or by neither."""
        if (self.digits is None) == (self.prefix is None):
            return Misfit("digits", self.digits or "", "digits or prefix, one of them")
        return None


class Calls(NamedTuple):
    """What is barred, and where the customer and the client learn it."""

    rule: RuleIds
    on_sheet: bool
    in_dial_plan: bool
    barred: tuple[BarredNumbers, ...]
