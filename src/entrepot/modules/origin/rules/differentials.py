"""The RCEP country of origin, where the importing Party gives different rates to different Parties (RCEP Art. 2.6)."""

from decimal import Decimal

from entrepot.kernel.text import Text
from entrepot.modules.origin.facts import Making, OriginCountry
from entrepot.modules.origin.rules import content


def country_of_origin(
    making: Making, acquired: bool | None, percent: Decimal, in_appendix: bool | None
) -> OriginCountry:
    """Whose rate the goods may claim. `acquired`: the good acquired origin in the exporting Party by more than minimal
    operations (None: not known). `in_appendix`: its tariff line is in the importing Party's Appendix (None: not known).

    1. Origin acquired there, line not in the Appendix: the exporting Party (paras. 1, 2).
    2. Line in the Appendix: the exporting Party if it added `percent` of the value (para. 3).
    3. Else the Party that contributed the most originating value (para. 4).
    """
    share = content.domestic_share(making)
    added = None if share is None else content.reaches(*share, percent)
    largest = _largest_contributor(making)
    by_rule = True if in_appendix and added else False if in_appendix and added is False else None
    if in_appendix is False:
        by_rule = acquired
    elif in_appendix is None and acquired is not None and acquired == added:
        by_rule = acquired  # either way the same Party
    if by_rule:
        return OriginCountry(making.country)
    if by_rule is False:
        return _third_step(making, largest)
    if largest == making.country:
        return OriginCountry(making.country)  # the third step would name the same Party
    questions = _open_questions(acquired, added, in_appendix, largest)
    return OriginCountry(making.country, questions, _fallbacks(making))


def _open_questions(
    acquired: bool | None, added: bool | None, in_appendix: bool | None, largest: str
) -> tuple[Text, ...]:
    other, other_zh = largest or "the largest contributor", largest or "原产价值最高的缔约方"
    questions = []
    if in_appendix is None:
        questions.append(
            Text(
                f"whether the line is in the importing Party's Appendix of tariff differentials; else the country of origin may be {other}",
                f"该税目是否列入进口方关税差异附录；否则RCEP原产国可能为{other_zh}",
            )
        )
    if added is None and in_appendix is not False:
        questions.append(
            Text(
                "the value added in the exporting Party (FOB value and materials in one currency)",
                "出口方增值（离岸价与材料以同一币种列明）",
            )
        )
    if acquired is None and in_appendix is not True:
        questions.append(
            Text(
                "whether more than minimal operations was done in the exporting Party",
                "出口方是否进行了超出微小加工的加工",
            )
        )
    return tuple(questions)


def _fallbacks(making: Making) -> tuple[Text, ...]:
    """What an importer may claim whatever the country of origin is (Art. 2.6(6)), with the marks on the certificate."""
    parties = ", ".join(sorted({item.material.origin for item in making.originating if item.material.origin}))
    contributed = (
        Text(
            f"* the highest rate among the Parties whose originating materials went in ({parties}), if the importer can prove it",
            f"* 提供原产材料的各缔约方（{parties}）中的最高税率，须由进口商证明",
        ),
    )
    anyone = Text(
        "** the highest rate that the importing Party gives to any Party", "** 进口方对任一缔约方适用的最高税率"
    )
    return (*(contributed if parties else ()), anyone)


def _largest_contributor(making: Making) -> str:
    """The Party whose originating materials are worth the most; empty where it cannot be told or two stand level."""
    values = content.contributors(making)
    if not values:
        return ""
    most = max(values.values())
    first = [country for country, value in values.items() if value == most]
    return first[0] if len(first) == 1 else ""


def _third_step(making: Making, largest: str) -> OriginCountry:
    if largest:
        return OriginCountry(largest)
    return OriginCountry(
        making.country,
        fallbacks=_fallbacks(making),
        conditions=(
            Text(
                "which Party contributed the most originating value: the importer may claim the highest rate instead",
                "须查明哪一缔约方贡献的原产材料价值最高；否则进口商可主张适用最高税率",
            ),
        ),
    )
