"""Operations and materials that rules name in words: each a word of the rule language, which the producer confirms."""

import re
from typing import NamedTuple

from entrepot.gateways.origin_uk.wording import EXW, PERCENT


class Said(NamedTuple):
    """A word of the rule language and what it says."""

    word: str
    en: str
    zh: str


OPERATIONS: tuple[tuple[str, Said], ...] = tuple(
    (pattern, Said(word, en, zh))
    for pattern, word, en, zh in (
        (r"spinning of (?:natural (?:and/or|or) man-made staple fibres|natural or man-made fibres|natural fibres or man-made staple fibres)", "spinning", "spinning of natural or man-made staple fibres", "天然纤维或化纤短纤的纺纱"),
        (r"spinning of natural fibres", "spinning_natural", "spinning of natural fibres", "天然纤维纺纱"),
        (r"spinning of man-made staple fibres", "spinning_staple", "spinning of man-made staple fibres", "化纤短纤纺纱"),
        (r"spinning", "spinning", "spinning of natural or man-made staple fibres", "天然纤维或化纤短纤的纺纱"),
        (r"extrusion of (?:man-made )?(?:filament )?(?:yarn|fibres)(?: of man-made)?", "extrusion", "extrusion of man-made fibres or filament yarn", "化学纤维或长丝的挤出纺丝"),
        (r"extrusion of man-made (?:staple )?(?:filament )?(?:yarns?|fibres?|filaments?)", "extrusion", "extrusion of man-made fibres or filament yarn", "化学纤维或长丝的挤出纺丝"),
        (r"weaving", "weaving", "weaving", "机织"),
        (r"knitting(?: or (?:with )?crocheting)?|knitting/crocheting", "knitting", "knitting or crocheting", "针织或钩编"),
        (r"yarn dyeing|dyeing of yarn(?: of natural fibres)?", "yarn_dyeing", "dyeing of yarn", "纱线染色"),
        (r"dyeing", "dyeing", "dyeing", "染色"),
        (r"coating", "coating", "coating", "涂层"),
        (r"flocking", "flocking", "flocking", "植绒"),
        (r"laminating|lamination", "laminating", "laminating", "层压"),
        (r"metali[sz]ing", "metalising", "metalising", "金属化"),
        (r"impregnating", "impregnating", "impregnating", "浸渍"),
        (r"covering", "covering", "covering", "包覆"),
        (r"bleaching", "bleaching", "bleaching", "漂白"),
        (r"rubberi[sz]ing", "rubberising", "rubberising", "涂胶"),
        (r"embroidering", "embroidering", "embroidering", "刺绣"),
        (r"printing \(as (?:a )?stand-?alone operation\)", "printing_alone", "printing as an operation of its own", "独立印花工序"),
        (r"printing", "printing", "printing", "印花"),
        (r"making[- ]up,? ?\(?including cutting(?: of (?:the )?fabrics?)?\)?", "making_up", "making up, cutting included", "裁剪与缝制"),
        (r"making[- ]up", "making_up", "making up, cutting included", "裁剪与缝制"),
        (r"cutting of fabrics?", "cutting_fabric", "cutting of fabric", "裁剪织物"),
        (r"twisting", "twisting", "twisting", "加捻"),
        (r"texturing|texturi[sz]ing", "texturing", "texturing", "变形加工"),
        (r"any mechanical operation", "mechanical_operation", "any mechanical operation", "任一机械加工"),
        (r"carding or combing of silk waste", "silk_carding", "carding or combing of silk waste", "废丝的梳理或精梳"),
        (r"tufting", "tufting", "tufting", "簇绒"),
        (r"(?:non-woven formation|any non-? ?woven process(?: including needle punching)?|a non-woven process|non-woven techniques?(?: including needle[- ]punching)?|formation of (?:non-wovens|nonwovens))", "nonwoven", "a non-woven process, needle punching included", "非织造工艺（含针刺）"),
        (r"needle punching", "needle_punching", "needle punching", "针刺"),
        (r"at least two (?:other )?(?:main )?preparatory or finishing operations(?: \([^)]*\))?", "two_finishing", "at least two preparatory or finishing operations (scouring, bleaching, mercerising, heat setting, raising, calendering, shrink-resistance processing, permanent finishing, decatising, impregnating, mending, burling)", "至少两道预处理或后整理工序（精练、漂白、丝光、热定形、起绒、轧光、防缩、永久性整理、蒸呢、浸渍、修补、去结等）"),
        (r"finishing", "finishing", "finishing", "后整理"),
        (r"operations of refining and/or one or more specific process(?:es|\(es\))(?: \(\d\))?", "refining", "refining, or one of the specific processes of the introductory notes (chapter 27)", "精炼，或注释所列特定加工（第27章）"),
        (r"specific process(?:es|\(es\))", "refining", "refining, or one of the specific processes of the introductory notes (chapter 27)", "精炼，或注释所列特定加工（第27章）"),
        (r"refining", "refining_plain", "refining", "精炼"),
        (r"beading or moulding", "beading", "beading or moulding of wood", "木材的镶嵌线条或成型"),
        (r"electrolytic, thermal or chemical separation of precious metals of heading 7106,(?: heading)? 7108 or(?: heading)? 7110", "precious_separation", "electrolytic, thermal or chemical separation of precious metals (7106, 7108, 7110)", "贵金属的电解、热或化学分离（7106、7108、7110）"),
        (r"(?:fusion or |fusion and/or )?alloying of precious metals of heading 7106,(?: heading)? 7108 or(?: heading)? 7110 with each other or with base metals(?: or purification)?", "precious_alloying", "alloying of precious metals (7106, 7108, 7110) with each other or with base metals", "贵金属（7106、7108、7110）之间或与贱金属的合金化"),
        (r"splicing, planing, sanding or (?:finger|end)-jointing", "wood_planing", "splicing, planing, sanding or end-jointing of wood", "木材的拼接、刨平、砂光或端接"),
        (r"retreading of used tyres", "retreading", "retreading of used tyres", "旧轮胎翻新"),
        (r"cutting, by sawing or otherwise, of (?:marble|stone|stone \(even if already sawn\)|materials)[^.;]{0,90}", "stone_sawing", "cutting of stone by sawing or otherwise, even if already sawn", "石料锯切（即使已锯切）"),
        (r"grinding of mica or mica waste", "mica_grinding", "grinding of mica or mica waste", "云母或云母废料的研磨"),
        (r"purification by distillation or refining of raw tall oil|refining of crude tall oil", "tall_oil", "purification of raw tall oil by distillation or refining", "粗妥尔油的蒸馏或精制"),
        (r"removal of wool from sheep or lamb skins, with wool on", "dewooling", "removal of wool from sheep or lamb skins", "绵羊或羔羊皮脱毛"),
        (r"bleaching or dyeing, in addition to cutting and assembly, of non-assembled tanned or dressed furskins", "furskin_assembly", "bleaching or dyeing, cutting and assembly of furskins", "毛皮的漂白或染色、裁剪与拼接"),
        (r"(?:a )?chemical reaction, purification, mixing and blending, production of standard materials, a change in particle size, isomer separation,? or biotechnological processing is undergone", "chemical_process", "a chemical reaction, purification, mixing and blending, production of standard materials, change of particle size, isomer separation or biotechnological processing", "化学反应、纯化、混配、标准物质生产、粒度改变、异构体分离或生物技术加工之一"),
    )
)  # fmt: skip

MATERIALS: tuple[tuple[str, Said], ...] = tuple(
    (pattern, Said(word, en, zh))
    for pattern, word, en, zh in (
        (r"yarn", "yarn", "yarn", "纱线"),
        (r"single yarn", "single_yarn", "single yarn", "单纱"),
        (r"unbleached single yarn", "unbleached_single_yarn", "unbleached single yarn", "未漂白单纱"),
        (r"monofilament", "monofilament", "monofilament", "单丝"),
        (r"coir yarn", "coir_yarn", "coir yarn", "椰壳纤维纱线"),
        (r"jute yarn", "jute_yarn", "jute yarn", "黄麻纱线"),
        (r"polypropylene (?:filament )?yarn", "polypropylene_yarn", "polypropylene yarn", "聚丙烯纱线"),
        (r"(?:synthetic or artificial filament yarn|yarn of synthetic or artificial filaments)", "filament_yarn", "synthetic or artificial filament yarn", "化纤长丝纱线"),
        (r"natural fibres(?:,? not carded or combed or otherwise (?:prepared|processed) for spinning)?", "natural_fibres", "natural fibres", "天然纤维"),
        (r"(?:man-made|artificial|synthetic or artificial) staple fibres(?:,? not carded or combed or otherwise (?:prepared|processed) for spinning)?", "staple_fibres", "man-made staple fibres", "化纤短纤"),
        (r"raw silk or silk waste,? carded or combed or otherwise (?:prepared|processed) for spinning", "raw_silk", "raw silk or silk waste prepared for spinning", "生丝或已加工的废丝"),
        (r"chemical materials or textile pulp", "textile_pulp", "chemical materials or textile pulp", "化学原料或纺织浆料"),
        (r"paper-making materials", "papermaking", "paper-making materials", "造纸原料"),
        (r"paper-making materials of chapter 47", "papermaking", "paper-making materials", "造纸原料"),
        (r"paper", "paper", "paper", "纸"),
        (r"fabrics?", "fabric", "fabric", "织物"),
        (r"unembroidered fabric", "unembroidered_fabric", "unembroidered fabric", "未刺绣织物"),
        (r"uncoated fabric", "uncoated_fabric", "uncoated fabric", "未涂层织物"),
        (r"cotton cloth or raw fibres", "cotton_cloth", "cotton cloth or raw fibres", "棉布或原纤维"),
        (r"tubular knitted gas[- ]mantle fabric", "gas_mantle_fabric", "tubular knitted gas-mantle fabric", "管状针织煤气罩织物"),
        (r"felt or fabric", "felt_or_fabric", "felt or fabric", "毡呢或织物"),
        (r"rubber threads? or cords?,? not textile covered", "rubber_thread", "rubber thread or cord, not textile covered", "未包覆纺织材料的橡胶线或绳"),
        (r"unwrought precious metals", "unwrought_precious_metals", "unwrought precious metals", "未锻造贵金属"),
        (r"metals clad with precious metals, unwrought", "clad_metals", "unwrought metals clad with precious metals", "未锻造的包贵金属"),
        (r"unworked precious or semi-precious stones", "unworked_stones", "unworked precious or semi-precious stones", "未加工宝石或半宝石"),
        (r"base metal parts, not plated or covered with precious metals[^.;]{0,90}?", "base_metal_parts", "base metal parts, not plated or covered with precious metals", "未镀或未包贵金属的贱金属零件"),
        (r"boards not cut to size", "boards", "boards not cut to size", "未切割成规格的板材"),
        (r"riven staves, not further worked than sawn on the two principal surfaces", "staves", "riven staves, not further worked than sawn on the two main faces", "劈制桶板（仅锯两主面）"),
        (r"wood of any heading, except drawn wood of heading 4409", "wood_not_drawn", "wood of any heading, except drawn wood of heading 4409", "除4409品目拉制木材外的任何木材"),
        (r"worked slate", "worked_slate", "worked slate", "已加工板岩"),
        (r"worked mica(?: \(including agglomerated or reconstituted mica\))?", "worked_mica", "worked mica", "已加工云母"),
        (r"rosins and resin acids|resin acids", "resin_acids", "rosins and resin acids", "松香及树脂酸"),
        (r"a thermoplastic salt which is a copolymer of ethylene and metacrylic acid partly neutralised with metal ions, mainly zinc and sodium", "ionomer_salt", "a thermoplastic salt of an ethylene copolymer, partly neutralised with metal ions", "部分金属离子中和的乙烯共聚物热塑性盐"),
        (r"'worked' carving materials", "worked_carving", "worked carving materials", "已加工雕刻材料"),
        (r"unrectified spirit", "unrectified", "unrectified spirit", "未精馏酒精"),
        (r"semi-finished materials of heading (?:7206|7207|7207, 7218 or 7224)", "semi_finished_steel", "semi-finished steel of headings 7206, 7207, 7218, 7224", "7206、7207、7218、7224半制成钢"),
    )
)  # fmt: skip

# Described materials that must be wholly obtained, or originate.
DESCRIBED: tuple[tuple[str, Said], ...] = tuple(
    (pattern, Said(word, en, zh))
    for pattern, word, en, zh in (
        (r"(?:fruit, nuts or vegetables|vegetables, fruits and nuts|fruit, nuts and vegetables|fruits, nuts or vegetables|fruit or nuts|fruit and nuts|vegetables)", "fruit_vegetables", "fruit, nuts or vegetables used", "所用水果、坚果或蔬菜"),
        (r"(?:cereals, edible vegetables, roots and tubers of heading 0714 or fruit|cereals, edible vegetables, roots and tubers of heading 0714 or fruit )", "cereals_tubers_fruit", "cereals, edible vegetables, roots and tubers of 0714, or fruit used", "所用谷物、食用蔬菜、0714根茎或水果"),
        (r"(?:the )?grapes or (?:any )?materials? derived from (?:the )?grapes", "grapes", "grapes or materials derived from grapes used", "所用葡萄或葡萄制品"),
        (r"vegetable materials", "vegetable_materials", "vegetable materials used", "所用植物材料"),
        (r"cereals and (?:their derivatives|derivatives thereof)(?: \(except durum wheat and its derivatives\))?", "cereals", "cereals and their derivatives used", "所用谷物及其制品"),
        (r"cereals", "cereals", "cereals and their derivatives used", "所用谷物及其制品"),
        (r"maize", "maize", "maize used", "所用玉米"),
        (r"natural honey", "honey", "natural honey used", "所用天然蜂蜜"),
        (r"fruit(?:s)?(?: juice)?(?: \(except [^)]*\))?", "fruit", "fruit used", "所用水果"),
        (r"the animals of chapter 1|animals of chapter 1", "animals", "animals of chapter 1 used", "所用第1章动物"),
        (r"eggs|birds' eggs", "eggs", "eggs used", "所用蛋类"),
        (r"(?:animal|vegetable)? ?materials of chapters 1 to 24", "agricultural_materials", "materials of chapters 1 to 24 used", "所用第1至24章材料"),
    )
)  # fmt: skip
# A described material of which only a share of the price may be used: (pattern, id, en, zh).
LIMITED: tuple[tuple[str, Said], ...] = tuple(
    (pattern, Said(word, en, zh))
    for pattern, word, en, zh in (
        (r"(?:the )?unprinted fabric", "unprinted_fabric", "unprinted fabric", "未印花织物"),
        (r"(?:the )?unembroidered fabric", "unembroidered_fabric", "unembroidered fabric", "未刺绣织物"),
        (r"(?:the )?uncoated fabric", "uncoated_fabric", "uncoated fabric", "未涂层织物"),
        (r"(?:the )?(?:uncut )?glassware", "uncut_glassware", "uncut glassware", "未切割玻璃器皿"),
        (r"(?:the )?(?:non-twisted/non- ?textured|non-textured|non-twisted) yarns?", "untwisted_yarn", "yarn that is not twisted or textured", "未加捻或未变形纱线"),
        (r"(?:the )?yarn", "yarn", "yarn", "纱线"),
        (r"(?:the )?fabric", "fabric", "fabric", "织物"),
        (r"(?:the )?forged blanks", "forged_blanks", "forged blanks", "锻造毛坯"),
        (r"(?:the )?hand-blown glassware", "hand_blown_glassware", "hand-blown glassware", "手工吹制玻璃器皿"),
    )
)  # fmt: skip
LIMIT = re.compile(
    rf"the (?:total )?value of ({'|'.join(pattern for pattern, _ in LIMITED)})(?: used)? (?:does not|must not) exceed {PERCENT} of {EXW}"
)


def limited(words: str, percent: str) -> Said:
    """The word for a described material within a share of the price."""
    said = next(said for pattern, said in LIMITED if re.fullmatch(pattern, words))
    share = percent.replace(".", "_")
    return Said(
        f"{said.word}_within_{share}_exw",
        f"{said.en} worth at most {percent} % of the ex-works price",
        f"{said.zh}价值不超过出厂价的{percent}%",
    )


def every_word() -> dict[str, Said]:
    """The words of operations by themselves; those of materials and limits arise as they are read."""
    return {said.word: said for _, said in OPERATIONS}
