"""Words for the film itself (shots, styles, sounds, openers, filler) in both languages. It does not know any scene."""

from celaje.engine.world.words import Phrase

#: Noun phrases for a shot, to be followed by "of" / "de".
SHOTS: dict[str, Phrase] = {
    "still": Phrase(
        en=("a static shot", "a still shot", "a fixed shot", "a locked-off shot"),
        es=("un plano fijo", "una toma fija", "un plano estático"),
    ),
    "pan": Phrase(
        en=("a panning shot", "a slow pan", "a pan shot"), es=("una panorámica", "un paneo", "una toma panorámica")
    ),
    "tilt": Phrase(
        en=("a tilting shot", "a tilt shot", "a slow tilt"),
        es=("un plano con inclinación vertical", "una panorámica vertical", "una toma vertical en movimiento"),
    ),
    "dolly": Phrase(
        en=("a dolly shot", "a slow dolly shot", "a push-in shot"),
        es=("un travelling de acercamiento", "un plano de acercamiento", "una toma que se acerca"),
    ),
    "orbit": Phrase(
        en=("an orbiting shot", "an orbit shot", "a circling shot"),
        es=("un plano orbital", "una toma orbital", "una toma circular"),
    ),
    "drone": Phrase(
        en=("a drone shot", "an aerial shot", "an aerial view", "a drone view"),
        es=("una toma de dron", "un plano aéreo", "una vista aérea", "una toma aérea", "una vista de dron"),
    ),
    "tracking": Phrase(
        en=("a tracking shot", "a follow shot", "a traveling shot"),
        es=("un travelling lateral", "un plano de seguimiento", "una toma de seguimiento"),
    ),
    "hand-held": Phrase(
        en=("a hand-held shot", "a handheld shot", "a shaky hand-held shot"),
        es=("un plano cámara en mano", "una toma cámara en mano", "una toma con la cámara en mano"),
    ),
}

#: What the camera does, as a whole sentence.
CAMERA_SENTENCES: dict[str, Phrase] = {
    "still": Phrase(
        en=("the camera is still", "the camera does not move", "the camera stays fixed"),
        es=("la cámara está quieta", "la cámara no se mueve", "la cámara permanece fija"),
    ),
    "pan": Phrase(
        en=("the camera pans slowly", "the camera pans across the scene", "the camera turns sideways"),
        es=("la cámara gira despacio hacia un lado", "la cámara hace un paneo", "la cámara recorre la escena"),
    ),
    "tilt": Phrase(
        en=("the camera tilts", "the camera tilts up and down", "the camera tilts slowly"),
        es=("la cámara se inclina", "la cámara se inclina despacio", "la cámara hace una panorámica vertical"),
    ),
    "dolly": Phrase(
        en=("the camera moves closer", "the camera dollies in", "the camera pushes in slowly"),
        es=("la cámara se acerca", "la cámara avanza despacio", "la cámara se va acercando"),
    ),
    "orbit": Phrase(
        en=("the camera orbits the scene", "the camera circles around", "the camera orbits slowly"),
        es=("la cámara orbita la escena", "la cámara gira alrededor", "la cámara da vueltas alrededor"),
    ),
    "drone": Phrase(
        en=("the camera flies overhead", "we see everything from a drone", "a drone films from above"),
        es=("la cámara vuela por encima", "lo vemos todo desde un dron", "un dron graba desde arriba"),
    ),
    "tracking": Phrase(
        en=("the camera follows along", "the camera tracks the action", "the camera moves alongside"),
        es=("la cámara acompaña la acción", "la cámara sigue el movimiento", "la cámara se mueve al lado"),
    ),
    "hand-held": Phrase(
        en=("the camera is hand-held", "the handheld camera shakes a little", "it is filmed with a handheld camera"),
        es=("la cámara va en mano", "la cámara en mano tiembla un poco", "está grabado cámara en mano"),
    ),
}

#: Noun phrases for a clip in a style, to be followed by "of" / "de".
STYLED: dict[str, Phrase] = {
    "natural": Phrase(
        en=("a natural video", "a realistic video", "a natural-looking clip"),
        es=("un vídeo natural", "un vídeo realista", "una escena natural"),
    ),
    "film noir": Phrase(
        en=("a film noir scene", "a black and white film noir shot", "a noir film"),
        es=("una escena de cine negro", "una película de cine negro", "una toma en blanco y negro de cine negro"),
    ),
    "archival": Phrase(
        en=("archival footage", "old archival film", "vintage archive footage", "historical footage"),
        es=("imágenes de archivo", "una película antigua de archivo", "una vieja grabación de archivo"),
    ),
    "papercraft": Phrase(
        en=("a papercraft scene", "a paper cut-out animation", "a papercraft world"),
        es=("una escena de papel recortado", "una animación de papel", "un mundo de papel"),
    ),
    "pixel art": Phrase(
        en=("a pixel art animation", "a pixel art scene", "a retro pixel game scene"),
        es=("una animación pixel art", "una escena de pixel art", "una escena pixelada de videojuego"),
    ),
    "watercolour": Phrase(
        en=("a watercolor painting", "a watercolor animation", "a watercolour scene"),
        es=("una acuarela", "una animación en acuarela", "una escena pintada en acuarela"),
    ),
    "cel-shaded": Phrase(
        en=("a cel-shaded animation", "a cartoon", "a cel-shaded cartoon", "an anime-style clip"),
        es=("una animación cel shading", "un dibujo animado", "una escena de dibujos animados"),
    ),
    "35 mm": Phrase(
        en=("a cinematic 35 mm film scene", "a 35mm film shot", "a cinematic movie scene"),
        es=("una escena de cine en 35 mm", "una toma cinematográfica en 35 mm", "una escena cinematográfica"),
    ),
}

#: How sounds are named after "the sound of" / "el sonido de"; the names are those of `sounds/`, and of weathers.
SOUNDS: dict[str, Phrase] = {
    "rain": Phrase(
        en=("rain", "falling rain", "raindrops"), es=("la lluvia", "la lluvia que cae", "las gotas de lluvia")
    ),
    "heavy rain": Phrase(en=("heavy rain", "pouring rain"), es=("la lluvia intensa", "el aguacero")),
    "storm": Phrase(en=("thunder", "a thunderstorm"), es=("los truenos", "la tormenta")),
    "wind": Phrase(en=("wind", "the wind", "the blowing wind"), es=("el viento", "el viento que sopla")),
    "light wind": Phrase(en=("a light breeze", "a soft wind"), es=("una brisa suave", "el viento suave")),
    "waves": Phrase(en=("waves", "the sea", "breaking waves"), es=("las olas", "el mar", "las olas que rompen")),
    "sea": Phrase(en=("the sea", "waves"), es=("el mar", "las olas")),
    "river": Phrase(en=("a river", "running water"), es=("un río", "el agua que corre")),
    "gulls": Phrase(en=("seagulls", "crying gulls"), es=("las gaviotas", "gaviotas")),
    "bubbles": Phrase(en=("bubbles", "rising bubbles"), es=("las burbujas", "burbujas")),
    "underwater hum": Phrase(en=("the deep sea", "muffled water"), es=("el fondo del mar", "el agua profunda")),
    "lava rumble": Phrase(
        en=("a deep rumble", "the rumbling volcano"), es=("un rumor profundo", "el rugido del volcán")
    ),
    "club beat": Phrase(
        en=("club music", "a heavy beat", "electronic music"),
        es=("la música de discoteca", "la música electrónica", "un ritmo de club"),
    ),
    "birds": Phrase(en=("birdsong", "singing birds"), es=("el canto de los pájaros", "los pájaros")),
    "forest leaves": Phrase(en=("rustling leaves", "the leaves"), es=("las hojas", "el susurro de las hojas")),
    "crickets": Phrase(en=("crickets",), es=("los grillos",)),
    "city hum": Phrase(
        en=("city traffic", "the city", "distant traffic"),
        es=("el tráfico de la ciudad", "la ciudad", "el tráfico lejano"),
    ),
    "neon buzz": Phrase(en=("buzzing neon",), es=("el zumbido del neón",)),
    "engine": Phrase(en=("an engine", "a running engine"), es=("un motor", "un motor en marcha")),
    "train": Phrase(en=("a train", "wheels on rails"), es=("un tren", "las ruedas sobre los raíles")),
    "step": Phrase(en=("footsteps", "steps"), es=("los pasos", "pasos")),
    "hoof": Phrase(en=("hooves", "clattering hooves"), es=("los cascos", "los cascos del caballo")),
    "meow": Phrase(en=("meowing", "a meow"), es=("maullidos", "un maullido")),
    "bark": Phrase(en=("barking", "a bark"), es=("ladridos", "un ladrido")),
    "neigh": Phrase(en=("neighing", "a neigh"), es=("relinchos", "un relincho")),
    "trumpet": Phrase(en=("trumpeting",), es=("un barrito", "barritos")),
    "bird song": Phrase(en=("birdsong",), es=("el canto de un pájaro",)),
    "horn": Phrase(en=("a car horn", "honking"), es=("un claxon", "bocinazos")),
    "laugh": Phrase(en=("laughter", "a laugh"), es=("risas", "una risa")),
    "rotor": Phrase(en=("buzzing rotors",), es=("el zumbido de las hélices",)),
}

#: Clips without a style, to be followed by "of" / "de".
OPENERS = Phrase(
    en=("a video", "a clip", "a scene", "a shot", "footage", "a movie trailer", "a short film", "a video clip"),
    es=("un vídeo", "un clip", "una escena", "una toma", "un tráiler de película", "un cortometraje", "un plano"),
)
STILL_OPENERS = Phrase(
    en=("a photo", "a picture", "an image", "a still"), es=("una foto", "una imagen", "una fotografía")
)

#: Requests, to be followed by a noun phrase.
REQUESTS = Phrase(
    en=(
        "show",
        "show me",
        "make a video of",
        "generate a clip of",
        "I want to see",
        "create a scene with",
        "please show",
        "imagine",
        "can you make a video of",
        "I'd like a video of",
        "film",
    ),
    es=(
        "muéstrame",
        "haz un vídeo de",
        "genera un clip de",
        "quiero ver",
        "crea una escena con",
        "imagina",
        "hazme un vídeo de",
        "me gustaría ver",
        "por favor, haz un vídeo de",
        "graba",
        "quiero un vídeo de",
    ),
)

#: Words that change nothing: the model must learn to ignore them.
FILLER_TAGS = Phrase(
    en=(
        "highly detailed",
        "beautiful",
        "4k",
        "8k",
        "high quality",
        "masterpiece",
        "stunning",
        "sharp focus",
        "HD",
        "award winning",
        "amazing",
        "best quality",
        "very detailed",
        "impressive",
        "professional",
    ),
    es=(
        "muy detallado",
        "hermoso",
        "4k",
        "8k",
        "alta calidad",
        "obra maestra",
        "impresionante",
        "nítido",
        "HD",
        "precioso",
        "increíble",
        "de gran calidad",
        "con mucho detalle",
        "espectacular",
        "profesional",
    ),
)
FILLER_SENTENCES = Phrase(
    en=(
        "The scene is beautiful",
        "The light is beautiful",
        "Every detail can be seen",
        "It is a lovely moment",
        "The image is sharp and detailed",
        "The mood is very special",
        "Everything feels alive",
    ),
    es=(
        "La escena es hermosa",
        "La luz es preciosa",
        "Se ve cada detalle",
        "Es un momento muy bonito",
        "La imagen es nítida y detallada",
        "El ambiente es muy especial",
        "Todo parece vivo",
    ),
)
#: Adjectives before the noun that change nothing: invariable, or "masculine/feminine/masculine plural/feminine plural".
EPITHETS = {
    "person": Phrase(
        en=("stylish", "beautiful", "elegant", "lone", "mysterious"),
        es=("elegante/elegante/elegantes/elegantes", "misterioso/misteriosa/misteriosos/misteriosas"),
    ),
    "animal": Phrase(
        en=("cute", "beautiful", "adorable", "lovely"),
        es=(
            "hermoso/hermosa/hermosos/hermosas",
            "precioso/preciosa/preciosos/preciosas",
            "bonito/bonita/bonitos/bonitas",
        ),
    ),
    "big": Phrase(
        en=("giant", "huge", "majestic", "enormous"),
        es=("enorme/enorme/enormes/enormes", "majestuoso/majestuosa/majestuosos/majestuosas"),
    ),
    "thing": Phrase(
        en=("beautiful", "nice", "pretty"), es=("bonito/bonita/bonitos/bonitas", "hermoso/hermosa/hermosos/hermosas")
    ),
}

#: Whole sentences on the hour and the weather.
TIME_SENTENCES: dict[str, Phrase] = {
    "dawn": Phrase(
        en=("it is dawn", "the day is breaking", "the sun is rising"), es=("amanece", "es de madrugada", "sale el sol")
    ),
    "day": Phrase(en=("it is day", "it is the middle of the day"), es=("es de día", "es pleno día")),
    "sunset": Phrase(en=("the sun is setting", "it is sunset"), es=("se pone el sol", "está atardeciendo")),
    "night": Phrase(
        en=("it is night", "night has fallen", "it is late at night"),
        es=("es de noche", "ha caído la noche", "es noche cerrada"),
    ),
}
WEATHER_SENTENCES: dict[str, Phrase] = {
    "clear": Phrase(en=("the sky is clear", "the weather is fine"), es=("el cielo está despejado", "hace buen tiempo")),
    "rain": Phrase(en=("it is raining", "rain is falling"), es=("llueve", "está lloviendo", "cae la lluvia")),
    "heavy rain": Phrase(
        en=("it is pouring", "it is raining heavily"),
        es=("llueve a cántaros", "llueve con fuerza", "cae una lluvia intensa"),
    ),
    "snow": Phrase(en=("it is snowing", "snow is falling"), es=("nieva", "está nevando", "cae la nieve")),
    "fog": Phrase(en=("there is fog", "everything is covered in fog"), es=("hay niebla", "la niebla lo cubre todo")),
    "storm": Phrase(
        en=("a storm is raging", "lightning flashes across the sky", "there is a thunderstorm"),
        es=("hay tormenta", "los relámpagos iluminan el cielo", "hay una tormenta eléctrica"),
    ),
}

#: Ages of grown people, which are not drawn yet and so change nothing; behind the noun in Spanish.
AGES = Phrase(
    en=("30 year old", "30-year-old", "young", "25 year old", "forty year old"),
    es=("de 30 años", "joven/joven/jóvenes/jóvenes", "de treinta años", "de 25 años", "de unos 40 años"),
)
AGED = ("woman", "man", "astronaut", "dancer", "diver")

#: Hour and weather in one: "on a {weather} {time}", where both are usual together.
TIME_NOUNS: dict[str, tuple[str, str]] = {
    "dawn": ("dawn", "amanecer/amaneceres m"),
    "day": ("day", "día/días m"),
    "sunset": ("evening", "atardecer/atardeceres m"),
    "night": ("night", "noche/noches f"),
}
WEATHER_ADJECTIVES: dict[str, tuple[str, str]] = {
    "clear": ("clear", "despejado/despejada/despejados/despejadas"),
    "rain": ("rainy", "lluvioso/lluviosa/lluviosos/lluviosas"),
    "heavy rain": ("very rainy", "de lluvia intensa"),
    "snow": ("snowy", "de nieve"),
    "fog": ("foggy", "de niebla"),
    "storm": ("stormy", "de tormenta"),
}

#: How many: two, three; the last of each may stand for more.
NUMBERS: dict[int, Phrase] = {
    2: Phrase(en=("two", "a pair of", "a couple of", "2"), es=("dos", "un par de", "2")),
    3: Phrase(
        en=("three", "several", "a group of", "some", "3", "a bunch of"),
        es=(
            "tres",
            "varios/varias/varios/varias",
            "un grupo de",
            "unos cuantos/unas cuantas/unos cuantos/unas cuantas",
            "3",
        ),
    ),
}

#: Several in a club.
PARTY = Phrase(en=("a party of", "a crowd of"), es=("una fiesta de", "un grupo de"))

#: Small words that hold sentences together.
LINKS: dict[str, Phrase] = {
    "while": Phrase(en=("while", "and", "as"), es=("mientras", "y")),
    "then": Phrase(en=("then", "after that", "and then", "next"), es=("luego", "después", "y luego", "a continuación")),
    "of": Phrase(en=("of",), es=("de",)),
    "there is": Phrase(en=("there is", "we see", "you can see"), es=("hay", "se ve", "vemos")),
    "there are": Phrase(en=("there are", "we see", "you can see"), es=("hay", "se ven", "vemos")),
    "we are": Phrase(
        en=("we are", "the scene takes place", "the scene is set", "everything happens"),
        es=("estamos", "la escena transcurre", "la acción ocurre", "todo sucede"),
    ),
    "we hear": Phrase(en=("we hear", "you can hear", "one hears"), es=("oímos", "escuchamos", "se puede oír")),
    "with the sound of": Phrase(
        en=("with the sound of", "to the sound of", "the sound of"),
        es=("con el sonido de", "con el ruido de", "al son de"),
    ),
    "cut": Phrase(
        en=("cut to", "then we cut to", "the next shot shows", "second shot:"),
        es=("corte a", "después vemos", "el siguiente plano muestra", "segundo plano:"),
    ),
    "first": Phrase(en=("first", "at first", ""), es=("primero", "al principio", "")),
    "in style": Phrase(
        en=("it looks like", "everything looks like", "filmed as", "it is"),
        es=("parece", "todo parece", "filmado como", "es", "se ve como"),
    ),
}
