"""Published texts of every family against what a person reads in them."""

import pytest

from entrepot.gateways.origin_uk.change import read_text
from entrepot.gateways.origin_uk.clauses import NotRead

EXW = "of the ex-works price of the product"
CODED = {
    "CC": "<abbr title='Change of tariff chapter'>CC</abbr>: All non-originating materials used in the production of the good have "
    "undergone a change in tariff classification at the 2-digit level (chapter)",
    "CTH": "<abbr title='Change of tariff heading'>CTH</abbr>: All non-originating materials used in the production of the good "
    "have undergone a change in tariff classification at the 4-digit level (tariff heading)",
    "CTSH": "<abbr title='Change of tariff subheading'>CTSH</abbr>: All non-originating materials used in the production of the good "
    "have undergone a change in tariff classification at the 6-digit level (subheading)",
}
FINISHED = (
    "at least two preparatory or finishing operations (such as scouring, bleaching, mercerising, heat setting, raising, "
    "calendering, shrink resistance processing, permanent finishing, decatising, impregnating, mending and burling)"
)
READ = [
    # wholly obtained
    ("All the animals of chapter 1 shall be wholly obtained.", "Obtained 01"),
    ("Manufacture in which all the materials of chapter 4 used are wholly obtained.", "Obtained 04"),
    ("Production in which all the materials of heading 0407 used are wholly obtained.", "Obtained 0407"),
    ("Manufacture in which all the materials of chapters 2 and 3 used must be wholly obtained", "Obtained 02, 03"),
    ("All goods must be wholly obtained.", "WO"),
    ("All the products of chapter 6 shall be wholly obtained.", "WO"),
    ("Manufacture in which all the materials used are originating.", "Originating 01-97"),
    ("Manufacture in which all the olives used are wholly obtained.", "Process olives_obtained"),
    (
        "Manufacture in which all the grapes or materials derived from grapes used are wholly obtained",
        "Process grapes_obtained",
    ),
    # changes of heading
    ("Manufacture from materials of any heading, except that of the product.", "CTH"),
    ("Manufacture from materials of any heading, except that of the product and heading 7407.", "CTH except from 7407"),
    (
        "Manufacture from materials of any heading, except those of heading 4011 or heading 4012.",
        "ANY except from 4011, 4012",
    ),
    (
        "Manufacture in which all the materials used are classified within a heading other than that of the product.",
        "CTH",
    ),
    ("Manufacture from materials of any subheading, except that of the product.", "CTSH"),
    ("Manufacture from materials of any heading.", "ANY"),
    (
        "Manufacture from materials of any heading, including other materials of heading 2905.",
        "ANY and Process without_like_materials",
    ),
    (
        "Manufacture from materials of any heading, including other materials of heading 3002. However, materials of the same "
        f"description as the product may be used, provided that their total value does not exceed **20%** {EXW}.",
        "ANY and Process like_materials_within_20_exw",
    ),
    ("Manufacture from materials of heading 7206.", "Only 7206 or Process not_beyond_7206"),
    (
        "Manufacture from other materials of heading 1507 to heading 1515",
        "Only 1507-1515 and Process without_like_materials or Process not_beyond_1507_1515 and Process without_like_materials",
    ),
    (
        "Manufacture from materials of any heading, except potato starch of heading 1108.",
        "ANY except from 1108 or ANY and Process without_potato_starch_of_1108",
    ),
    (
        "Manufacture from materials of any heading, except those of heading 0203, heading 0206 or heading 0207 or bones of heading 0506.",
        "ANY except from 0203, 0206, 0207, 0506 or ANY except from 0203, 0206, 0207 and Process without_bones_of_0506",
    ),
    (CODED["CC"] + ".", "CC"),
    (CODED["CTH"] + ".", "CTH"),
    (CODED["CTSH"] + ".", "CTSH"),
    (CODED["CTH"] + " except from heading 2207 and heading 2208.", "CTH except from 2207, 2208"),
    (
        CODED["CTH"] + " except from non-originating materials of heading 7106, heading 7108 and heading 7110.",
        "CTH except from 7106, 7108, 7110",
    ),
    ("A change from any other chapter.", "CC"),
    ("A change to a good of subheading 840390 from any other heading.", "CTH"),
    ("A change from any other subheading, except from subheading 340290", "CTSH except from 340290"),
    ("A change from any other chapter, except from heading 52.04 through 52.12.", "CC except from 5204-5212"),
    ("A change from within this heading or any other heading", "ANY"),
    (
        "A change from any other chapter, provided that the good is both cut (or knit to shape) and sewn or otherwise assembled in "
        "the territory of a Party",
        "CC and Process cut_or_knit_to_shape_and_assembled",
    ),
    # value of non-originating materials
    (f"Manufacture in which the value of all the materials used does not exceed **40%** {EXW}.", "MaxNOM40 EXW"),
    ("A maximum of **50%** of the ex-works price (EXW) is made up of non-originating parts (MAXNOM).", "MaxNOM50 EXW"),
    (
        f"Manufacture in which the value of all the materials of heading 7315 used does not exceed 50% {EXW}",
        "MaxNOM50 EXW of 7315",
    ),
    (
        f"Manufacture in which the value of any materials of chapter 17 used does not exceed 30% {EXW}",
        "MaxNOM30 EXW of 17",
    ),
    (
        f"Manufacture in which the value of all the materials used, except natural rubber, does not exceed 50% {EXW}",
        "MaxNOM50 EXW of 01-39, 400130, 4002-4017, 41-97",
    ),
    (
        f"Manufacture in which:\n\n- the value of all the materials used does not exceed 40% {EXW}, and\n\n- within the above limit, the"
        f" value of all the materials of heading 8538 used does not exceed 10% {EXW}",
        "MaxNOM40 EXW and MaxNOM10 EXW of 8538",
    ),
    (
        f"Manufacture:\n\n- in which the value of all the materials used does not exceed 40% "
        f"{EXW}\n\n- where, within the above limit, the"
        " materials classified within the same heading as the product are only used up to a value of 25% " + EXW,
        "MaxNOM40 EXW and CTH allow 25 EXW",
    ),
    (
        f"Manufacture in which:\n\n- the value of all the materials used does not exceed 40% "
        f"{EXW}\n\n- the value of all the non-originating"
        " materials used does not exceed the value of the originating materials used",
        "MaxNOM40 EXW and NOM within OM",
    ),
    (
        f"Manufacture:\n\n- from materials of any heading, except that of the product, and\n\n- "
        f"in which the value of all the materials used"
        f" does not exceed 40% {EXW}",
        "CTH and MaxNOM40 EXW",
    ),
    (
        "Manufacture from materials of any heading, except that of the product. However, materials of the same heading as the product"
        f" may be used, provided that their total value does not exceed 20% {EXW}",
        "CTH allow 20 EXW",
    ),
    (
        "Manufacture from materials of any heading, except those of heading 3701 and heading 3702. However, materials of heading 3701"
        f" and heading 3702 may be used, provided that their total value does not exceed 20% {EXW}",
        "ANY except from 3701, 3702 allow 20 EXW of 3701, 3702",
    ),
    (
        "Manufacture in which all the materials used are classified within a heading other than that of the product. However, the other"
        f" materials of heading 8302 may be used provided their value does not exceed 20% {EXW}",
        "CTH or CTH allow 20 EXW of 8302 and Process without_like_materials",
    ),
    (
        "Manufacture from materials of any heading, except that of the product. However, handles of base metal may be used.",
        "CTH or Process cth_but_for_handles_of_base_metal",
    ),
    (
        "Manufacture from materials of any heading, except that of the product. However, hulls of heading 8906 may not be used.",
        "CTH and Process without_hulls_of_heading_8906",
    ),
    (
        "Manufacture from materials of heading 4104 to heading 4106, heading 4107, heading 4112 "
        "or heading 4113, provided that their total"
        f" value does not exceed 50% {EXW}",
        "Only 4104-4106, 4107, 4112, 4113 and MaxNOM50 EXW of 4104-4106, 4107, 4112, 4113 or Process"
        " not_beyond_4104_4106_4107_4112_4113 and MaxNOM50 EXW of 4104-4106, 4107, 4112, 4113",
    ),
    (
        "Manufacture from materials of any heading, except that of the good or manufacture in which the value of all the materials used"
        " does not exceed 70% of the ex-works price of the good",
        "CTH or MaxNOM70 EXW",
    ),
    (
        "A change from subheading 820719 or heading 8209, whether or not there is also a change from any other heading, provided that the"
        " value of non-originating materials of subheading 820719 or heading 8209 does not "
        "exceed 50% of the transaction value or ex-works"
        " price of the product.",
        "CTH allow 100 EXW of 820719, 8209 and MaxNOM50 EXW of 820719, 8209",
    ),
    (
        "A change from within this subheading, whether or not there is also a change from any "
        "other subheading, provided that the value of"
        " non-originating materials of this subheading does not exceed 20% of the transaction value or ex-works price of the product.",
        "CTSH allow 20 EXW",
    ),
    # weight
    (
        "Manufacture from materials of any heading, except that of the product, in which the "
        "weight of sugar used does not exceed 40% of the"
        " weight of the final product",
        "CTH and Process sugar_within_40_weight",
    ),
    (
        CODED["CTH"] + ", provided that the total weight of non-originating materials of heading 1701 and "
        "heading 1702 used does not exceed"
        " **20%** of the weight of the product.",
        "CTH and MaxNOM20 weight of 1701, 1702",
    ),
    (
        "Manufacture in which at least 70% by weight of the unmanufactured tobacco or tobacco refuse of heading 2401 used is originating",
        "Process tobacco_70_originating_by_weight",
    ),
    # value content
    (
        "The good has a Regional Value Content (RVC) as calculated under Article 4 of the Origin Reference Document of not less than 40%,"
        " whether using the build-up method or build-down method (RVC40).",
        "RVC40",
    ),
    (
        (
            "Your goods contain a Regional Value Content (RVC) of at least **55%** of the Free on "
            "Board (FOB) cost of the goods."
        ),
        "RVC55 build-down",
    ),
    (
        CODED["CTH"]
        + (
            " and Your goods contain a Regional Value Content (RVC) of at least **60%** of the Free "
            "on Board (FOB) cost of the goods."
        ),
        "CTH and RVC60 build-down",
    ),
    ("Standard QVC", "RVC40 build-down EXW or RVC45 build-down or RVC35 build-up EXW or RVC35 build-up"),
    (
        "No change in tariff classification required for a good of heading 8481, provided there "
        "is a regional value content of not less than:"
        "\n\n- a) **35%** under the build-up method",
        "RVC35 build-up",
    ),
    (
        "No change in tariff classification required for a good of heading 8438, provided there "
        "is a regional value content of not less than:"
        " c) 50% under the focused value method taking into account only the non-originating materials of heading 8438.",
        "RVC50 focused of 8438",
    ),
    # operations
    ("Spinning of natural or man-made staple fibres combined with weaving.", "Process spinning + weaving"),
    (
        "Weaving combined with dyeing or with coating or with laminating.",
        "Process weaving + dyeing or Process weaving + coating or Process weaving + laminating",
    ),
    ("Weaving, accompanied by dyeing or coating.", "Process weaving + dyeing or Process weaving + coating"),
    (
        "Twisting or any mechanical operation combined with weaving.",
        "Process twisting + weaving or Process mechanical_operation + weaving",
    ),
    (
        "Spinning of natural fibres or extrusion of man-made fibres accompanied by spinning",
        "Process spinning_natural or Process extrusion + spinning",
    ),
    (
        "Extrusion of man-made fibres accompanied by spinning or spinning of natural fibres",
        "Process extrusion + spinning or Process spinning_natural",
    ),
    (
        "Spinning of natural fibres or extrusion of man-made filament yarn, in each case accompanied by weaving",
        "Process spinning_natural + weaving or Process extrusion + weaving",
    ),
    (
        f"Printing accompanied by {FINISHED}, provided that the value of the unprinted fabric used does not exceed **47.5%** {EXW}",
        "Process printing + two_finishing and Process unprinted_fabric_within_47_5_exw",
    ),
    (
        "Weaving accompanied by dyeing or by coating\n\nor\n\n"
        f"Printing accompanied by {FINISHED}, provided that the value of the unprinted fabric used does not exceed 47.5% {EXW}",
        "Process weaving + dyeing or Process weaving + coating or Process printing + two_finishing and Process"
        " unprinted_fabric_within_47_5_exw",
    ),
    (
        (f"Cutting of glassware, provided that the total value of the uncut glassware used does not exceed 50% {EXW}"),
        "Process glass_cutting and Process uncut_glassware_within_50_exw",
    ),
    ("Operations of refining and/or one or more specific process(es).", "Process refining"),
    ("Specific process(es).", "Process specific_process"),
    ("blending.", "Process skilled_blending"),  # simple mixing is not enough
    (
        "Spinning of natural fibres or\n\nExtrusion of man-made filament yarn, in each case accompanied by weaving.",
        "Process spinning_natural + weaving or Process extrusion + weaving",
    ),
    (
        "Extrusion of man-made fibres accompanied by weaving, knitting or a non-woven process.",
        "Process extrusion + weaving or Process extrusion + knitting or Process extrusion + nonwoven",
    ),
    ("Dyeing of yarn of natural fibres accompanied by knitting.", "Process yarn_dyeing_natural + knitting"),
    ("Nonwoven fabric formation combined with making-up including cutting of fabric.", "Process nonwoven + making_up"),
    (
        "Manufacture:\n\n- from materials of any heading, except heading 2207 or heading 2208, and\n\n- in which all the grapes or"
        " materials derived from grapes used are wholly obtained or, if all the other materials used are already originating, arrack may"
        " be used up to a limit of 5% by volume",
        "ANY except from 2207, 2208 and Process grapes_obtained or ANY except from 2207, 2208 allow 100 EXW of 2208 and"
        " Process arrack_within_5_volume",
    ),
    ("Distillation of wood tar.", "Process distillation_of_wood_tar"),
    ("Chemical reaction.", "CR"),
    # materials in words
    ("Manufacture from yarn.", "Process from_yarn"),
    ("Manufacture from unbleached single yarn (9)", "Process from_unbleached_single_yarn"),
    (
        "Manufacture from:\n\n- natural fibres,\n\n- man-made staple fibres, not carded or combed or otherwise processed for spinning, or"
        "\n\n- chemical materials or textile pulp",
        "Process from_natural_fibres_or_staple_fibres_or_textile_pulp",
    ),
    (
        "Manufacture from unembroidered fabric (other than knitted or crocheted), provided that "
        "the value of the unembroidered fabric used"
        f" does not exceed 40% {EXW}",
        "Process from_unembroidered_woven and Process unembroidered_fabric_within_40_exw",
    ),
    (
        "Each item in the set must satisfy the rule which would apply to it if it were not included in the set. However, non-originating"
        " articles may be incorporated, provided that their total value does not exceed 15% of the ex-works price of the set.",
        "Process set_but_for_15_exw",
    ),
]
KEPT = [
    "Process Rule.",
    "The total combined weight of sugar and the materials of chapter 4 used does not exceed 60% of the weight of the final product.",
    "However, non-originating mustard flour or meal or prepared mustard may be used.",
    "Followed in both cases by bonding into a nonwoven.",
    "- b) **40%** under the build-down method.",
    "(ii) the value of non-originating materials of heading 1701 used does not exceed 30% of the ex-works price of the product.",
    "The origin of the product in its original classification shall be retained",
    "Weaving accompanied by dyeing or yarn dyeing accompanied by weaving",
    "Knitting or printing accompanied by making-up",
    "A change from within this heading.",
    "Manufacture from materials of any heading, except that of the product, and",
    "Manufacture in which the value of all the materials used does not exceed 60% of the ex-works price of the product, in accordance"
    " with Appendix 2A of the Origin Reference Document.",
    CODED["CTH"] + " - within the limits of the applicable annual quota.",
    f"Manufacture in which the value of all the materials used does exceed 40% {EXW}",
    "Manufacture from materials of heading 72061",
    "Manufacture from materials of any heading, except heading 5208 to heading 5204",
    "A change to any other good of subheading 030444 from any other heading.",
]


@pytest.mark.parametrize(("text", "rule"), READ, ids=[text[:60] for text, _ in READ])
def test_a_text_is_read_as_a_person_reads_it(text: str, rule: str) -> None:
    assert read_text(text).text == rule


@pytest.mark.parametrize("text", KEPT, ids=[text[:60] for text in KEPT])
def test_a_text_that_is_not_understood_to_its_last_word_is_not_read(text: str) -> None:
    with pytest.raises(NotRead):
        read_text(text)


def test_a_rule_names_the_goods_of_its_set_that_it_is_for() -> None:
    rule = read_text("A change to a good of heading 6306 to heading 6310 from any other chapter.")
    assert (rule.text, rule.goods) == ("CC", "6306-6310")
