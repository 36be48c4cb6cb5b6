"""Whether a WCO message is valid by the schemas at hand. For surveys and tests: nothing is validated while reading."""

from pathlib import Path

from lxml import etree

from entrepot.gateways.messages.wco.names import META

_RESPONSE = "urn:wco:datamodel:WCO:RES-DMS:2"
_RESPONSE_TYPES = "urn:wco:datamodel:WCO:Response_DS:DMS:2"
# The profile's notification schema takes any response; this asks for one that is valid itself.
_WRAPPER = f"""<xs:schema targetNamespace="{META}" xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
<xs:include schemaLocation="DocumentMetaData_2_DMS.xsd"/>
<xs:import namespace="{_RESPONSE}" schemaLocation="WCO_RES_2_DMS.xsd"/></xs:schema>"""


class WcoSchemas:
    """The schemas of a folder (`wco/declaration`, `wco/notification` and `customs/wrapper_submit.xsd` in it)."""

    def __init__(self, folder: Path) -> None:
        response = (folder / "wco" / "notification" / "response.xsd").resolve().as_uri()
        cancel = folder / "customs" / "wrapper_cancel.xsd"
        self.declaration = etree.XMLSchema(file=str(folder / "customs" / "wrapper_submit.xsd"))
        self.cancellation = etree.XMLSchema(file=str(cancel))
        self.response = etree.XMLSchema(etree.fromstring(_WRAPPER.encode(), base_url=response))

    def valid(self, data: bytes) -> bool | None:
        """Whether a message is valid; None for a file that is no such message, malformed XML included. A message in another's
        wrapper is taken out, and a notification without namespaces has them put back: that is how they are sent."""
        try:
            root = etree.fromstring(data)
        except (etree.XMLSyntaxError, ValueError):
            return None
        if root.tag == "MetaData":
            _name(root)
        inner = next(root.iter(f"{{{META}}}MetaData"), None)
        if inner is None:
            return None
        message = etree.fromstring(etree.tostring(inner, with_tail=False))
        declares = any(str(child.tag).endswith("DEC-DMS:2}Declaration") for child in message)
        return (self.declaration if declares else self.response).validate(message)


def _name(root: etree._Element) -> None:
    """Put the namespaces of a notification back."""
    for element in root.iter("{*}*"):
        parent = element.getparent()
        if element.tag == "DateTimeString":
            space = _RESPONSE_TYPES
        elif parent is None or (parent is root and element.tag != "Response"):
            space = META
        else:
            space = _RESPONSE
        element.tag = f"{{{space}}}{element.tag}"
