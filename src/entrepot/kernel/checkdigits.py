"""Check digits of the identifiers that stand on trade documents."""

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_IDENTITY_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_ISO6346 = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (n for n in range(10, 39) if n % 11), strict=True))


def uscc_check(code: str) -> str | None:
    """The check character that the first 17 of a unified social credit code call for (GB 32100); None if they are no such code."""
    body = code[:17]
    if len(body) != 17 or any(letter not in _USCC for letter in body):
        return None
    total = sum([_USCC.index(letter) * weight for letter, weight in zip(body, _USCC_WEIGHTS, strict=True)])
    return _USCC[(31 - total % 31) % 31]


def container_check(number: str) -> str | None:
    """The check digit that the first 10 characters of a container number call for (ISO 6346); None if malformed."""
    body = number[:10]
    if len(body) != 10 or not (
        body[:4].isascii() and body[:4].isalpha() and body[:4].isupper() and body[4:].isdigit() and body.isascii()
    ):
        return None
    total = sum((_ISO6346[c] if c.isalpha() else int(c)) << place for place, c in enumerate(body))
    return str(total % 11 % 10)


def waybill_check(number: str) -> str | None:
    """The last digit an 11-digit master air waybill should have: its serial's first seven digits modulo 7; None if malformed."""
    digits = number.replace("-", "").replace(" ", "")
    if len(digits) != 11 or not (digits.isdigit() and digits.isascii()):
        return None
    return str(int(digits[3:10]) % 7)


def identity_check(number: str) -> str | None:
    """The last character that an 18-digit resident identity number calls for (GB 11643); None if malformed."""
    body = number[:17]
    if len(number) != 18 or not (body.isdigit() and body.isascii()):
        return None
    return "10X98765432"[sum([int(digit) * weight for digit, weight in zip(body, _IDENTITY_WEIGHTS, strict=True)]) % 11]
