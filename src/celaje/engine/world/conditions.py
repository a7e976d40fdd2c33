"""Words for the hour, the weather, the way of filming and the style of a clip. It does not know how they look.

The keys are those of `scene.py`. Every phrase stands on its own at the end of a sentence or between commas.
"""

from celaje.engine.world.words import Phrase

TIME_PHRASES: dict[str, Phrase] = {
    "dawn": Phrase(
        en=("at dawn", "at sunrise", "at daybreak", "in the early morning", "in the first light of the day"),
        es=("al amanecer", "al alba", "de madrugada", "a primera hora de la mañana", "con las primeras luces del día"),
    ),
    "day": Phrase(
        en=("during the day", "by day", "in daylight", "in the daytime", "at noon", "in the middle of the day"),
        es=("de día", "durante el día", "a plena luz del día", "a mediodía", "en pleno día"),
    ),
    "sunset": Phrase(
        en=("at sunset", "at dusk", "in the evening light", "in the golden evening", "as the sun goes down"),
        es=(
            "al atardecer",
            "al anochecer",
            "a la puesta de sol",
            "en la luz dorada de la tarde",
            "cuando se pone el sol",
        ),
    ),
    "night": Phrase(
        en=("at night", "in the night", "by night", "after dark", "under the night sky", "in the middle of the night"),
        es=("de noche", "por la noche", "en la noche", "bajo el cielo nocturno", "en plena noche"),
    ),
}

WEATHER_PHRASES: dict[str, Phrase] = {
    "clear": Phrase(
        en=("under a clear sky", "in clear weather", "in good weather", "under a cloudless sky", "in fine weather"),
        es=(
            "con el cielo despejado",
            "bajo un cielo despejado",
            "con buen tiempo",
            "con tiempo despejado",
            "bajo un cielo claro",
        ),
    ),
    "rain": Phrase(
        en=("in the rain", "on a rainy day", "while it rains", "in light rain", "in rainy weather", "as rain falls"),
        es=("bajo la lluvia", "mientras llueve", "con lluvia", "en un día lluvioso", "bajo una lluvia ligera"),
    ),
    "heavy rain": Phrase(
        en=("in heavy rain", "in pouring rain", "in a downpour", "in torrential rain", "while it pours"),
        es=(
            "bajo una lluvia intensa",
            "en una lluvia intensa",
            "bajo un aguacero",
            "bajo una lluvia torrencial",
            "mientras llueve a cántaros",
            "bajo un diluvio",
        ),
    ),
    "snow": Phrase(
        en=(
            "while it snows",
            "in falling snow",
            "in the snowfall",
            "as snow falls",
            "in snowy weather",
            "among snowflakes",
        ),
        es=("mientras nieva", "bajo la nieve que cae", "con nieve cayendo", "en plena nevada", "entre copos de nieve"),
    ),
    "fog": Phrase(
        en=("in the fog", "in thick fog", "in the mist", "in foggy weather", "wrapped in mist"),
        es=("en la niebla", "con niebla", "entre la niebla", "bajo una niebla espesa", "en medio de la bruma"),
    ),
    "storm": Phrase(
        en=(
            "in a storm",
            "in a thunderstorm",
            "in a storm with lightning",
            "under flashes of lightning",
            "in stormy weather",
        ),
        es=(
            "en una tormenta",
            "durante una tormenta",
            "en una tormenta con relámpagos",
            "bajo los rayos de una tormenta",
            "con tiempo tormentoso",
        ),
    ),
}

CAMERA_PHRASES: dict[str, Phrase] = {
    "still": Phrase(
        en=("static camera", "fixed camera", "still shot", "locked-off shot", "static shot"),
        es=("cámara fija", "plano fijo", "cámara estática", "toma fija", "plano estático"),
    ),
    "pan": Phrase(
        en=("panning camera", "slow pan", "panning shot", "camera pan"),
        es=("cámara panorámica", "paneo lento", "toma panorámica", "paneo de cámara"),
    ),
    "tilt": Phrase(
        en=("tilting camera", "tilt shot", "slow tilt", "camera tilt"),
        es=("cámara que se inclina", "paneo vertical", "inclinación vertical de cámara", "panorámica vertical"),
    ),
    "dolly": Phrase(
        en=("dolly in", "dolly shot", "slow push-in", "camera moving closer", "push-in shot"),
        es=("travelling de acercamiento", "cámara que se acerca", "acercamiento lento", "plano de acercamiento"),
    ),
    "orbit": Phrase(
        en=("orbiting camera", "orbit shot", "camera circling around", "circling shot", "360 degree orbit"),
        es=("cámara orbital", "plano orbital", "cámara que gira alrededor", "toma circular", "órbita de cámara"),
    ),
    "drone": Phrase(
        en=("drone shot", "aerial view", "aerial drone footage", "seen from a drone", "bird's-eye view", "from above"),
        es=(
            "toma de dron",
            "vista aérea",
            "imágenes aéreas de dron",
            "visto desde un dron",
            "a vista de pájaro",
            "desde arriba",
        ),
    ),
    "tracking": Phrase(
        en=("tracking shot", "tracking camera", "camera following along", "follow shot", "camera moving alongside"),
        es=(
            "plano de seguimiento",
            "travelling lateral",
            "cámara que acompaña",
            "toma de seguimiento",
            "cámara en seguimiento",
        ),
    ),
    "hand-held": Phrase(
        en=("hand-held camera", "handheld shot", "shaky camera", "filmed hand-held", "shaky handheld footage"),
        es=("cámara en mano", "toma cámara en mano", "cámara temblorosa", "grabado cámara en mano", "plano tembloroso"),
    ),
}

STYLE_PHRASES: dict[str, Phrase] = {
    "natural": Phrase(
        en=("natural look", "realistic", "natural colors", "natural style", "true colours"),
        es=("aspecto natural", "realista", "colores naturales", "estilo natural", "colores reales"),
    ),
    "film noir": Phrase(
        en=("film noir", "black and white", "film noir style", "noir lighting", "black and white film noir"),
        es=(
            "cine negro",
            "en blanco y negro",
            "estilo cine negro",
            "iluminación de cine negro",
            "cine negro en blanco y negro",
        ),
    ),
    "archival": Phrase(
        en=("archival footage", "old film", "vintage film", "historical footage", "scratched sepia film"),
        es=("imágenes de archivo", "película antigua", "cine antiguo", "grabación histórica", "película sepia rayada"),
    ),
    "papercraft": Phrase(
        en=("papercraft", "paper cut-out style", "made of paper", "papercraft world", "folded paper style"),
        es=("papel recortado", "estilo papercraft", "hecho de papel", "mundo de papel", "estilo de papel plegado"),
    ),
    "pixel art": Phrase(
        en=("pixel art", "pixelated style", "8-bit style", "retro video game style", "16-bit pixel art"),
        es=("pixel art", "estilo pixelado", "estilo de 8 bits", "estilo de videojuego retro", "arte de píxeles"),
    ),
    "watercolour": Phrase(
        en=("watercolour", "watercolor painting", "painted in watercolor", "watercolour style", "soft watercolor"),
        es=("acuarela", "pintura en acuarela", "pintado en acuarela", "estilo acuarela", "acuarela suave"),
    ),
    "cel-shaded": Phrase(
        en=("cel-shaded", "cartoon style", "anime style", "cel-shaded cartoon", "comic style"),
        es=("cel shading", "estilo de dibujos animados", "estilo anime", "dibujo animado", "estilo de cómic"),
    ),
    "35 mm": Phrase(
        en=("35 mm film", "cinematic", "shot on 35mm film", "cinematic 35 mm film", "movie look with film grain"),
        es=(
            "película de 35 mm",
            "cinematográfico",
            "rodado en 35 mm",
            "cine en película de 35 mm",
            "aspecto de cine con grano",
        ),
    ),
}
