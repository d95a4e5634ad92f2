"""Stand-in for the server: a small site over the real pages."""

from __future__ import annotations

import threading
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from re import findall
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from onhook.delivery.judging import answered, judge
from onhook.web.pages import Answer, dead_page, entry_page, landing_page
from onhook.web.platforms import HINTS_WANTED, told_by
from tests.web.making import FACTS, HELP, LINPHONE

if TYPE_CHECKING:
    from onhook.delivery.facts import Told
    from onhook.words import Language

_LINKS = {"/s/CX": FACTS, "/s/LINPHONE": LINPHONE}


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        lang = self._language(query.get("lang", ""))
        if parts.path == "/favicon.ico":
            self._send(b"", 204)
        elif parts.path in _LINKS:
            self._page(self._landing(parts.path, query, lang))
        elif parts.path == "/":
            self._page(entry_page(HELP, lang))
        else:
            self._page(dead_page(HELP, lang), 404)

    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["content-length"])).decode()))
        if self.path == "/":
            self._page(entry_page(HELP, self._language(form["lang"]), "wrong"), 404)
            return
        told = answered(self._told(), form.get("platform", ""), form.get("level", ""))
        assert judge(FACTS, told).verdict == "fine"
        headers = {"content-disposition": 'attachment; filename="c.3cxconfig"'}
        self._send(b"<config/>", 200, headers)

    def _landing(self, path: str, query: dict[str, str], lang: Language) -> str:
        base = f"http://{self.headers['host']}"
        facts = replace(_LINKS[path], page_path=path, kit_url=f"{base}/k/X")
        answer = Answer(query.get("platform", ""), query.get("level", ""))
        told = answered(self._told(), answer.platform, answer.level)
        return landing_page(facts, told, lang, answer)

    def _language(self, asked: str) -> Language:
        wanted = asked or self.headers.get("accept-language", "")
        return "en" if wanted.startswith("en") else "ja"

    def _told(self) -> Told:
        return told_by({name.lower(): value for name, value in self.headers.items()})

    def _page(self, html: str, status: int = 200) -> None:
        hashes = " ".join(
            f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'"
            for one in findall("(?s)<style>(.*?)</style>", html)
        )
        policy = (
            "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
            f"img-src data:; style-src {hashes}"
        )
        self._send(
            html.encode(),
            status,
            {
                "content-type": "text/html; charset=utf-8",
                "content-security-policy": policy,
                **HINTS_WANTED,
            },
        )

    def _send(self, body: bytes, status: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Stand:
    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def page(self, family: str) -> str:
        return f"{self.base}/s/{'LINPHONE' if family == 'linphone' else 'CX'}"

    @property
    def dead(self) -> str:
        return f"{self.base}/s/NOTHING"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
