"""Parties of a declaration as WCO elements."""

import re
from collections.abc import Mapping

from entrepot.gateways.messages.fitting import Fitting, fits
from entrepot.gateways.messages.markup import branch, leaf
from entrepot.gateways.messages.wco.names import AEO_ROLES, ROLE_PARTIES
from entrepot.kernel.vocabulary.decisions import Declaration

_CITY = re.compile(r"[^0-9]{1,35}")
_POSTCODE = re.compile(r"(?=.*[0-9])[A-Z0-9 -]{3,9}")


def party(fitting: Fitting, element: str, path: str) -> str:
    """A party by name, number and address; the name in one language, the number or else its customs record."""
    name = fitting.text(f"{path}.name", 70) or fitting.text(f"{path}.name_zh", 70)
    return branch(element, leaf("Name", name), _number(fitting, path), _address(fitting, path))


def _number(fitting: Fitting, path: str) -> str:
    number = fitting.text(f"{path}.number", 17)
    return (
        leaf("ID", number) if number else leaf("ID", fitting.text(f"{path}.customs_code", 17), schemeID="customs_code")
    )


def _address(fitting: Fitting, path: str) -> str:
    """Country and address; the address goes into line, town and postcode so that they make the same words again."""
    parts = {"CityName": "", "Line": "", "PostcodeID": ""}
    words = fitting.take.look(f"{path}.address").split(", ")
    if words[1:] and _POSTCODE.fullmatch(words[-1]):
        parts["PostcodeID"] = words.pop()
    if words[1:] and _CITY.fullmatch(words[-1]):
        parts["CityName"] = words.pop()
    parts["Line"] = ", ".join(words)
    if fits(parts["Line"], 70):
        fitting.take(f"{path}.address")
    else:
        parts = dict.fromkeys(parts, "")
    country = fitting.country(f"{path}.country")
    return branch(
        "Address",
        leaf("CityName", parts["CityName"]),
        leaf("CountryCode", country),
        leaf("Line", parts["Line"]),
        leaf("PostcodeID", parts["PostcodeID"]),
    )


def role_parties(fitting: Fitting, declaration: Declaration, element: str, longest: int = 3) -> str:
    """The parties that an element holds several of, parted by a code."""
    part, code_name = ROLE_PARTIES[element]
    made = ""
    for key in declaration.other_parties:
        name, _, code = key.partition(".")
        if name != part or not fits(code, longest) or not fitting.take.look(f"party/{key}.number"):
            continue
        path = f"party/{key}"
        words = leaf("Name", fitting.text(f"{path}.name", 70)) if element == "Agent" else ""
        address = _address(fitting, path) if element == "Agent" else ""
        made += branch(element, words, leaf("ID", fitting.text(f"{path}.number", 17)), leaf(code_name, code), address)
    return made


def aeo_parties(fitting: Fitting, paths: Mapping[str, str]) -> str:
    """The authorised economic operators among the parties; `paths` is where each part stands on the declaration."""
    made = ""
    for role, part in AEO_ROLES.items():
        if part in paths and (number := fitting.text(f"{paths[part]}.aeo", 17)):
            made += branch("AEOMutualRecognitionParty", leaf("ID", number), leaf("RoleCode", role))
    return made
