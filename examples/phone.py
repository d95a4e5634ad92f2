"""Do with a kit's QR code what a softphone does: read it, and fetch the config behind it.

    python examples/phone.py KIT/qr.png http://127.0.0.1:8080

The address in the example office's QR codes is made up, so the second word says where its server
listens. The link and the config are secrets and are not shown.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import requests
import zxingcpp
from PIL import Image


def main(picture: Path, server: str) -> None:
    """Fetch the config of the kit whose QR code is `picture`; fail unless it is what was issued."""
    with Image.open(picture) as image:
        (code,) = zxingcpp.read_barcodes(image)
    link = urlsplit(code.text)
    print(f"scanned: {link.scheme}://{link.netloc}/k/...")

    answer = requests.get(server + link.path, headers={"User-Agent": "Unknown"}, timeout=30)
    answer.raise_for_status()
    told = answer.headers
    print(f"fetched: {told['Content-Type']}, {told['Content-Length']} bytes")
    print(f"         {told['Content-Disposition']}")

    manifest = json.loads(picture.with_name("manifest.json").read_text("utf-8"))
    if sha256(answer.content).hexdigest() not in manifest["files"].values():
        sys.exit("this is not what was issued")
    print("         byte for byte what was issued")


main(Path(sys.argv[1]), sys.argv[2])
