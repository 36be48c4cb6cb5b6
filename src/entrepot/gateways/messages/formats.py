"""The formats at hand: how messages are written, and how they are recognised and read."""

from collections.abc import Callable, Mapping
from datetime import date

from msgspec import Struct

from entrepot.gateways.extract import Found
from entrepot.gateways.messages.cn import fields as cn
from entrepot.gateways.messages.cn.reading import read_declaration as read_cn
from entrepot.gateways.messages.cn.receipts import read_import_response, read_result
from entrepot.gateways.messages.cn.writing import ChinaFormat
from entrepot.gateways.messages.edifact.cusdec_writing import CusdecFormat
from entrepot.gateways.messages.edifact.door import read_edifact
from entrepot.gateways.messages.edifact.invoic import read_xml as read_invoic_xml
from entrepot.gateways.messages.message import Format
from entrepot.gateways.messages.ubl_customs.writing import UblFormat
from entrepot.gateways.messages.wco.messages import read_wco
from entrepot.gateways.messages.wco.movement import read_movement
from entrepot.gateways.messages.wco.writing import WcoFormat
from entrepot.gateways.messages.xml import root_name


class Reader(Struct, frozen=True):
    """A way to read messages. `form` is the name of the format on an extract; `read` gives the kind (`customs_declaration`,
    `customs_answer` …) and what was found, or raises Refusal."""

    form: str
    media_type: str
    read: Callable[[bytes, date], tuple[str, Found]]


FORMATS: Mapping[str, Format] = {
    "wco": WcoFormat(),
    "ubl": UblFormat(),
    "cn": ChinaFormat(),
    "cusdec": CusdecFormat(),
}
"""What a declaration can be written in, by the name that a user writes: wco, ubl, cn, cusdec."""

_WCO = Reader("WCO XML", "application/xml", read_wco)

XML_READERS: tuple[tuple[str, Reader], ...] = (
    ("{urn:wco:datamodel:WCO:", _WCO),
    ("MetaData", _WCO),  # as HMRC's notifications come, without namespaces
    ("{http://uk/gov/hmrc/mdg/declarationmanagement/submitdeclaration/", _WCO),
    ("{http://gov.uk/customs/FullDeclarationDataRetrievalService}", _WCO),
    ("{http://gov.uk/customs/inventoryLinking", Reader("port inventory XML", "application/xml", read_movement)),
    (f"{{{cn.NAMESPACE}}}DecMessage", Reader("China single window XML", "application/xml", read_cn)),
    (f"{{{cn.NAMESPACE}}}DecImportResponse", Reader("China single window XML", "application/xml", read_import_response)),
    ("DEC_", Reader("China single window XML", "application/xml", read_result)),
    ("M_INVOIC", Reader("EDIFACT XML", "application/xml", read_invoic_xml)),
)
"""By how the root element begins, `{namespace}name`."""

TEXT_READERS: tuple[tuple[tuple[bytes, ...], Reader], ...] = (
    ((b"UNA", b"UNB"), Reader("EDIFACT", "application/edifact", read_edifact)),
)
"""By how the file begins, for messages that are no XML."""


def read_message(data: bytes, today: date) -> tuple[str, str, Found] | None:
    """Format, kind and what was found, where the content is a customs message; else None. Raises Refusal."""
    reader = _reader(data)
    return None if reader is None else (reader.form, *reader.read(data, today))


def media_types() -> dict[str, str]:
    """The media type of each format by its name on an extract."""
    readers = [reader for _, reader in XML_READERS] + [reader for _, reader in TEXT_READERS]
    return {reader.form: reader.media_type for reader in readers}


def _reader(data: bytes) -> Reader | None:
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:3]
    if start.startswith(b"<"):
        root = root_name(data)
        return next((reader for beginning, reader in XML_READERS if root.startswith(beginning)), None)
    return next((reader for beginnings, reader in TEXT_READERS if start.startswith(beginnings)), None)
