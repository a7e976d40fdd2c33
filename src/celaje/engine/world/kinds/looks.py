"""What people may look like and wear: colors, garments, hair, each value with its words in English and Spanish.

The same vocabulary will one day be read off a photograph, so every slot says one thing and no slot depends on
another: the jacket is one slot, its color a second, its pattern a third. A slot named "X color" or "X pattern"
describes the noun of the slot "X". A value whose words are empty ("no glasses") goes unsaid. It does not know geometry.
"""

from collections.abc import Mapping

from celaje.engine.world.shapes import Color, Pattern
from celaje.engine.world.words import Adjective, Noun, Phrase

Words = Adjective | Noun | Phrase
UNSAID = Phrase(en=(), es=())


def complete(look: Mapping[str, str], looks: Mapping[str, Mapping[str, Words]]) -> dict[str, str]:
    """`look` with every slot of `looks`; what is not chosen takes its first value. ValueError for an unknown one."""
    for slot, value in look.items():
        if slot not in looks:
            raise ValueError(f"unknown slot {slot!r}: choose among {', '.join(looks)}")
        if value not in looks[slot]:
            raise ValueError(f"unknown {slot} {value!r}: choose among {', '.join(looks[slot])}")
    return {slot: look.get(slot, next(iter(values))) for slot, values in looks.items()}


def some(words: Mapping[str, Words], *names: str) -> dict[str, Words]:
    """The named part of a vocabulary, in that order, so that a kind can put its usual value first."""
    return {name: words[name] for name in names}


# Colors of clothes, paint and fabric: far enough apart to be told from each other at dusk. sRGB, 0 to 1.
COLOR_RGB: Mapping[str, Color] = {
    "red": (0.84, 0.11, 0.12),
    "orange": (0.96, 0.48, 0.08),
    "yellow": (0.98, 0.82, 0.16),
    "green": (0.16, 0.60, 0.26),
    "turquoise": (0.12, 0.70, 0.70),
    "blue": (0.13, 0.33, 0.82),
    "purple": (0.47, 0.20, 0.66),
    "pink": (0.97, 0.50, 0.68),
    "brown": (0.45, 0.27, 0.14),
    "beige": (0.84, 0.74, 0.58),
    "black": (0.07, 0.07, 0.08),
    "gray": (0.50, 0.52, 0.55),
    "white": (0.95, 0.95, 0.93),
}
COLOR_WORDS: Mapping[str, Words] = {
    "red": Adjective(en=("red", "bright red", "scarlet"), es=("rojo/roja/rojos/rojas", "rojo vivo", "escarlata")),
    "orange": Adjective(en=("orange",), es=("naranja", "anaranjado/anaranjada/anaranjados/anaranjadas")),
    "yellow": Adjective(en=("yellow",), es=("amarillo/amarilla/amarillos/amarillas",)),
    "green": Adjective(en=("green",), es=("verde/verde/verdes/verdes",)),
    "turquoise": Adjective(en=("turquoise", "teal"), es=("turquesa",)),
    "blue": Adjective(en=("blue",), es=("azul/azul/azules/azules",)),
    "purple": Adjective(
        en=("purple", "violet"), es=("morado/morada/morados/moradas", "violeta", "púrpura/púrpura/púrpuras/púrpuras")
    ),
    "pink": Adjective(en=("pink",), es=("rosa", "rosado/rosada/rosados/rosadas")),
    "brown": Adjective(en=("brown",), es=("marrón/marrón/marrones/marrones", "café")),
    "beige": Adjective(en=("beige", "cream", "sand-colored"), es=("beige", "color crema", "color arena")),
    "black": Adjective(en=("black",), es=("negro/negra/negros/negras",)),
    "gray": Adjective(en=("gray", "grey"), es=("gris/gris/grises/grises",)),
    "white": Adjective(en=("white",), es=("blanco/blanca/blancos/blancas",)),
}

# How a garment's second color is laid on it, and how many times a metre.
PATTERNS: Mapping[str, tuple[Pattern, float]] = {
    "plain": (Pattern.PLAIN, 1.0),
    "striped": (Pattern.STRIPES, 9.0),
    "dotted": (Pattern.SPOTS, 9.0),
    "checked": (Pattern.CHECKS, 9.0),
}
PATTERN_WORDS: Mapping[str, Words] = {
    "plain": UNSAID,
    "striped": Adjective(en=("striped",), es=("de rayas", "a rayas")),
    "dotted": Adjective(en=("polka-dot", "dotted"), es=("de lunares", "de puntos")),
    "checked": Adjective(en=("checked", "plaid"), es=("de cuadros", "a cuadros")),
}

SKIN_RGB: Mapping[str, Color] = {
    "light": (0.97, 0.80, 0.69),
    "tan": (0.86, 0.64, 0.47),
    "brown": (0.62, 0.41, 0.27),
    "dark": (0.36, 0.22, 0.15),
}
SKIN_WORDS: Mapping[str, Words] = {
    "light": Adjective(en=("light-skinned", "fair-skinned"), es=("de piel clara",)),
    "tan": Adjective(en=("tanned", "olive-skinned"), es=("de piel morena clara", "de piel bronceada")),
    "brown": Adjective(en=("brown-skinned",), es=("moreno/morena/morenos/morenas", "de piel morena")),
    "dark": Adjective(en=("dark-skinned",), es=("de piel oscura",)),
}

HAIR_RGB: Mapping[str, Color] = {
    "black": (0.07, 0.06, 0.07),
    "brown": (0.32, 0.18, 0.09),
    "blond": (0.92, 0.74, 0.36),
    "red": (0.72, 0.29, 0.09),
    "gray": (0.60, 0.61, 0.63),
    "white": (0.92, 0.92, 0.91),
    "blue": (0.16, 0.38, 0.85),
    "pink": (0.95, 0.42, 0.66),
}
HAIR_COLOR_WORDS: Mapping[str, Words] = {
    "black": Adjective(en=("black", "dark"), es=("negro/negra/negros/negras", "oscuro/oscura/oscuros/oscuras")),
    "brown": Adjective(en=("brown",), es=("castaño/castaña/castaños/castañas",)),
    "blond": Adjective(en=("blond", "blonde", "golden"), es=("rubio/rubia/rubios/rubias",)),
    "red": Adjective(
        en=("red", "ginger"), es=("pelirrojo/pelirroja/pelirrojos/pelirrojas", "cobrizo/cobriza/cobrizos/cobrizas")
    ),
    "gray": Adjective(en=("gray", "grey"), es=("canoso/canosa/canosos/canosas", "gris/gris/grises/grises")),
    "white": Adjective(en=("white",), es=("blanco/blanca/blancos/blancas",)),
    "blue": Adjective(en=("blue", "dyed blue"), es=("azul/azul/azules/azules",)),
    "pink": Adjective(en=("pink", "dyed pink"), es=("rosa",)),
}
HAIR_WORDS: Mapping[str, Words] = {
    "short": Noun(en=("short hair/short hair",), es=("pelo corto/pelo corto m", "cabello corto/cabello corto m")),
    "long": Noun(en=("long hair/long hair",), es=("pelo largo/pelo largo m", "melena/melenas f")),
    "bun": Noun(en=("hair in a bun/hair in a bun",), es=("pelo recogido/pelo recogido m", "moño/moños m")),
    "curly": Noun(en=("curly hair/curly hair",), es=("pelo rizado/pelo rizado m",)),
    "ponytail": Noun(en=("ponytail/ponytails",), es=("cola de caballo/colas de caballo f", "coleta/coletas f")),
    "bald": Adjective(en=("bald",), es=("calvo/calva/calvos/calvas",)),
}
BEARD_WORDS: Mapping[str, Words] = {
    "none": UNSAID,
    "beard": Noun(en=("beard/beards",), es=("barba/barbas f",)),
    "mustache": Noun(en=("mustache/mustaches", "moustache/moustaches"), es=("bigote/bigotes m",)),
}
GLASSES_WORDS: Mapping[str, Words] = {
    "none": UNSAID,
    "glasses": Noun(en=("glasses/glasses",), es=("gafas/gafas f", "lentes/lentes m")),
    "sunglasses": Noun(en=("sunglasses/sunglasses",), es=("gafas de sol/gafas de sol f",)),
}
HAT_WORDS: Mapping[str, Words] = {
    "none": UNSAID,
    "cap": Noun(en=("cap/caps", "baseball cap/baseball caps"), es=("gorra/gorras f",)),
    "beanie": Noun(
        en=("beanie/beanies", "woolly hat/woolly hats"), es=("gorro de lana/gorros de lana m", "gorro/gorros m")
    ),
    "wide-brim": Noun(
        en=("wide-brimmed hat/wide-brimmed hats", "hat/hats"), es=("sombrero de ala ancha/sombreros de ala ancha m",)
    ),
}
TOP_WORDS: Mapping[str, Words] = {
    "t-shirt": Noun(en=("t-shirt/t-shirts", "tee/tees"), es=("camiseta/camisetas f",)),
    "shirt": Noun(en=("shirt/shirts",), es=("camisa/camisas f",)),
    "leather jacket": Noun(
        en=("leather jacket/leather jackets",),
        es=("chaqueta de cuero/chaquetas de cuero f", "chupa de cuero/chupas de cuero f"),
    ),
    "hoodie": Noun(
        en=("hoodie/hoodies", "hooded sweatshirt/hooded sweatshirts"),
        es=("sudadera con capucha/sudaderas con capucha f", "sudadera/sudaderas f"),
    ),
    "coat": Noun(en=("coat/coats", "overcoat/overcoats"), es=("abrigo/abrigos m",)),
}
BOTTOM_WORDS: Mapping[str, Words] = {
    "trousers": Noun(
        en=("trousers/trousers", "pants/pants"), es=("pantalón/pantalones m", "pantalón largo/pantalones largos m")
    ),
    "shorts": Noun(en=("shorts/shorts",), es=("pantalón corto/pantalones cortos m",)),
    "skirt": Noun(en=("skirt/skirts",), es=("falda/faldas f",)),
    "long dress": Noun(
        en=("long dress/long dresses", "dress/dresses"), es=("vestido largo/vestidos largos m", "vestido/vestidos m")
    ),
}


def person_looks(
    *,
    tops: tuple[str, ...],
    bottoms: tuple[str, ...],
    hair: tuple[str, ...],
    beards: tuple[str, ...] = (),
    hair_colors: tuple[str, ...] = ("brown", "black", "blond", "red", "blue", "pink"),
) -> dict[str, Mapping[str, Words]]:
    """The slots of a dressed person, the top garment's color first, with the values that a kind of person can have."""
    return {
        "top color": COLOR_WORDS,
        "top": some(TOP_WORDS, *tops),
        "top pattern": PATTERN_WORDS,
        "bottom color": COLOR_WORDS,
        "bottom": some(BOTTOM_WORDS, *bottoms),
        "hair color": some(HAIR_COLOR_WORDS, *hair_colors),
        "hair": some(HAIR_WORDS, *hair),
        "skin": SKIN_WORDS,
        **({"beard": some(BEARD_WORDS, *beards)} if beards else {}),
        "glasses": GLASSES_WORDS,
        "hat": HAT_WORDS,
        "hat color": COLOR_WORDS,
    }
