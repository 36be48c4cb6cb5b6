"""Parties of a declaration as UBL parties."""

from entrepot.gateways import paper_values as values
from entrepot.gateways.messages.fitting import Fitting
from entrepot.gateways.messages.ubl_customs.building import aggregate, basic

_LONG = 1000


def party(fitting: Fitting, element: str, path: str) -> str:
    """A party in its element."""
    return aggregate(element, *body(fitting, path))


def body(fitting: Fitting, path: str) -> tuple[str, ...]:
    """A party by numbers, names and address. One without name and number is nobody to a reader: it is not written."""
    if not any(fitting.take.look(f"{path}.{field}") for field in ("name", "name_zh", "number")):
        return ()
    names = (fitting.text(f"{path}.name", _LONG), fitting.text(f"{path}.name_zh", _LONG))
    country = fitting.country(f"{path}.country")
    address = aggregate(
        "PostalAddress",
        aggregate("AddressLine", basic("Line", fitting.text(f"{path}.address", _LONG))),
        aggregate("Country", basic("IdentificationCode", country)),
    )
    return (
        _numbered(fitting.text(f"{path}.number", _LONG)),
        _numbered(fitting.text(f"{path}.aeo", _LONG), "AEO"),
        _numbered(fitting.text(f"{path}.customs_code", _LONG), "customs_code"),
        "".join(aggregate("PartyName", basic("Name", name)) for name in names),
        address,
        aggregate("PartyLegalEntity", basic("CompanyID", _credit_code(fitting, path))),
    )


def _numbered(number: str, scheme: str = "") -> str:
    return aggregate("PartyIdentification", basic("ID", number, schemeID=scheme))


def _credit_code(fitting: Fitting, path: str) -> str:
    """The unified social credit code, which readers know by its check character alone."""
    return fitting.text(f"{path}.uscc", 18) if values.is_uscc(fitting.take.look(f"{path}.uscc")) else ""
