"""The label of the certificate room."""

from entrepot.kernel.case import Case
from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.certificates import CERTIFICATE, REQUEST
from entrepot.kernel.vocabulary.customs import ENTRY, ENTRY_LINE, PROOF
from entrepot.kernel.vocabulary.decisions import AGREEMENTS, ORIGIN
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CHARGES, PACKING, PARTY, TERMS, TRANSPORT
from entrepot.modules.certificate.rules import assess


def is_asked_for(case: Case) -> bool:
    """Nobody waits for a certificate that nobody asked for."""
    return case.get(REQUEST) is not None or bool(case.conflicts(REQUEST))


MODULE = Module(
    "certificate",
    Text("Certificate of origin", "原产地证书"),
    assess,
    gives=(CERTIFICATE,),
    uses=(LINE, AGREEMENTS, ORIGIN, PROOF, PARTY, TERMS, TRANSPORT, PACKING, CHARGES, ENTRY, ENTRY_LINE),
    hears=(REQUEST,),
    applies=is_asked_for,
)
