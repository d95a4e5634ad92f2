"""What one would write instead of onhook: no checks, no sealing, no records, nothing kept.

python naive.py EXTENSIONS.csv FOLDER
"""

import base64
import csv
import os
import sys
from pathlib import Path

import jinja2
import qrcode

PBX = "pbx.sakura-denki.example"
LINKS = "https://phone.sakura-denki.example/k/"


def main(extensions: str, folder: str) -> None:
    source = Path(__file__).with_name("naive.xml.j2").read_text(encoding="utf-8")
    template = jinja2.Template(source, autoescape=True)
    with Path(extensions).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            kit = Path(folder) / row["Number"]
            kit.mkdir(parents=True)
            url = LINKS + base64.b32encode(os.urandom(16)).decode().rstrip("=")
            config = template.render(row, pbx=PBX, url=url)
            name = f"3cxprov_{row['Number']}.3cxconfig"
            (kit / name).write_text(config, encoding="utf-8")
            with (kit / "qr.png").open("wb") as picture:
                qrcode.make(url).save(picture)


main(*sys.argv[1:])
