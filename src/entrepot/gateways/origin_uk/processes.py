"""Operations and materials that rules name in words: for each wording the word of the rule language.

A word says the same in every rule that uses it, for the producer states it once for the goods. What the words say is in
`texts`.
"""

Words = tuple[tuple[str, str], ...]

OPERATIONS: Words = (
    (r"fabric formation", "fabric_formation"),
    (r"non-?woven fabric formation", "nonwoven"),
    (r"knitting/crocheting|knitting or crocheting", "knitting"),
    (r"spinning of natural (?:and/or|or) of man-made staple fibres", "spinning"),
    (r"extrusion of man-made continuous filament", "extrusion"),
    (r"(?:a )?(?:process of )?cutting of glassware", "glass_cutting"),
    (
        r"hand-decoration \((?:except|with the exception of) silk-screen printing\) of hand-blown glassware",
        "glass_hand_decoration",
    ),
    (
        r"turning, drilling, reaming, threading, deburring and sandblasting of forged blanks",
        "forged_blanks_machining",
    ),
    (r"calcination of dolomite not calcined", "dolomite_calcination"),
    (
        r"(?:the operation of diffusion,? )?in which integrated circuits are formed on a semi-conductor "
        r"substrate by the selective introduction of an appropriate dopant(?:,? whether or not assembled "
        r"and/or tested in a (?:country|non-party)[a-z0-9 ,]*)?",
        "diffusion",
    ),
    (
        r"(?:the )?operation of diffusion,? in which integrated circuits are formed on a semi-conductor "
        r"substrate by the selective introduction of an appropriate dopant(?:,? whether or not assembled "
        r"and/or tested in a (?:country|non-party)[a-z0-9 ,]*)?",
        "diffusion",
    ),
    (r"(?:non-originating materials (?:used )?undergo a )?diffusion(?: is undergone)?", "diffusion"),
    (
        r"bleaching or dyeing,? in addition to cutting and assembly,? of non-assembled tanned or dressed "
        r"furskins",
        "furskin_assembly",
    ),
    (
        r"(?:electrolytic, thermal or chemical separation) of (?:non-originating )?precious metals of heading "
        r"7106, heading 7108 and heading 7110",
        "precious_separation",
    ),
    (
        r"(?:fusion or |fusion and/or )?alloying of (?:non-originating )?precious metals of heading 7106, heading "
        r"7108 and heading 7110 with each other or with base metals(?: or purification)?",
        "precious_alloying",
    ),
    (r"gimping", "gimping"),
    (r"blending", "skilled_blending"),
    (r"destructive distillation of bituminous materials", "bituminous_distillation"),
    (r"manufacture by (?:electrolytic or thermal|thermal or electrolytic) treatment", "electrolytic_thermal"),
    (
        r"spinning of (?:natural (?:and/or|or) man-made staple fibres|natural or man-made fibres|natural "
        r"fibres or man-made staple fibres)",
        "spinning",
    ),
    (r"spinning of natural fibres", "spinning_natural"),
    (r"spinning of man-made staple fibres", "spinning_staple"),
    (r"spinning", "spinning"),
    (r"extrusion of (?:man-made )?(?:filament )?(?:yarn|fibres)(?: of man-made)?", "extrusion"),
    (r"extrusion of man-made (?:staple )?(?:filament )?(?:yarns?|fibres?|filaments?)", "extrusion"),
    (r"weaving", "weaving"),
    (r"knitting(?: or (?:with )?crocheting)?|knitting/crocheting", "knitting"),
    (r"yarn dyeing|dyeing of yarn", "yarn_dyeing"),
    (r"dyeing of yarn of natural fibres", "yarn_dyeing_natural"),
    (r"dyeing", "dyeing"),
    (r"coating", "coating"),
    (r"flocking", "flocking"),
    (r"laminating|lamination", "laminating"),
    (r"metali[sz]ing", "metalising"),
    (r"impregnating", "impregnating"),
    (r"covering", "covering"),
    (r"bleaching", "bleaching"),
    (r"rubberi[sz]ing", "rubberising"),
    (r"embroidering", "embroidering"),
    (r"printing \(as (?:a )?stand-?alone operation\)", "printing_alone"),
    (r"printing", "printing"),
    (r"making[- ]up,? ?\(?including cutting(?: of (?:the )?fabrics?)?\)?", "making_up"),
    (r"making[- ]up", "making_up"),
    (r"cutting of fabrics?", "cutting_fabric"),
    (r"twisting", "twisting"),
    (r"texturing|texturi[sz]ing", "texturing"),
    (r"any mechanical operation", "mechanical_operation"),
    (r"carding or combing of silk waste", "silk_carding"),
    (r"tufting", "tufting"),
    (
        r"(?:non-woven formation|any non-? ?woven process(?: including needle punching)?|a non-woven "
        r"process|non-woven techniques?(?: including needle[- ]punching)?|formation of "
        r"(?:non-wovens|nonwovens))",
        "nonwoven",
    ),
    (r"needle punching", "needle_punching"),
    (
        r"at least two (?:other )?(?:main )?preparatory or finishing operations(?: \(such as (?:(?:scouring|scorning|bleaching"
        r"|merceri[sz]ing|heat setting|ra[iz]?sing|razing|calend[ea]ring|shrink[- ]resistance process(?:ing|es)"
        r"|permanent finishing|decati[sz]ing|impregnating|mending|burling)(?:, | and )?)+\))?",
        "two_finishing",
    ),
    (r"finishing", "finishing"),
    (r"operations of refining and/or one or more specific process(?:es|\(es\))(?: \(\d\))?", "refining"),
    (r"specific process(?:es|\(es\))", "specific_process"),
    (r"refining", "refining_plain"),
    (r"beading or moulding", "beading"),
    (
        r"electrolytic, thermal or chemical separation of precious metals of heading 7106,(?: heading)? 7108 "
        r"or(?: heading)? 7110",
        "precious_separation",
    ),
    (
        r"(?:fusion or |fusion and/or )?alloying of precious metals of heading 7106,(?: heading)? 7108 or(?: "
        r"heading)? 7110 with each other or with base metals(?: or purification)?",
        "precious_alloying",
    ),
    (r"splicing, planing, sanding or (?:finger|end)-jointing", "wood_planing"),
    (r"retreading of used tyres", "retreading"),
    (
        r"cutting, by sawing or otherwise, of (?:marble|stone) \(even if already sawn\) of a thickness exceeding 25 cm",
        "stone_sawing_over_25_cm",
    ),
    (r"grinding of mica or mica waste", "mica_grinding"),
    (r"purification by distillation or refining of raw tall oil|refining of crude tall oil", "tall_oil"),
    (r"removal of wool from sheep or lamb skins, with wool on", "dewooling"),
    (
        r"bleaching or dyeing, in addition to cutting and assembly, of non-assembled tanned or dressed "
        r"furskins",
        "furskin_assembly",
    ),
)

MATERIALS: Words = (
    (r"semi[- ]finished (?:materials|products) of heading 7206", "semi_finished_of_7206"),
    (r"ingots or other primary forms of heading 7206", "ingots_of_7206"),
    (r"semi[- ]finished (?:materials|products) of heading 7207", "semi_finished_of_7207"),
    (r"ingots or other primary forms of heading 7207", "ingots_of_7207"),
    (r"semi[- ]finished (?:materials|products) of heading 7218", "semi_finished_of_7218"),
    (r"ingots or other primary forms of heading 7218", "ingots_of_7218"),
    (r"semi[- ]finished (?:materials|products) of heading 7224", "semi_finished_of_7224"),
    (r"ingots or other primary forms of heading 7224", "ingots_of_7224"),
    (
        r"ingots or other primary forms of heading 7206, (?:heading )?7218 or (?:heading )?7224",
        "ingots_of_7206_7218_7224",
    ),
    (
        r"semi-finished (?:steel )?(?:materials|products) of (?:heading )?7207, (?:heading )?7218 (?:or|and) (?:heading )?7224",
        "semi_finished_of_7207_7218_7224",
    ),
    (r"paper-making materials", "papermaking"),
    (r"chemical materials", "chemical_materials"),
    (r"(?:tubular )?knitted(?: or |/)crocheted gas-mantle fabric", "gas_mantle_fabric"),
    (r"non-assembled tanned or dressed fur ?skins(?: of heading 4302)?", "unassembled_furskins"),
    (r"elastomeric yarns from heading 5402 and (?:heading )?5404", "elastomeric_yarns"),
    (r"classical ring spun viscose yarn", "viscose_yarn"),
    (r"man-made staple fibres made from casein", "casein_fibres"),
    (
        r"(?:other )natural fibres(?:,? not carded or combed or otherwise (?:prepared|processed) for "
        r"spinning)?",
        "natural_fibres",
    ),
    (r"'worked' carving materials of the same heading(?: as the (?:product|good))?", "worked_carving"),
    (
        r"a thermoplastic (?:partial )?salt which is a copolymer of ethylene and metacrylic acid partly "
        r"neutralised with metal ions, mainly zinc and sodium",
        "ionomer_salt",
    ),
    (r"wood in the rough, whether or not stripped of its bark or merely roughed down", "rough_wood"),
    (r"wood of any heading,? except drawn wood of heading 4409", "wood_not_drawn"),
    (r"unembroidered fabric \(other than knitted or crocheted\)", "unembroidered_woven"),
    (r"highly[- ]transparent polyester[- ]foils with a thickness of less than 23 micron", "clear_foils"),
    (r"sisal yarn", "sisal_yarn"),
    (r"cotton yarn", "cotton_yarn"),
    (r"(?:non-originating )?(?:un|non-)printed fabric", "unprinted_fabric"),
    (r"yarn", "yarn"),
    (r"single yarn", "single_yarn"),
    (r"unbleached single yarn", "unbleached_single_yarn"),
    (r"monofilament", "monofilament"),
    (r"coir yarn", "coir_yarn"),
    (r"jute yarn", "jute_yarn"),
    (r"polypropylene (?:filament )?yarn", "polypropylene_yarn"),
    (r"(?:synthetic or artificial filament yarn|yarn of synthetic or artificial filaments)", "filament_yarn"),
    (
        r"natural fibres(?:,? not carded or combed or otherwise (?:prepared|processed) for spinning)?",
        "natural_fibres",
    ),
    (
        r"(?:man-made|artificial|synthetic or artificial) staple fibres(?:,? not carded or combed or "
        r"otherwise (?:prepared|processed) for spinning)?",
        "staple_fibres",
    ),
    (r"raw silk or silk waste,? carded or combed or otherwise (?:prepared|processed) for spinning", "raw_silk"),
    (r"chemical materials or textile pulp", "textile_pulp"),
    (r"paper-making materials", "papermaking"),
    (r"paper-making materials of chapter 47", "papermaking"),
    (r"paper", "paper"),
    (r"fabrics?", "fabric"),
    (r"unembroidered fabric", "unembroidered_fabric"),
    (r"uncoated fabric", "uncoated_fabric"),
    (r"cotton cloth or raw fibres", "cotton_cloth"),
    (r"tubular knitted gas[- ]mantle fabric", "gas_mantle_fabric"),
    (r"felt or fabric", "felt_or_fabric"),
    (r"rubber threads? or cords?,? not textile covered", "rubber_thread"),
    (r"unwrought precious metals", "unwrought_precious_metals"),
    (r"metals clad with precious metals, unwrought", "clad_metals"),
    (r"unworked precious or semi-precious stones", "unworked_stones"),
    (r"base metal parts, not plated or covered with precious metals", "base_metal_parts"),
    (r"boards not cut to size", "boards"),
    (r"riven staves, not further worked than sawn on the two principal surfaces", "staves"),
    (r"wood of any heading, except drawn wood of heading 4409", "wood_not_drawn"),
    (r"worked slate", "worked_slate"),
    (r"worked mica(?: \(including agglomerated or reconstituted mica\))?", "worked_mica"),
    (r"rosins and resin acids|resin acids", "resin_acids"),
    (
        r"a thermoplastic salt which is a copolymer of ethylene and metacrylic acid partly neutralised with "
        r"metal ions, mainly zinc and sodium",
        "ionomer_salt",
    ),
    (r"'worked' carving materials", "worked_carving"),
    (r"unrectified spirit", "unrectified"),
)

DESCRIBED: Words = (
    (r"olives(?: of chapter 7)?", "olives"),
    (r"chicory", "chicory"),
    (r"nuts", "nuts"),
    (r"fruits? (?:and|or) nuts", "fruit_nuts"),
    (r"vegetables", "vegetables"),
    (
        r"fruit juice \((?:except|except for) (?:that|those) of pineapple, lime or grapefruit\)(?: of heading "
        r"2009)?",
        "fruit_juice_but_three",
    ),
    (r"fruit juice(?: used)? \(except (?:that|those) of pineapple, lime or grapefruit\)", "fruit_juice_but_three"),
    (
        r"cereals,? and (?:their derivatives|derivatives(?: thereof)?) \(except durum wheat and its "
        r"deriv(?:ativ|at)es\)",
        "cereals_but_durum",
    ),
    (r"cereals and flour \(except durum wheat and its deriv(?:ativ|at)es\)", "cereals_flour_but_durum"),
    (
        r"cereals and flour \(except durum wheat and zea indurata maize,? and their derivatives\)",
        "cereals_flour_but_durum_maize",
    ),
    (
        r"cereals and flour \(except durum wheat and its derivates and zea indurata maize\)",
        "cereals_flour_but_durum_maize",
    ),
    (r"cereals, sugar or molasses, meat or milk", "cereals_sugar_meat_milk"),
    (r"meat and edible meat offal", "meat"),
    (r"uppers of footwear of heading 6406", "footwear_uppers"),
    (r"fruit or vegetables", "fruit_vegetables"),
    (
        r"edible vegetables, roots and tubers of chapter 7, fruits of chapter 8 and cereals of chapter 10",
        "vegetables_fruit_cereals",
    ),
    (
        r"(?:fruit, nuts or vegetables|vegetables, fruits and nuts|fruit, nuts and vegetables|fruits, nuts or "
        r"vegetables|fruit, nuts and vegetables)",
        "fruit_vegetables",
    ),
    (
        r"(?:cereals, edible vegetables, roots and tubers of heading 0714 or fruit|cereals, edible "
        r"vegetables, roots and tubers of heading 0714 or fruit )",
        "cereals_tubers_fruit",
    ),
    (r"(?:the )?grapes or (?:any )?materials? derived from (?:the )?grapes", "grapes"),
    (r"vegetable materials", "vegetable_materials"),
    (r"cereals and (?:their derivatives|derivatives(?: thereof)?)", "cereals_derivatives"),
    (r"cereals", "cereals"),
    (r"maize", "maize"),
    (r"natural honey", "honey"),
    (r"fruits?", "fruit"),
    (r"the animals of chapter 1|animals of chapter 1", "animals"),
    (r"eggs|birds' eggs", "eggs"),
    (r"(?:animal|vegetable)? ?materials of chapters 1 to 24", "agricultural_materials"),
)

LIMITED: Words = (
    (r"(?:the )?cloth", "cotton_cloth_made_up"),
    (r"(?:the )?(?:uncoated or unlaminated) fabric", "uncoated_unlaminated_fabric"),
    (r"(?:the )?(?:un|non-)printed fabric", "unprinted_fabric"),
    (r"(?:the )?(?:non-originating )?sugar", "sugar"),
    (r"(?:the )?unprinted fabric", "unprinted_fabric"),
    (r"(?:the )?unembroidered fabric", "unembroidered_fabric"),
    (r"(?:the )?uncoated fabric", "uncoated_fabric"),
    (r"(?:the )?(?:uncut )?glassware", "uncut_glassware"),
    (r"(?:the )?(?:non-twisted/non- ?textured|non-textured|non-twisted) yarns?", "untwisted_yarn"),
    (r"(?:the )?yarn", "yarn"),
    (r"(?:the )?fabric", "fabric"),
    (r"(?:the )?forged blanks", "forged_blanks"),
    (r"(?:the )?hand-blown glassware", "hand_blown_glassware"),
)
