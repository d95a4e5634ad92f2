"""User-Agent headers as real devices send them."""

from __future__ import annotations


def iphone(system: str, rest: str) -> str:
    """Return what a browser on an iPhone of the version `system` sends."""
    return (
        f"Mozilla/5.0 (iPhone; CPU iPhone OS {system} like Mac OS X) "
        f"AppleWebKit/605.1.15 (KHTML, like Gecko) {rest}"
    )


def safari(version: str) -> str:
    """Return how Safari ends its header on an iPhone."""
    return f"Version/{version} Mobile/15E148 Safari/604.1"


def chromium(system: str, *, version: str = "140.0.0.0 Mobile") -> str:
    """Return what Chromium sends."""
    return (
        f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{version} Safari/537.36"
    )


IPHONE_8_0_2 = iphone("8_0_2", safari("8.0"))
IPHONE_17 = iphone("17_5_1", safari("17.5"))
IPHONE_26 = iphone("18_7", safari("26.2"))
LINE_17 = iphone("17_5", "Mobile/15E148 Safari Line/14.5.0")
LINE_26 = iphone("18_7", "Mobile/15E148 Safari Line/15.0.0")
IPAD_12 = (
    "Mozilla/5.0 (iPad; CPU OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1"
)
ANDROID_4_0_3 = (
    "Mozilla/5.0 (Linux; U; Android 4.0.3; ja-jp; SC-02C Build/IML74K) AppleWebKit/534.30 "
    "(KHTML, like Gecko) Version/4.0 Mobile Safari/534.30"
)
ANDROID_2_3 = (
    "Mozilla/5.0 (Linux; U; Android 2.3.6; ja-jp; SC-02B Build/GINGERBREAD) AppleWebKit/533.1 "
    "(KHTML, like Gecko) Version/4.0 Mobile Safari/533.1"
)
PIXEL = chromium("Linux; Android 10; K")  # frozen: it may be any Android
WINDOWS = chromium("Windows NT 10.0; Win64; x64", version="140.0.0.0")
MAC_CHROME = chromium("Macintosh; Intel Mac OS X 10_15_7", version="140.0.0.0")
CHROMEBOOK = chromium("X11; CrOS x86_64 14541.0.0", version="140.0.0.0")
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
MAC_OR_IPAD = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Safari/605.1.15"
)
WINDOWS_PHONE = (
    "Mozilla/5.0 (Mobile; Windows Phone 8.1; Android 4.0; ARM; Trident/7.0; Touch; rv:11.0; "
    "IEMobile/11.0; NOKIA; Lumia 520) like iPhone OS 7_0_3 Mac OS X AppleWebKit/537 Mobile"
)
LINPHONE = "Unknown"
