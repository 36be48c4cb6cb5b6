"""What the words of operations say, in English and Chinese: operations by themselves."""

OPERATION_TEXTS: dict[str, tuple[str, str]] = {
    "biotechnology": ("biotechnological processing", "生物技术加工"),
    "distillation": ("distillation", "蒸馏"),
    "isomer_separation": ("separation of isomers", "异构体分离"),
    "knit_to_shape_without_assembly": (
        "the good is knit to shape, with no sewing or other assembly needed",
        "货物为编织成形，无需缝制或其他组合",
    ),
    "mixing_and_blending": (
        "deliberate and controlled mixing or blending to set specifications, as the notes to the rules have it",
        "按规则注释所指，按既定规格有意且受控地混合或掺混",
    ),
    "particle_size": (
        "deliberate and controlled change of particle size, as the notes to the rules have it",
        "按规则注释所指，有意且受控地改变粒度",
    ),
    "purification": ("purification, as the notes to the rules have it", "按规则注释所指的提纯"),
    "standard_materials": (
        "production of standard materials: preparations for analysis, calibration or reference with certified purity",
        "标准物质的生产：纯度经认证的分析、校准或基准用制剂",
    ),
    "arrack_within_5_volume": (
        "all other materials originate already and arrack is at most 5 % by volume",
        "其他材料均已具原产资格，且亚力酒不超过体积的5%",
    ),
    "beading": ("beading or moulding of wood", "木材的镶嵌线条或成型"),
    "bituminous_distillation": ("destructive distillation of bituminous materials", "沥青质材料的干馏"),
    "bleaching": ("bleaching", "漂白"),
    "calcination_or_grinding_of_earth_colours": ("calcination or grinding of earth colours", "土色料的煅烧或研磨"),
    "chapter_24_within_30_of_its_weight": (
        "of all materials of chapter 24 used, at most 30 % by weight do not originate",
        "所用第24章材料中，非原产材料不超过其重量的30%",
    ),
    "cleaning_disinfecting_sorting_and_straightening_of_bristles_and_hair": (
        "cleaning, disinfecting, sorting and straightening of bristles and hair",
        "鬃毛的清洁、消毒、分选和理直",
    ),
    "coating": ("coating", "涂层"),
    "coating_of_the_lens_through_appropriated_treatments_to_improve_vision_and_ensure_protection_of_the_wearer": (
        "coating of the lens to improve vision and protect the wearer",
        "镜片镀膜，以改善视力并保护佩戴者",
    ),
    "covering": ("covering", "包覆"),
    "crushing_grinding": ("crushing or grinding", "破碎或研磨"),
    "cut_or_knit_to_shape_and_assembled": (
        "cut or knit to shape, or both, and sewn or otherwise assembled in the Parties",
        "在缔约方内裁剪或编织成形（或两者兼有）并缝制或以其他方式组合",
    ),
    "cutting_fabric": ("cutting of fabric", "裁剪织物"),
    "dewooling": ("removal of wool from sheep or lamb skins", "绵羊或羔羊皮脱毛"),
    "diffusion": (
        (
            "diffusion: integrated circuits are formed on a semiconductor substrate by the selective "
            "introduction of a dopant"
        ),
        "扩散工序：在半导体基片上选择性掺杂形成集成电路",
    ),
    "distillation_of_wood_tar": ("distillation of wood tar", "木焦油的蒸馏"),
    "dolomite_calcination": ("calcination of uncalcined dolomite", "未煅烧白云石的煅烧"),
    "drying_and_milling_of_leguminous_vegetables_of_heading_0708": (
        "drying and milling of leguminous vegetables of heading 0708",
        "0708品目豆类蔬菜的干燥和碾磨",
    ),
    "dyeing": ("dyeing", "染色"),
    "electrolytic_thermal": ("electrolytic or thermal treatment", "电解或热处理"),
    "embroidering": ("embroidering", "刺绣"),
    "enriching_of_the_carbon_content_purifying_and_grinding_of_crude_crystalline_graphite": (
        "enriching the carbon content, purifying and grinding of crude crystalline graphite",
        "粗结晶石墨的富碳、提纯和研磨",
    ),
    "extrusion": ("extrusion of man-made fibres or filament yarn", "化学纤维或长丝的挤出纺丝"),
    "fabric_formation": ("forming of fabric", "织物成形"),
    "fabric_formation_alone_in_the_case_of_felt_made_from_natural_fibres": (
        "forming of fabric alone, for felt made of natural fibres",
        "天然纤维毡呢仅需织物成形",
    ),
    "finishing": ("finishing", "后整理"),
    "flocking": ("flocking", "植绒"),
    "forged_blanks_machining": (
        "turning, drilling, reaming, threading, deburring and sandblasting of forged blanks",
        "锻造毛坯的车削、钻孔、铰孔、攻丝、去毛刺和喷砂",
    ),
    "furskin_assembly": ("bleaching or dyeing, cutting and assembly of furskins", "毛皮的漂白或染色、裁剪与拼接"),
    "gimping": ("gimping", "包缠"),
    "glass_cutting": ("cutting of glassware", "玻璃器皿的切割"),
    "glass_hand_decoration": (
        "decoration by hand, silk-screen printing apart, of hand-blown glassware",
        "手工吹制玻璃器皿的手工装饰（丝网印刷除外）",
    ),
    "impregnating": ("impregnating", "浸渍"),
    "knitting": ("knitting or crocheting", "针织或钩编"),
    "knitting_and_making_up_in_one_operation": ("knitting and making up in one operation", "编织与缝制一次完成"),
    "laminating": ("laminating", "层压"),
    "lamination_of_sheets_of_natural_rubber": ("lamination of sheets of natural rubber", "天然橡胶片的层压"),
    "making_up": ("making up, cutting included", "裁剪与缝制"),
    "manufacture_by_thermal_or_electrolytic_treatment_from_unalloyed_aluminium_or_waste_and_scrap_of_aluminium": (
        ("thermal or electrolytic treatment of unalloyed aluminium or of waste and scrap of aluminium"),
        "非合金铝或铝废碎料的热处理或电解处理",
    ),
    "mechanical_operation": ("any mechanical operation", "任一机械加工"),
    "metalising": ("metalising", "金属化"),
    "mica_grinding": ("grinding of mica or mica waste", "云母或云母废料的研磨"),
    "needle_punching": ("needle punching", "针刺"),
    "nonwoven": ("a non-woven process, needle punching included", "非织造工艺（含针刺）"),
    "planing_sanding_or_end_jointing": ("planing, sanding or end-jointing", "刨平、砂光或端接"),
    "planing_sanding_or_finger_jointing": ("planing, sanding or finger-jointing", "刨平、砂光或指接"),
    "precious_alloying": (
        (
            "alloying or fusion of precious metals (7106, 7108, 7110) with each other or with base "
            "metals, or purification where the rule names it"
        ),
        "贵金属（7106、7108、7110）之间或与贱金属的合金化、熔合，或规则所列的提纯",
    ),
    "precious_separation": (
        "electrolytic, thermal or chemical separation of precious metals (7106, 7108, 7110)",
        "贵金属的电解、热或化学分离（7106、7108、7110）",
    ),
    "printing": ("printing", "印花"),
    "printing_alone": ("printing as an operation of its own", "独立印花工序"),
    "purification_by_distillation_or_refining_of_raw_spirits_of_sulphate_turpentine": (
        "purification of raw spirits of sulphate turpentine by distillation or refining",
        "粗硫酸盐松节油的蒸馏或精制提纯",
    ),
    "re_tanning_of_tanned_leather": ("retanning of tanned leather", "已鞣皮革的复鞣"),
    "refining": (
        "refining, or one of the specific processes of the introductory notes (chapter 27)",
        "精炼，或注释所列特定加工（第27章）",
    ),
    "refining_plain": ("refining", "精炼"),
    "retanning_of_pre_tanned_leather": ("retanning of pre-tanned leather", "预鞣皮革的复鞣"),
    "retanning_of_tanned_leather": ("retanning of tanned leather", "已鞣皮革的复鞣"),
    "retreading": ("retreading of used tyres", "旧轮胎翻新"),
    "rubberising": ("rubberising", "涂胶"),
    "sanding_or_end_jointing": ("sanding or end-jointing", "砂光或端接"),
    "sanding_or_finger_jointing": ("sanding or finger-jointing", "砂光或指接"),
    "silk_carding": ("carding or combing of silk waste", "废丝的梳理或精梳"),
    "skilled_blending": ("blending that takes special skills or machines", "需要专门技能或设备的掺混（拼配）"),
    "specific_process": (
        "one of the specific processes of the introductory notes (chapter 27)",
        "注释所列特定加工之一（第27章）",
    ),
    "spinning": ("spinning of natural or man-made staple fibres", "天然纤维或化纤短纤的纺纱"),
    "spinning_natural": ("spinning of natural fibres", "天然纤维纺纱"),
    "spinning_staple": ("spinning of man-made staple fibres", "化纤短纤纺纱"),
    "stone_sawing_over_25_cm": (
        "cutting by sawing or otherwise of stone thicker than 25 cm, even if already sawn",
        "厚度超过25厘米的石料的锯切等切割（即使已锯切）",
    ),
    "tall_oil": ("purification of raw tall oil by distillation or refining", "粗妥尔油的蒸馏或精制"),
    "texturing": ("texturing", "变形加工"),
    "tufting": ("tufting", "簇绒"),
    "twisting": ("twisting", "加捻"),
    "two_finishing": (
        (
            "at least two preparatory or finishing operations (scouring, bleaching, mercerising, "
            "heat setting, raising, calendering, shrink-resistance processing, permanent finishing, "
            "decatising, impregnating, mending, burling)"
        ),
        (
            "至少两道预处理或后整理工序（精练、漂白、丝光、热定形、起绒、轧光、防缩、永久性整理、"
            "蒸呢、浸渍、修补、去结等）"
        ),
    ),
    "weaving": ("weaving", "机织"),
    "wood_planing": ("splicing, planing, sanding or end-jointing of wood", "木材的拼接、刨平、砂光或端接"),
    "yarn_dyeing": ("dyeing of yarn", "纱线染色"),
    "yarn_dyeing_natural": ("dyeing of yarn of natural fibres", "天然纤维纱线染色"),
}
