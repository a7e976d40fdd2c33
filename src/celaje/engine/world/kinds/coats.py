"""Words for the coats and shells of animals that a color alone does not say. It does not know how they are drawn."""

from collections.abc import Iterable, Mapping

from celaje.engine.world.kinds.looks import COLOR_WORDS, Words
from celaje.engine.world.words import Adjective

COAT_WORDS: Mapping[str, Words] = {
    "orange tabby": Adjective(
        en=("orange tabby", "ginger tabby", "orange striped"),
        es=(
            "atigrado naranja/atigrada naranja/atigrados naranja/atigradas naranja",
            "atigrado/atigrada/atigrados/atigradas",
        ),
    ),
    "white and orange tabby": Adjective(
        en=("white and orange tabby", "white and ginger tabby", "orange and white tabby"),
        es=(
            "atigrado blanco y naranja/atigrada blanca y naranja"
            "/atigrados blancos y naranjas/atigradas blancas y naranjas",
            "blanco y naranja/blanca y naranja/blancos y naranjas/blancas y naranjas",
        ),
    ),
    "gray tabby": Adjective(
        en=("gray tabby", "grey tabby", "gray striped"),
        es=("atigrado gris/atigrada gris/atigrados grises/atigradas grises",),
    ),
    "black and white": Adjective(
        en=("black and white", "piebald"), es=("blanco y negro/blanca y negra/blancos y negros/blancas y negras",)
    ),
    "brown and white": Adjective(
        en=("brown and white",), es=("marrón y blanco/marrón y blanca/marrones y blancos/marrones y blancas",)
    ),
    "golden": Adjective(
        en=("golden", "blond", "tan"), es=("dorado/dorada/dorados/doradas", "rubio/rubia/rubios/rubias")
    ),
    "spotted": Adjective(
        en=("spotted", "black-spotted white"), es=("manchado/manchada/manchados/manchadas", "con manchas")
    ),
    "chestnut": Adjective(en=("chestnut", "reddish brown", "bay"), es=("castaño/castaña/castaños/castañas", "alazán")),
    "ginger": Adjective(
        en=("ginger", "reddish", "rust-colored"),
        es=("rojizo/rojiza/rojizos/rojizas", "pelirrojo/pelirroja/pelirrojos/pelirrojas"),
    ),
    "dark brown": Adjective(en=("dark brown",), es=("marrón oscuro", "pardo oscuro")),
    "glass": Adjective(
        en=("glass", "crystal", "cracked glass"),
        es=("de vidrio", "de cristal", "de vidrio con grietas doradas"),
    ),
    "striped": Adjective(en=("striped",), es=("de rayas", "a rayas")),
}


def coats(names: Iterable[str]) -> dict[str, Words]:
    """The words of these coats and colors, in this order."""
    return {name: COAT_WORDS.get(name) or COLOR_WORDS[name] for name in names}
