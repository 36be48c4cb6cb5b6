"""The receipt: one text that proves, without the platform, that a statement stands in its log.

It is a proof in C2SP tlog-proof form, so any reader of that form can check it:

    c2sp.org/tlog-proof@v1
    extra BASE64        canonical JSON {"salt":"<64 hex digits>","statement":{…},"type":"<kind>","v":1}
    index N             the leaf's place in the log, from 0
    BASE64 …            the sibling hashes from the leaf up, one a line
                        (an empty line)
    …                   the checkpoint: a signed note

From the extra data the leaf follows as the evidence module's rules say. A receipt tells the whole statement to whoever reads it.
"""

from collections.abc import Sequence

from entrepot.kernel.canonical import CanonicalError, canonical, from_canonical
from entrepot.modules.evidence.rules.tree import entry_bytes, leaf_hash, salted_digest, verify_inclusion
from entrepot.store.notes import Checkpoint, split_note, to_base64

RECEIPT_LIMIT = 1_048_576  # bytes; verifiers read no more
_FIRST_LINE = "c2sp.org/tlog-proof@v1"


class ReceiptError(ValueError):
    """No receipt can be made of these parts: they do not prove the statement."""


def make_receipt(
    statement: bytes, salt: bytes, index: int, path: Sequence[bytes], checkpoint: str, kind: str = "submission"
) -> str:
    """The receipt of a statement (canonical bytes) at `index` of the log whose signed `checkpoint` note is given.

    The parts are checked against each other first: a receipt that proves nothing is never handed out. The signature is
    not: the note comes from the store itself.
    """
    try:
        head = Checkpoint.parse(split_note(checkpoint)[0])
        leaf = leaf_hash(entry_bytes(kind, salted_digest(statement, salt)))
        verify_inclusion(leaf, index, head.size, path, head.root)
        said = from_canonical(statement)
        if not isinstance(said, dict):
            raise CanonicalError("", "a statement is an object")
        extra = canonical({"salt": salt.hex(), "statement": said, "type": kind, "v": 1})
    except ValueError as error:
        raise ReceiptError(str(error)) from error
    receipt = proof_text(index, path, checkpoint, extra)
    if len(receipt.encode()) > RECEIPT_LIMIT:
        raise ReceiptError(f"a receipt of more than {RECEIPT_LIMIT:,} bytes")
    return receipt


def proof_text(index: int, path: Sequence[bytes], checkpoint: str, extra: bytes = b"") -> str:
    """The parts of a proof as C2SP tlog-proof writes them; without extra data it proves an entry and tells nothing of it."""
    told = [f"extra {to_base64(extra)}"] if extra else []
    return "\n".join([_FIRST_LINE, *told, f"index {index}", *map(to_base64, path), "", checkpoint])
