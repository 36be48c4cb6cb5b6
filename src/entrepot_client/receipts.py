"""Receipts, checked by the stand-alone verifier."""

from entrepot_verify.receipt import Proof, Rejected, Trust, verify

__all__ = ["Proof", "Rejected", "Trust", "proven"]


def proven(receipt: str, trust: Trust | str, statement: str) -> Proof:
    """What a receipt proves; Rejected where it does not hold, or is that of another statement."""
    proof = verify(receipt.encode(), trust)
    if (proof.statement or {}).get("id") != statement:
        raise Rejected("this is the receipt of another statement", "这是另一项陈述的凭证")
    return proof
