"""Texts as the QR room meets them, the same in every run."""

import random
from itertools import count

from onhook.qr import encode

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_TOKENS = (BASE32, BASE32.lower(), "0123456789", _LOWER + BASE32 + "0189-_")


def link(rng: random.Random, host: str = "phone.sakura-denki.example") -> str:
    """Return a link with a token of 130 random bits, as kits carry it."""
    return f"https://{host}/k/" + "".join(rng.choices(BASE32, k=26))


def varied_urls(version: int, part: int, how_many: int) -> list[str]:
    """Return URLs that differ in host, token, alphabet and lengths, all of one version."""
    rng = random.Random(f"{version} {part}")  # noqa: S311 - repeatable, not secret
    candidates = (_url(rng, longest=18 * version) for _ in count())
    fitting = (url for url in candidates if encode(url).size == 17 + 4 * version)
    return [next(fitting) for _ in range(how_many)]


def _url(rng: random.Random, longest: int) -> str:
    scheme = rng.choice(("https", "http", "HTTPS", "linphone-config"))
    host = "".join(rng.choices(_LOWER + "-.", k=rng.randint(1, longest)))
    token = "".join(rng.choices(rng.choice(_TOKENS), k=rng.randint(0, longest // 2)))
    return f"{scheme}://{host}{rng.choice(('/', '/k/', ':8443/k/', '?t='))}{token}"
