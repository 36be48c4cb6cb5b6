"""Container numbers as papers write them."""

import re

from entrepot.gateways.extract import Found
from entrepot.kernel.checkdigits import container_check
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.trade import CONTAINER

# No word boundary: Chinese characters may stand right beside it.
_NUMBER = re.compile(r"(?<![A-Z0-9])[A-Z]{4}[ -]?[0-9]{6}[ -]?[0-9](?![A-Z0-9])")


def container_numbers(text: str) -> list[str]:
    """The numbers of the form of ISO 6346 (four letters, seven digits) in a text, without spaces and hyphens."""
    return [re.sub("[ -]", "", number) for number in _NUMBER.findall(text.upper())]


def state_container(found: Found, number: str, place: str) -> None:
    """State that a container is named; a wrong check digit is asked about, for the number may still be as the paper has it."""
    found.mention(CONTAINER, number, place)
    if container_check(number) != number[10]:
        found.problem(
            "P017",
            place,
            Text(
                f"container number {number} fails its check digit (ISO 6346)",
                f"集装箱号 {number} 校验码不符（ISO 6346）",
            ),
            Text("compare the number with the container", "请核对箱号"),
            severity="W",
        )
