"""Programs that are not ours write an account's file, and read one back."""

from __future__ import annotations

import base64
import configparser
import csv
import io
import json
import plistlib
import subprocess
import xmlrpc.client
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.dom import minidom
from xml.etree import ElementTree as ET

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable

    from onhook.families import Values

FIELDS = {
    "Extension": "extension",
    "AuthID": "auth_id",
    "AuthPassword": "password",
    "DisplayName": "display_name",
    "FirstName": "first_name",
    "LastName": "last_name",
    "Email": "mail",
}


@dataclass(frozen=True)
class Writer:
    """One program's way to write a file.

    Attributes:
        name: What it is.
        file: The file's name for extension 101.
        write: Returns an account's file.
        read: Returns what a foreign reader finds in one.
        needs_telling: Whether the form alone leaves open what is what.
        hints: What the installer has to say of the form.
    """

    name: str
    file: str
    write: Callable[[Values], bytes]
    read: Callable[[bytes], object]
    needs_telling: bool = False
    hints: dict[str, str] = field(default_factory=dict)


def record(values: Values) -> dict[str, str]:
    """Return an account's fields by the names a PBX gives them."""
    return {key: getattr(values, name) for key, name in FIELDS.items()}


def _attributes(values: Values) -> bytes:
    root = etree.Element("config", version="3")
    etree.SubElement(root, "account", {**record(values), "expires": "600"})
    root.append(etree.Comment(" do not edit "))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _elements(values: Values) -> ET.Element:
    root = ET.Element("provisioning")
    account = ET.SubElement(root, "account", {"enabled": "1"})
    for key, text in record(values).items():
        ET.SubElement(account, key).text = text
    ET.SubElement(account, "Codecs").text = "PCMU;PCMA"
    ET.indent(root)
    return root


def _utf_16(values: Values) -> bytes:
    stream = io.BytesIO()
    etree.ElementTree(etree.fromstring(_attributes(values))).write(stream, encoding="UTF-16")
    return stream.getvalue()


def _minified(values: Values) -> bytes:
    root = etree.Element("c")
    for key, text in record(values).items():
        etree.SubElement(root, "entry", name=key, overwrite="true").text = text
    return etree.tostring(root, encoding="UTF-8")


def _pretty(values: Values) -> bytes:
    document = minidom.Document()
    root = document.appendChild(document.createElement("settings"))
    for key, text in record(values).items():
        entry = document.createElement("setting")
        entry.setAttribute("name", key)
        entry.setAttribute("value", text)
        root.appendChild(entry)
    return document.toprettyxml(indent="\t", newl="\r\n").encode()


def _in_base64(values: Values) -> bytes:
    root = ET.Element("envelope", {"for": values.extension})
    inner = json.dumps(record(values), ensure_ascii=False).encode()
    ET.SubElement(root, "payload").text = base64.b64encode(inner).decode()
    content: bytes = ET.tostring(root, encoding="utf-8")
    return content


def _read_base64(content: bytes) -> object:
    root = etree.fromstring(content)
    payload = base64.b64decode(root.findtext("payload") or "")
    return root.get("for"), json.loads(payload)


def _ini(values: Values) -> bytes:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as its manual says
    parser["Profile0"] = {"Enabled": "1", **record(values)}
    parser["Codecs"] = {"Order": "PCMU;PCMA;GSM;"}
    stream = io.StringIO(newline="\r\n")
    parser.write(stream)
    return stream.getvalue().encode("utf-16")


def _read_ini(content: bytes) -> object:
    parser = configparser.RawConfigParser()
    parser.read_string(content.decode("utf-16"))
    return {name: dict(parser[name]) for name in parser.sections()}


def _environment(values: Values) -> bytes:
    pairs = [f"{key}={text}" for key, text in record(values).items()]
    ran = subprocess.run(["env", "-i", *pairs, "Port=5061"], capture_output=True, check=True)
    return ran.stdout


def _read_environment(content: bytes) -> object:
    return [line.partition("=") for line in content.decode().split("\n")]


def _links(values: Values) -> bytes:
    query = urlencode(record(values))
    lines = [f"https://pbx.other.example/open?{query}", "https://pbx.other.example/help?lang=x"]
    return "\n".join([*lines, ""]).encode()


def _read_links(content: bytes) -> object:
    return [
        parse_qsl(urlsplit(line).query, strict_parsing=True) for line in content.decode().split()
    ]


def _plist(values: Values) -> bytes:
    return plistlib.dumps({"Account": record(values), "Expires": 600}, sort_keys=False)


def _csv(values: Values) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerows([[*FIELDS, "Kind"], [*record(values).values(), "softphone"]])
    return stream.getvalue().encode("utf-8-sig")


def _read_csv(content: bytes) -> object:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _rpc(values: Values) -> bytes:
    return xmlrpc.client.dumps((record(values),), "provision").encode()


def _canonical(content: bytes) -> object:
    return etree.tostring(etree.fromstring(content), method="c14n")


WRITERS = [
    Writer("xml-attributes", "p_101.xml", _attributes, _canonical),
    Writer(
        "xml-elements",
        "prov_101.3cxconfig",
        lambda values: ET.tostring(_elements(values), encoding="utf-8", xml_declaration=True),
        _canonical,
    ),
    Writer("xml-ascii", "101.xml", lambda values: ET.tostring(_elements(values)), _canonical),
    Writer("xml-utf-16", "101.xml", _utf_16, _canonical),
    Writer("xml-one-line", "min.xml", _minified, _canonical),
    Writer("xml-minidom-crlf", "s.xml", _pretty, _canonical),
    Writer("xml-with-base64", "e.xml", _in_base64, _read_base64, needs_telling=True),
    Writer("xml-rpc", "rpc.xml", _rpc, lambda content: xmlrpc.client.loads(content.decode())),
    Writer("plist", "101.plist", _plist, plistlib.loads),
    Writer("ini-utf-16", "Phone.ini", _ini, _read_ini),
    Writer(
        "json",
        "101.json",
        lambda values: json.dumps(record(values), indent=2).encode(),
        json.loads,
    ),
    Writer(
        "json-unicode",
        "101.json",
        lambda values: json.dumps([record(values)], ensure_ascii=False).encode(),
        json.loads,
    ),
    Writer(
        "key-value",
        "phone.cfg",
        _environment,
        _read_environment,
        hints={"encoding": "utf-8"},
    ),
    Writer("link-list", "links.txt", _links, _read_links),
    Writer("csv", "101.csv", _csv, _read_csv, needs_telling=True),
]
