"""A paper in XML: UBL or CII."""

from datetime import date

from entrepot.gateways.cii import is_cii, read_cii
from entrepot.gateways.extract import Found
from entrepot.gateways.ubl import from_xml, read_ubl


def read_xml(data: bytes, today: date) -> tuple[str, str, Found]:
    """Format, kind and what was found in a UBL or CII document."""
    root = from_xml(data)
    return ("CII XML", *read_cii(root, today)) if is_cii(root) else ("UBL XML", *read_ubl(root, today))
