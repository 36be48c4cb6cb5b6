"""Signed documents that somebody worked on afterwards: each is rejected, with the reason."""

import re
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from asn1crypto import cms, pem, x509
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, validation
from pyhanko.sign.ades.report import AdESIndeterminate

from entrepot.gateways.signed_pdf import draw, sign_pdf, signatures
from entrepot.gateways.signed_pdf.signing import _Elsewhere
from entrepot.gateways.signed_pdf.structure import covered_up_to
from tests.gateways.signed_pdf.made import (
    NOW,
    RECEIPT,
    authority,
    clock,
    drawn,
    failed,
    invoice,
    results,
    signed,
    signer,
    verified,
)

_LATER = NOW.replace(year=2028)
pdf: Any = generic
name, text = generic.pdf_name, generic.pdf_string


def updated(change: Callable[[Any], None], data: bytes) -> bytes:
    """The file with an incremental update behind it."""
    writer: Any = IncrementalPdfFileWriter(BytesIO(data))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def page_of(writer: Any) -> Any:
    return writer.root["/Pages"]["/Kids"][0]


def other_text(writer: Any) -> None:
    page_of(writer)["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.update_container(page_of(writer))


def same_stream_changed(writer: Any) -> None:
    stream = page_of(writer)["/Contents"]
    stream._data = b"BT ET"
    stream._encoded_data = None
    writer.update_container(stream)


def note_on_the_page(writer: Any) -> None:
    note = pdf.DictionaryObject({name("/Type"): name("/Annot"), name("/Subtype"): name("/FreeText")})
    page_of(writer)["/Annots"] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page_of(writer))


def another_page(writer: Any) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"].append(pages["/Kids"].raw_get(0))
    pages["/Count"] = pdf.NumberObject(2)
    writer.update_container(pages)


def replaced_attachment(writer: Any) -> None:
    spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    spec["/EF"]["/F"] = spec["/EF"]["/UF"] = writer.add_object(generic.StreamObject(stream_data=b"{}"))
    writer.update_container(spec)


def another_attachment(writer: Any) -> None:
    data = embed.EmbeddedFileObject.from_file_data(writer, b"x")
    embed.embed_file(writer, embed.FileSpec("more.txt", embedded_data=data))


def another_title(writer: Any) -> None:
    title = pdf.DictionaryObject({name("/Title"): text("Credit Note")})
    writer.set_info(writer.add_object(title))


def a_script(writer: Any) -> None:
    action = {name("/S"): name("/JavaScript"), name("/JS"): text("app.alert(1)")}
    writer.root["/OpenAction"] = pdf.DictionaryObject(action)
    writer.update_root()


def a_filled_form(writer: Any) -> None:
    field = {name("/FT"): name("/Tx"), name("/T"): text("amount"), name("/V"): text("9")}
    writer.root["/AcroForm"]["/Fields"].append(writer.add_object(pdf.DictionaryObject(field)))
    writer.update_container(writer.root["/AcroForm"]["/Fields"])


def no_form(writer: Any) -> None:
    del writer.root["/AcroForm"]
    writer.update_root()


_CHANGES = [
    other_text, same_stream_changed, note_on_the_page, another_page, replaced_attachment, another_attachment, another_title,
    a_script, a_filled_form,
]  # fmt: skip


@pytest.mark.parametrize("change", _CHANGES, ids=lambda change: change.__name__)
def test_what_is_added_after_signing_is_rejected(change: Callable[[Any], None]) -> None:
    verdict = verified(updated(change, signed()))
    assert not verdict.accepted
    assert "nothing added later" in failed(verdict)
    assert verdict.issuer == ""


def test_the_attachments_told_are_those_that_were_signed() -> None:
    verdict = verified(updated(replaced_attachment, signed()))
    assert verdict.says["attachments"] == verified(signed()).says["attachments"]


def test_proofs_for_later_years_may_be_added_and_nothing_behind_them() -> None:
    out = BytesIO(signed())
    root = x509.Certificate.load(pem.unarmor(authority().certificate)[2])
    validation.DocumentSecurityStore.add_dss(out, None, certs=[root])
    verdict = verified(out.getvalue())
    assert verdict.accepted, failed(verdict)
    assert results(verdict)["end of the file"] == "not checked"
    stamped = signers.PdfTimeStamper(clock()[1]).timestamp_pdf(
        IncrementalPdfFileWriter(BytesIO(out.getvalue())), "sha256"
    )
    assert verified(stamped.getvalue()).accepted
    assert not verified(updated(other_text, stamped.getvalue())).accepted


def test_a_removed_signature_leaves_none() -> None:
    assert "bears no signature" in failed(verified(updated(no_form, signed())))
    assert "bears no signature" in failed(verified(drawn()))


class _Unruly(signers.PdfSigner):
    """Signs what may not be signed again."""

    def _enforce_certification_constraints(self, reader: Any) -> None:
        pass


def approved(data: bytes, field: str, *, xmp: str = "") -> bytes:
    """The file with an approval signature, which allows further ones; `xmp` are the data about the document, where given."""
    meta = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    writer: Any = IncrementalPdfFileWriter(BytesIO(data))
    if xmp:
        writer._update_meta = lambda: None  # the library would write it in its own way
        labels = {name("/Type"): name("/Metadata"), name("/Subtype"): name("/XML")}
        writer.root["/Metadata"] = writer.add_object(generic.StreamObject(labels, stream_data=xmp.encode()))
        writer.update_root()
    out: BytesIO = _Unruly(meta, _Elsewhere(signer())).sign_pdf(writer, bytes_reserved=8192)
    return out.getvalue()


def test_a_second_signature_over_a_certified_document_is_rejected() -> None:
    assert "a signature was added where none may be: Second" in failed(verified(approved(signed(), "Second")))


def test_two_parties_may_sign_a_contract_one_after_the_other() -> None:
    both = approved(approved(draw(invoice(digest="")), "Seller"), "Buyer")
    verdict = verified(both, now=_LATER)
    assert "nothing added later" not in failed(verdict)
    assert len(verdict.says["signers"]) == 2
    assert "nothing added later" in failed(verified(updated(other_text, both), now=_LATER))


def as_elements(day: str, title: str = "Contract") -> str:
    """Data about a document as the makers of readers write them, each in an element of its own."""
    told = f"<xmp:ModifyDate>{day}</xmp:ModifyDate><xmpMM:InstanceID>uuid:{day}</xmpMM:InstanceID><dc:title>{title}</dc:title>"
    spaces = "".join(f' xmlns:{one}="urn:{one}"' for one in ("xmp", "xmpMM", "dc"))
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{rdf}"><rdf:Description rdf:about=""{spaces}>{told}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def test_when_it_was_signed_may_be_noted_in_either_way_of_xmp_and_no_other_title() -> None:
    once = approved(draw(invoice(digest="")), "Seller", xmp=as_elements("2028-01-01"))
    twice = approved(once, "Buyer", xmp=as_elements("2028-01-02"))
    assert "nothing added later" not in failed(verified(twice, now=_LATER))
    other = approved(once, "Buyer", xmp=as_elements("2028-01-02", "Gift"))
    assert "the title or other data" in failed(verified(other, now=_LATER))


def test_an_algorithm_that_is_broken_fails_though_no_root_is_given() -> None:
    broken = SimpleNamespace(trusted=False, trust_problem_indic=AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE)
    [check] = signatures._certificate(broken, signatures.Trust(NOW), "Somebody", None)
    assert (check.result, check.reason.en) == ("fails", "made with an algorithm that is broken or too weak")


@pytest.mark.parametrize("made", [a_script, a_filled_form], ids=lambda change: change.__name__)
def test_active_parts_are_found_even_where_they_were_signed(made: Callable[[Any], None]) -> None:
    if made is a_filled_form:
        verdict = verified(sign_pdf(drawn(), signer(), now=NOW, attachments={"receipt.txt": RECEIPT}))
        assert results(verdict)["shows the same to everybody"] == "holds"
        return
    verdict = verified(sign_pdf(updated(made, drawn()), signer(), now=NOW))
    assert "active parts" in failed(verdict)


def test_layers_that_may_be_hidden_are_told() -> None:
    def layers(writer: Any) -> None:
        writer.root["/OCProperties"] = pdf.DictionaryObject()
        writer.update_root()

    verdict = verified(sign_pdf(updated(layers, drawn()), signer(), now=NOW))
    assert results(verdict)["shows the same to everybody"] == "not checked"


def _value(data: bytes) -> tuple[int, int, int]:
    """Where the digits of the signature's value begin, where its meaning ends, and where they end."""
    found = re.search(rb"/Contents <([0-9A-Fa-f]+)>", data)
    assert found
    length = len(cms.ContentInfo.load(bytes.fromhex(found[1].decode())).dump())
    return found.start(1), found.start(1) + 2 * length, found.end(1)


def test_a_page_that_cannot_be_loaded_is_told() -> None:
    data = bytearray(signed())
    data[437] ^= 1
    assert not verified(bytes(data)).accepted


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.integers(1, 255))
def test_no_byte_of_the_file_can_be_changed(place: int, change: int) -> None:
    data = bytearray(signed())
    data[place % len(data)] ^= change
    assert not verified(bytes(data)).accepted


@settings(max_examples=120)
@given(st.booleans(), st.integers(0, 10**9), st.sampled_from(b"0123456789abcdefABCDEF \n<>"))
def test_no_digit_of_the_signature_can_be_changed(stamped: bool, place: int, digit: int) -> None:
    begin, meant, _ = _value(signed(stamped))
    data = bytearray(signed(stamped))
    at = begin + place % (meant - begin + 40)
    if data[at] == digit:
        return
    data[at] = digit
    assert not verified(bytes(data), stamp_roots=(clock()[0],)).accepted


@pytest.mark.parametrize(
    ("meant", "written"),
    [
        (b"2A864886F70D010910020E", b"2A864886F70D010910020F"),  # the stamp under another name
        (b"020103310F300D06096086480165030402010500", b"020101310F300D06096086480165030402010500"),  # its version
        (b"020101310F300D06096086480165030402010500", b"020103310F300D06096086480165030402010500"),  # the signature's
        (b"310F300D06096086480165030402010500", b"310F300D06096086480165030402020500"),  # the list of digests
    ],
)
def test_what_nobody_signs_in_a_signature_is_as_it_must_be(meant: bytes, written: bytes) -> None:
    data = signed(True)
    begin, _, end = _value(data)
    value = data[begin:end].upper()
    assert meant in value
    forged = data[:begin] + value.replace(meant, written, 1) + data[end:]
    assert not verified(forged, stamp_roots=(clock()[0],)).accepted
    assert verified(data[:begin] + value + data[end:], stamp_roots=(clock()[0],)).accepted


def test_what_fills_up_the_place_of_the_signature_is_nothing() -> None:
    _, _, end = _value(signed())
    data = bytearray(signed())
    data[end - 1] = ord("1")
    assert "not written as it must be" in failed(verified(bytes(data)))


@pytest.mark.parametrize(
    "byte_range",
    [[0, 10, 20, 11], [1, 9, 20, 10], [0, 9, 20, 10], [0, 10, 21, 9], [0, 10, 20, 10, 0], [0, 10, 20], [], None, [0, 10, 2, 28],
     [0, -1, 20, 10], [0, 10, 20, -10], [0, 0, 20, 10]],
)  # fmt: skip
def test_a_signature_that_leaves_a_gap_covers_nothing(byte_range: Any) -> None:
    data = b"0123456789<01020304>0123456789"
    assert covered_up_to(data, [0, 10, 20, 10], b"\x01\x02\x03\x04") == len(data)
    assert covered_up_to(data, [0, 10, 20, 9], b"\x01\x02\x03\x04") == len(data) - 1
    assert covered_up_to(data, byte_range, b"\x01\x02\x03\x04") is None
    assert covered_up_to(data, [0, 10, 20, 10], b"\x01\x02\x03\x05") is None
