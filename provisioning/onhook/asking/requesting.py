"""One request over HTTP, plain as an old softphone's: no redirect, no compression, no cookies."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NameResolutionError

from onhook import __version__
from onhook.asking.answers import Answer
from onhook.asking.certificates import PATIENCE_S, of_socket
from onhook.asking.errors import (
    AnswerCut,
    AnswerTooLarge,
    BadAddress,
    HostClosed,
    HostSilent,
    HostUnknown,
    TlsRefused,
)
from onhook.hosts import host_of

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from requests import Response

    from onhook_devices.errors import OnhookError

USER_AGENT: Final = f"onhook/{__version__} (inspect)"
_CHUNK_BYTES = 1 << 16


def request(
    method: str,
    url: str,
    context: ssl.SSLContext | None,
    *,
    accept: str = "",
    most_bytes: int = 0,
) -> Answer:
    """Ask for `url` and return the answer, whatever its status.

    Args:
        method: ``HEAD`` or ``GET``.
        url: A secret.
        context: Whom to trust; None for ``http``.
        accept: What is wanted; '' sends no such header, as Linphone does.
        most_bytes: How much of the body is read.

    Raises:
        InvalidInput: The address cannot be asked, or the answer is too large or cut off.
        StorageFault: The host is not reached, or says nothing.
    """
    host = host_of(url)
    # At its finer levels it logs paths, and a path here is a secret.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    try:
        with (
            _session(context) as session,
            session.request(
                method,
                url,
                headers={"Accept": accept or None},
                timeout=PATIENCE_S,
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            body = b"".join(_parts(response, host, most_bytes)) if most_bytes else b""
            return Answer(response.status_code, response.headers, body)
    # What the libraries say holds the path.
    except requests.RequestException as error:
        raise _fault(host, error) from None
    except urllib3.exceptions.ReadTimeoutError:
        raise HostSilent(host, str(PATIENCE_S)) from None
    except urllib3.exceptions.HTTPError:
        raise AnswerCut(host) from None
    except (UnicodeError, ValueError):
        raise BadAddress(host) from None


class _Plain(requests.Session):
    """Follows no redirect, and does not read what stands beside one."""

    def get_redirect_target(self, resp: Response) -> str | None:
        del resp
        return None


class _Trusting(HTTPAdapter):
    """Trusts whom a context trusts."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context  # the base makes its pool at once
        super().__init__()

    def init_poolmanager(self, *sizes: Any, **more: Any) -> None:
        super().init_poolmanager(*sizes, ssl_context=self._context, **more)


def _session(context: ssl.SSLContext | None) -> requests.Session:
    session = _Plain()
    session.trust_env = False  # no proxy, no netrc: a phone has neither
    session.headers.clear()
    session.headers["User-Agent"] = USER_AGENT
    if context is not None:
        session.mount("https://", _Trusting(context))
    return session


def _parts(response: Response, host: str, most_bytes: int) -> Iterator[bytes]:
    """Yield the body as it comes over the line: what is packed stays packed."""
    left = most_bytes
    while part := response.raw.read(_CHUNK_BYTES, decode_content=False):
        left -= len(part)
        if left < 0:
            raise AnswerTooLarge(host, f"{most_bytes >> 20} MiB")
        yield part


def _fault(host: str, error: Exception) -> OnhookError:

    if isinstance(error, requests.exceptions.SSLError):
        return TlsRefused(host, "-")
    if isinstance(error, requests.Timeout):
        return HostSilent(host, str(PATIENCE_S))
    causes = list(_causes(error))
    if any(isinstance(one, NameResolutionError) for one in causes):
        return HostUnknown(host)
    failed = next((one for one in causes if isinstance(one, OSError) and one.errno), None)
    if failed is not None:
        return of_socket(host, failed)
    if isinstance(error, requests.ConnectionError):
        return HostClosed(host, "no answer in HTTP")
    return BadAddress(host)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield what lies below an error; libraries put it into arguments as well."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
