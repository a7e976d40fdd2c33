"""The verbs for every action, conjugated, in English and Spanish. It does not know who acts or any sentence.

Rare verbs come with the kinds that may use them. An "@" stands for the ending that agrees with who acts: o, a, os, as.
"""

from dataclasses import dataclass

Forms = tuple[str, str, str]  # singular, plural, gerund, each in the third person


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One way to say an action: `en` "plural/singular/gerund" (walk/walks/walking), `es` "singular/plural/gerund".

    `only` names the kinds (or the groups of `GROUPS`) that may use it; empty means all. `path` says that a place can
    follow as a way ("through the forest"). A verb without words in one language is not used there.
    """

    en: str = ""
    es: str = ""
    only: tuple[str, ...] = ()
    path: bool = False

    def forms(self, language: str) -> Forms:
        """Singular, plural and gerund (which may be empty)."""
        first, second, gerund = (self.en if language == "en" else self.es).split("/")
        return (second, first, gerund) if language == "en" else (first, second, gerund)


#: Kinds that share verbs.
GROUPS = {
    "person": ("woman", "man", "child", "old person", "astronaut", "diver", "dancer", "robot"),
    "animal": ("cat", "dog", "horse", "mammoth", "elephant", "turtle", "bird", "fish", "butterfly"),
    "thing": ("ball", "car", "train", "sailing boat", "paper boat", "balloon", "drone", "spaceship", "box"),
    "vehicle": ("car", "train"),
    "boat": ("sailing boat", "paper boat"),
    "flyer": ("bird", "butterfly", "drone", "spaceship"),
    "walker": ("cat", "dog", "horse", "mammoth", "elephant"),
}

VERBS: dict[str, tuple[Verb, ...]] = {
    "stand": (
        Verb(en="stand/stands/standing", es="está de pie/están de pie/de pie", only=("person",)),
        Verb(en="stand still/stands still/standing still", es="está quiet@/están quiet@/quiet@"),
        Verb(en="wait/waits/waiting", es="espera/esperan/esperando", only=("person", "animal")),
        Verb(en="stay/stays/staying", es="permanece/permanecen/permaneciendo"),
        Verb(en="rest/rests/resting", es="reposa/reposan/reposando", only=("thing", "animal")),
        Verb(en="pose/poses/posing", es="posa/posan/posando", only=("person",)),
        Verb(
            en="look around/looks around/looking around",
            es="mira alrededor/miran alrededor/mirando alrededor",
            only=("person", "animal"),
        ),
    ),
    "walk": (
        Verb(en="walk/walks/walking", es="camina/caminan/caminando", path=True),
        Verb(en="stroll/strolls/strolling", es="pasea/pasean/paseando", only=("person", "walker"), path=True),
        Verb(en="wander/wanders/wandering", es="deambula/deambulan/deambulando", only=("person", "animal"), path=True),
        Verb(
            en="plod/plods/plodding", es="avanza/avanzan/avanzando", only=("mammoth", "elephant", "turtle"), path=True
        ),
        Verb(
            en="march/marches/marching",
            es="marcha/marchan/marchando",
            only=("robot", "astronaut", "mammoth"),
            path=True,
        ),
        Verb(en="crawl/crawls/crawling", es="se arrastra/se arrastran/arrastrándose", only=("turtle",), path=True),
    ),
    "run": (
        Verb(en="run/runs/running", es="corre/corren/corriendo", path=True),
        Verb(en="race/races/racing", es="corre a toda prisa/corren a toda prisa/corriendo a toda prisa", path=True),
        Verb(en="sprint/sprints/sprinting", es="esprinta/esprintan/esprintando", only=("person", "dog"), path=True),
        Verb(en="gallop/gallops/galloping", es="galopa/galopan/galopando", only=("horse",), path=True),
        Verb(en="dash/dashes/dashing", es="va corriendo/van corriendo/", path=True),
        Verb(en="jog/jogs/jogging", es="trota/trotan/trotando", only=("person", "horse"), path=True),
    ),
    "jump": (
        Verb(en="jump/jumps/jumping", es="salta/saltan/saltando"),
        Verb(en="leap/leaps/leaping", es="brinca/brincan/brincando"),
        Verb(en="hop/hops/hopping", es="da saltos/dan saltos/dando saltos"),
        Verb(en="jump up and down/jumps up and down/jumping up and down", es="da brincos/dan brincos/dando brincos"),
    ),
    "dance": (
        Verb(en="dance/dances/dancing", es="baila/bailan/bailando"),
        Verb(
            en="dance to the beat/dances to the beat/dancing to the beat",
            es="baila al ritmo/bailan al ritmo/bailando al ritmo",
        ),
        Verb(es="danza/danzan/danzando"),
        Verb(en="groove/grooves/grooving"),
    ),
    "wave": (
        Verb(en="wave/waves/waving", es="saluda/saludan/saludando"),
        Verb(
            en="wave a hand/waves a hand/waving a hand",
            es="saluda con la mano/saludan con la mano/saludando con la mano",
        ),
        Verb(en="wave hello/waves hello/waving hello", es="agita la mano/agitan la mano/agitando la mano"),
        Verb(en="greet us/greets us/greeting us", es="nos saluda/nos saludan/saludándonos"),
    ),
    "turn": (
        Verb(en="turn around/turns around/turning around", es="se da la vuelta/se dan la vuelta/dándose la vuelta"),
        Verb(en="turn/turns/turning", es="gira/giran/girando"),
        Verb(en="spin/spins/spinning", es="da vueltas/dan vueltas/dando vueltas"),
    ),
    "sit": (
        Verb(en="sit/sits/sitting", es="está sentad@/están sentad@/sentad@"),
        Verb(en="sit down/sits down/sitting down", es="se sienta/se sientan/sentándose"),
    ),
    "swim": (
        Verb(en="swim/swims/swimming", es="nada/nadan/nadando", path=True),
        Verb(
            en="glide through the water/glides through the water/gliding through the water",
            es="se desliza por el agua/se deslizan por el agua/deslizándose por el agua",
        ),
        Verb(en="dive/dives/diving", es="bucea/bucean/buceando", only=("diver",)),
        Verb(en="explore/explores/exploring", es="explora/exploran/explorando", only=("diver",)),
        Verb(
            en="discover a shipwreck/discovers a shipwreck/discovering a shipwreck",
            es="descubre un naufragio/descubren un naufragio/descubriendo un naufragio",
            only=("diver",),
        ),
        Verb(
            en="explore a wreck/explores a wreck/exploring a wreck",
            es="explora un barco hundido/exploran un barco hundido/explorando un barco hundido",
            only=("diver",),
        ),
    ),
    "fly": (
        Verb(en="fly/flies/flying", es="vuela/vuelan/volando", path=True),
        Verb(en="soar/soars/soaring", es="planea/planean/planeando", only=("bird", "spaceship"), path=True),
        Verb(
            en="flutter/flutters/fluttering",
            es="revolotea/revolotean/revoloteando",
            only=("bird", "butterfly"),
            path=True,
        ),
        Verb(en="hover/hovers/hovering", es="se mantiene en el aire/se mantienen en el aire/", only=("drone",)),
    ),
    "roll": (
        Verb(en="roll/rolls/rolling", es="rueda/ruedan/rodando", path=True),
        Verb(en="roll along/rolls along/rolling along", es="va rodando/van rodando/"),
    ),
    "bounce": (
        Verb(en="bounce/bounces/bouncing", es="rebota/rebotan/rebotando"),
        Verb(
            en="bounce up and down/bounces up and down/bouncing up and down",
            es="bota arriba y abajo/botan arriba y abajo/botando arriba y abajo",
        ),
        Verb(es="bota/botan/botando"),
        Verb(es="da botes/dan botes/dando botes"),
    ),
    "fall": (
        Verb(en="fall/falls/falling", es="cae/caen/cayendo"),
        Verb(en="fall down/falls down/falling down", es="se cae/se caen/cayéndose"),
        Verb(
            en="drop to the ground/drops to the ground/dropping to the ground",
            es="cae al suelo/caen al suelo/cayendo al suelo",
        ),
    ),
    "collide": (
        Verb(en="collide/collides/colliding", es="choca/chocan/chocando"),
        Verb(en="crash/crashes/crashing", es="se estrella/se estrellan/estrellándose"),
    ),
    "collide with": (
        Verb(en="collide with/collides with/colliding with", es="choca con/chocan con/chocando con"),
        Verb(en="crash into/crashes into/crashing into", es="se da contra/se dan contra/dándose contra"),
        Verb(en="bump into/bumps into/bumping into", es="choca contra/chocan contra/chocando contra"),
        Verb(en="run into/runs into/running into", es="tropieza con/tropiezan con/tropezando con"),
    ),
    "follow": (
        Verb(en="follow/follows/following", es="sigue a/siguen a/siguiendo a"),
        Verb(en="chase/chases/chasing", es="persigue a/persiguen a/persiguiendo a"),
        Verb(en="move behind/moves behind/moving behind", es="va detrás de/van detrás de/yendo detrás de"),
    ),
    "talk": (
        Verb(en="talk/talks/talking", es="habla/hablan/hablando"),
        Verb(en="speak/speaks/speaking", es="está hablando/están hablando/"),
        Verb(
            en="talk to the camera/talks to the camera/talking to the camera",
            es="habla a la cámara/hablan a la cámara/hablando a la cámara",
        ),
        Verb(en="say something/says something/saying something", es="dice algo/dicen algo/diciendo algo"),
    ),
    "call": (
        Verb(en="call/calls/calling", es="llama/llaman/llamando", only=("person", "animal")),
        Verb(en="make a sound/makes a sound/making a sound", es="hace un ruido/hacen un ruido/haciendo un ruido"),
        Verb(
            en="cry out/cries out/crying out", es="da un grito/dan un grito/dando un grito", only=("person", "animal")
        ),
    ),
    "drive": (
        Verb(en="drive/drives/driving", es="circula/circulan/circulando", path=True),
        Verb(en="drive by/drives by/driving by", es="pasa/pasan/pasando"),
        Verb(en="roll by/rolls by/rolling by", es="avanza/avanzan/avanzando"),
        Verb(en="speed along/speeds along/speeding along", es="va a toda velocidad/van a toda velocidad/"),
        Verb(en="travel/travels/traveling", es="viaja/viajan/viajando", path=True),
    ),
    "sail": (
        Verb(en="sail/sails/sailing", es="navega/navegan/navegando"),
        Verb(en="glide along/glides along/gliding along", es="se desliza/se deslizan/deslizándose"),
        Verb(en="sail past/sails past/sailing past", es="pasa navegando/pasan navegando/"),
    ),
    "float": (
        Verb(en="float/floats/floating", es="flota/flotan/flotando"),
        Verb(en="drift/drifts/drifting", es="va a la deriva/van a la deriva/"),
        Verb(
            en="hang in the air/hangs in the air/hanging in the air",
            es="flota en el aire/flotan en el aire/flotando en el aire",
            only=("balloon", "drone", "spaceship"),
        ),
    ),
}
