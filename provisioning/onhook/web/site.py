"""The public pages and links. It can only deliver."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Route

from onhook.delivery.judging import answered, judge
from onhook.web import answers, pages
from onhook.web.forms import FormTooLarge, read_form
from onhook.web.front import FAULT
from onhook.web.languages import language_of, quality
from onhook.web.platforms import told_by
from onhook.words import LANGUAGES
from onhook_devices.errors import StorageFault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ExceptionHandler

    from onhook.delivery.facts import LandingFacts, Told
    from onhook.delivery.fetching import Delivery
    from onhook.web.failures import Failures
    from onhook.words import Language

    _Typed = tuple[str, str]

_HINTS = ("user-agent", "sec-ch-ua-platform", "sec-ch-ua-platform-version")
_LONGEST_ACCEPT = 500
_LONGEST_ANSWER = 40
DEAD_LINE = "This link does not work (any more).\n"
LIMITED_LINE = "Too many attempts. Try again later.\n"


class Site:
    """What each address answers.

    Args:
        delivery: Delivers.
        failures: Limits what leads nowhere.
        language: Of pages where neither browser nor customer names one.
    """

    def __init__(self, delivery: Delivery, failures: Failures, language: Language) -> None:
        self._delivery = delivery
        self._failures = failures
        self._language: Language = language

    def application(self) -> Starlette:
        """Return the application; `onhook.web.front` goes round it."""
        app = Starlette(
            routes=[
                Route("/k/{token}", self.kit, methods=["GET"]),
                Route("/s/{token}", self.page, methods=["GET"]),
                Route("/s/{token}", self.hand_over, methods=["POST"]),
                Route("/", self.entry, methods=["GET"]),
                Route("/", self.enter, methods=["POST"]),
                Route("/robots.txt", self.robots, methods=["GET"]),
                Route("/favicon.ico", self.icon, methods=["GET"]),
            ],
            exception_handlers={
                HTTPException: cast("ExceptionHandler", self.nothing_here),
                FormTooLarge: cast("ExceptionHandler", self.too_large),
                ClientDisconnect: self.gone,
                StorageFault: self.later,
                Exception: self.sorry,
            },
        )
        app.router.redirect_slashes = False  # it would send people to whatever Host says
        return app

    async def kit(self, request: Request) -> Response:
        """``/k/TOKEN``: the config for an app, the page for a camera's browser."""
        token = request.path_params["token"]
        if wants_page(request.headers):
            return await self._landing(request, token)
        if request.method == "HEAD":
            found = await self._delivery.measure(token)
        else:
            found = await self._delivery.fetch(token, told(request), address(request))
        return self._dead(request) if found is None else answers.file(found)

    async def page(self, request: Request) -> Response:
        """``/s/TOKEN``: always the page."""
        return await self._landing(request, request.path_params["token"])

    async def hand_over(self, request: Request) -> Response:
        """POST ``/s/TOKEN``: the file, if the phone may have it (J-A2)."""
        token = request.path_params["token"]
        fields = await read_form(request)
        facts = await self._delivery.look(token)
        if facts is None:
            return self._dead(request)
        answer = _answer(fields)
        known = answered(told(request), *answer)
        if judge(facts, known).verdict != "fine":
            return self._shown(request, facts, known, answer, fields.get("lang", ""))
        found = await self._delivery.fetch(token, known, address(request), "file")
        return self._dead(request) if found is None else answers.file(found)

    async def entry(self, request: Request) -> Response:
        """``/``: where a short code is typed."""
        return answers.page(pages.entry_page(self._delivery.help, self._tongue(request)))

    async def enter(self, request: Request) -> Response:
        """POST ``/``: from a short code to its page."""
        fields = await read_form(request)
        where = address(request)
        if self._failures.is_over(where):
            return self._refused_code(request, "over", 429)
        entered = await self._delivery.enter(fields.get("code", ""), where)
        if entered.state == "found":
            return answers.elsewhere(entered.page_path)
        if entered.state == "over" or not self._failures.add(where):
            return self._refused_code(request, "over", 429)
        return self._refused_code(request, "wrong", 404)

    async def robots(self, _request: Request) -> Response:
        """Keep search engines out."""
        return answers.plain("User-agent: *\nDisallow: /\n", 200)

    async def icon(self, _request: Request) -> Response:
        """Have none: browsers ask for it with every page."""
        return answers.plain("", 204)

    async def nothing_here(self, request: Request, error: HTTPException) -> Response:
        """Answer for an address or a method that there is not."""
        if error.status_code == 404:  # noqa: PLR2004 - HTTP's number
            return self._dead(request)
        headers = dict(error.headers or {})
        if "Allow" in headers:  # starlette names those of one route, and a path may have two
            headers["Allow"] = _allowed(request.scope["path"])
        return answers.plain("", error.status_code, headers)

    async def too_large(self, _request: Request, _error: FormTooLarge) -> Response:
        """Answer for a body that is no form of ours, and read no more of it."""
        return answers.plain("", 413, {"Connection": "close"})

    async def gone(self, _request: Request, _error: Exception) -> Response:
        """Answer nobody: who asked went away, or was cut off, before all of it had come."""
        return answers.plain("", 400)

    async def later(self, request: Request, error: Exception) -> Response:
        """Answer while the database cannot be used."""
        request.scope[FAULT] = error
        return self._out(request, 503, {"Retry-After": str(answers.RETRY_AFTER_S)})

    async def sorry(self, request: Request, _error: Exception) -> Response:
        """Answer where something failed that should not; what it was is raised further."""
        return self._out(request, 500, {})

    def _out(self, request: Request, status: int, headers: dict[str, str]) -> Response:
        if not wants_page(request.headers):
            return answers.plain("Try again later.\n", status, headers)
        html = pages.busy_page(self._delivery.help, self._tongue(request))
        return answers.page(html, status, headers)

    async def _landing(self, request: Request, token: str) -> Response:
        facts = await self._delivery.look(token)
        if facts is None:
            return self._dead(request)
        asked = request.query_params
        answer = _answer(asked)
        known = answered(told(request), *answer)
        if request.method != "HEAD":
            await self._delivery.opened(token, known, address(request))
        return self._shown(request, facts, known, answer, asked.get("lang", ""))

    def _shown(
        self, request: Request, facts: LandingFacts, known: Told, answer: _Typed, language: str
    ) -> Response:
        chosen = _chosen(request, language, "ja" if facts.language == "ja" else "en")
        return answers.page(pages.landing_page(facts, known, chosen, pages.Answer(*answer)))

    def _dead(self, request: Request) -> Response:
        """Answer for every link that does not work, one and the same for each reason."""
        is_limited = not self._failures.add(address(request))
        status, headers = (429, {"Retry-After": "60"}) if is_limited else (404, {})
        if not wants_page(request.headers) and request.scope["path"].startswith("/k/"):
            return answers.plain(LIMITED_LINE if is_limited else DEAD_LINE, status, headers)
        return answers.page(self._dead_page(self._tongue(request), is_limited), status, headers)

    @lru_cache(4)  # noqa: B019 - as many as there are, and the site lives as long as the process
    def _dead_page(self, language: Language, is_limited: bool) -> str:  # noqa: FBT001 - a cache's key
        show = pages.limited_page if is_limited else pages.dead_page
        return show(self._delivery.help, language)

    def _refused_code(self, request: Request, state: pages.EntryState, status: int) -> Response:
        html = pages.entry_page(self._delivery.help, self._tongue(request), state)
        return answers.page(html, status, {"Retry-After": "600"} if status == 429 else {})  # noqa: PLR2004 - HTTP's number

    def _tongue(self, request: Request) -> Language:
        return _chosen(request, request.query_params.get("lang", ""), self._language)


def _allowed(path: str) -> str:
    return "GET, HEAD, POST" if path == "/" or path.startswith("/s/") else "GET, HEAD"


def _answer(fields: Mapping[str, str]) -> _Typed:
    """Return platform and version as a person answered them; ours are short."""
    return fields.get("platform", "")[:_LONGEST_ANSWER], fields.get("level", "")[:_LONGEST_ANSWER]


def address(request: Request) -> str:
    """Return the network address a request comes from, as the proxies that are believed tell it."""
    return request.client.host if request.client else ""


def told(request: Request) -> Told:
    """Return what a request tells of its phone."""
    get = request.headers.get
    return _told(tuple(get(name, "") for name in _HINTS))


@lru_cache(512)
def _told(values: tuple[str, ...]) -> Told:
    """Remember what headers told: phones of a kind send the same."""
    return told_by(dict(zip(_HINTS, values, strict=True)))


def wants_page(headers: Mapping[str, str]) -> bool:
    """Tell whether a browser asks: it names ``text/html``. Apps ask for anything or nothing."""
    accepted = headers.get("accept", "")[:_LONGEST_ACCEPT].lower()
    if "text/html" not in accepted or headers.get("x-linphone-provisioning") == "1":
        return False
    for part in accepted.split(","):
        kind, _, parameters = part.partition(";")
        if kind.strip() == "text/html":
            return quality(parameters) > 0
    return False


def warm_up() -> None:
    """Load now what the first phone would wait half a second for."""
    told_by({"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X)"})


def _chosen(request: Request, asked: str, default: Language) -> Language:
    """Return the language somebody asked for, else what the browser likes, else `default`."""
    liked = language_of(_accepted(request), default)
    return next((one for one in LANGUAGES if one == asked), liked)


def _accepted(request: Request) -> str:
    return request.headers.get("accept-language", "")
