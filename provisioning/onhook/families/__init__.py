"""Softphone families: folders of templates that turn values into a kit's files.

A family is data: ``manifest.toml``, Jinja templates, samples. This room reads it, refuses what
its formats cannot carry, and renders the rest. ``docs/families.md`` is the operator's guide.

    families = Families(workspace / "templates")
    rendering = families.get("linphone").render(values)
"""

from onhook.families.collection import Families
from onhook.families.errors import CannotCarry
from onhook.families.family import Family, RenderedFile, Rendering
from onhook.families.manifest import Certainty, Manifest
from onhook.families.samples import Sample, check_samples, samples
from onhook.families.values import EXAMPLE, VARIABLES, Values, Variable

__all__ = [
    "EXAMPLE",
    "VARIABLES",
    "CannotCarry",
    "Certainty",
    "Families",
    "Family",
    "Manifest",
    "RenderedFile",
    "Rendering",
    "Sample",
    "Values",
    "Variable",
    "check_samples",
    "samples",
]
