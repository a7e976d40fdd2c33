"""Every kind of subject that can be in a clip. To add one: write its file, name it here."""

from celaje.engine.world.kinds import (
    astronaut,
    ball,
    balloon,
    bird,
    box,
    butterfly,
    car,
    cat,
    child,
    dancer,
    diver,
    dog,
    drone,
    elephant,
    fish,
    horse,
    mammoth,
    man,
    old_person,
    paper_boat,
    robot,
    sailing_boat,
    spaceship,
    train,
    turtle,
    woman,
)
from celaje.engine.world.kinds.kind import Kind

_PEOPLE = (woman, man, child, old_person, astronaut, diver, dancer, robot)
_ANIMALS = (cat, dog, horse, mammoth, elephant, turtle, bird, fish, butterfly)
_THINGS = (ball, car, train, sailing_boat, paper_boat, balloon, drone, spaceship, box)

KINDS: dict[str, Kind] = {module.KIND.name: module.KIND for module in (*_PEOPLE, *_ANIMALS, *_THINGS)}
