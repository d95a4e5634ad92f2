"""Say what is set up, what is not, and how to mend it; also where little is left to work with.

A check is one function of the `Site`. It yields what it finds, each with a grade and a cure, and a
`Note` of what is well. An error that it raises is a fault, too, and spoils the checks that need it;
one that fails unexpectedly ends no other.
"""

from onhook.doctor.examining import examine
from onhook.doctor.findings import GRADES, Finding, Result
from onhook.doctor.site import Site

__all__ = ["GRADES", "Finding", "Result", "Site", "examine"]
