"""The GPU's pictures are the processor's, in numba's simulator; and every kernel can be compiled for a GPU.

Neither needs a GPU. In the simulator each thread of a kernel is a Python thread, so pictures and shadow maps are tiny.
This file is also the program that runs in it: the simulator has to be chosen before numba is imported.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import numba
import numpy as np
import pytest
from numba import cuda
from numpy.typing import NDArray

from celaje.clip import Size
from celaje.engine.world.camera import CameraTrack
from celaje.engine.world.kernels import cpu, gpu, shadow
from celaje.engine.world.light import light_for
from celaje.engine.world.places import PLACES
from celaje.engine.world.places.place import Lamp
from celaje.engine.world.record import record, record_frame
from celaje.engine.world.render import Frames, View, kernels_for, render
from celaje.engine.world.sample import sample
from celaje.engine.world.shapes import Finish, Pattern, Shapes, Solid

SIZE = Size(24, 16)
MAPS = 16, 8  # cells of the shadow maps each way
#: Place, hour and weather: a mirroring floor indoors, under water, wet asphalt in the rain, snow, lava that glows.
SCENES = (
    ("living room", "day", "clear"),
    ("underwater", "day", "clear"),
    ("city", "night", "heavy rain"),
    ("snowy meadow", "dawn", "snow"),
    ("volcano", "sunset", "storm"),
)
#: Of 255 levels. The simulator reckons some steps with fewer digits than machine code does; where such a step decides
#: which of two surfaces a ray meets, or whether a point is in shadow, a pixel may differ by more.
LEVELS, SHARE_BEYOND, MEAN = 2, 0.01, 0.1
CAPABILITY = (8, 0)  # of the GPU that kernels are compiled for


def _draw(index: int, device: str) -> Frames:
    """Two tiny frames of a ball, a box, a cylinder and a cone, near all kinds of pattern and finish, in one place."""
    name, hour, weather = SCENES[index]
    place, time_s = PLACES[name], np.arange(2) / 12
    things = Shapes(2, 1)
    looks = zip(Solid, Finish, (Pattern.SPOTS, Pattern.CHECKS, Pattern.WINDOWS, Pattern.FUR), strict=True)
    for number, (solid, finish, pattern) in enumerate(looks):
        x = 0.9 * number - 1.4 + 0.6 * time_s
        things.add(
            (x, 0.2, 0.0), (x + 0.2, 1.3, 0.1), 0.35, color=(0.9, 0.4, 0.2), color2=(0.1, 0.3, 0.9), solid=solid,
            finish=finish, pattern=pattern, glow=0.6 if number == 2 else 0.0,
        )  # fmt: skip
    eye = np.stack([0.3 * time_s, 0 * time_s + 1.1, 0 * time_s - 4.0], axis=1)
    view = View(
        camera=CameraTrack(eye=eye, target=0 * eye + [0.0, 0.6, 0.0], roll=0 * time_s, field_of_view=np.pi / 3),
        light=light_for(hour, weather, place), ground=place.ground, options=place.options,
        lamps=(Lamp(position=(1.0, 1.5, -0.5), color=(1.0, 0.8, 0.5), reach_m=4.0, night_only=False),),
        place=place, weather=weather, time_s=time_s, beat=2 * time_s, flash=0 * time_s + 0.5, burst=0 * time_s,
        seed=7 + index,
    )  # fmt: skip
    return render(things, view, SIZE, device=device)


@pytest.fixture
def small_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shadow, "MAP_SIDE", MAPS[0])
    monkeypatch.setattr(shadow, "CONTACT_SIDE", MAPS[1])


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, NDArray[Any]]:
    """What the GPU's kernels draw in the simulator."""
    path = tmp_path_factory.mktemp("gpu") / "frames.npz"
    switches = {"NUMBA_ENABLE_CUDASIM": "1", "NUMBA_DISABLE_JIT": "1"}
    subprocess.run([sys.executable, __file__, str(path)], env=os.environ | switches, check=True)
    with np.load(path) as kept:
        return dict(kept)


@pytest.mark.usefixtures("small_maps")
@pytest.mark.parametrize("index", range(len(SCENES)), ids=lambda index: SCENES[index][0])
def test_the_gpus_pictures_are_the_processors(index: int, simulated: dict[str, NDArray[Any]]) -> None:
    drawn = _draw(index, "cpu")
    off = np.abs(drawn.color.astype(int) - simulated[f"{index} color"])
    assert (off.max(-1) > LEVELS).mean() <= SHARE_BEYOND
    assert off.mean() < MEAN
    assert drawn.color.std() > 10
    same = drawn.instance == simulated[f"{index} instance"]
    assert same.mean() > 0.99
    np.testing.assert_allclose(drawn.depth[same], simulated[f"{index} depth"][same], rtol=1e-3)
    np.testing.assert_allclose(drawn.flow[same], simulated[f"{index} flow"][same], atol=0.02)


def test_both_devices_offer_the_same_stages() -> None:
    stages = set(cpu.__all__) | {"array", "zeros", "host", "blur", "smooth_edges", "spread"}
    assert all(callable(getattr(on, name)) for on in (cpu, gpu) for name in stages)


@pytest.mark.skipif(cuda.is_available(), reason="a GPU is here")
def test_a_gpu_that_is_not_there_is_said_before_anything_is_drawn() -> None:
    scene = sample(1, size=SIZE, num_frames=2)
    for draw in (lambda: record(scene, device="cuda"), lambda: record_frame(scene, 0, device="cuda")):
        with pytest.raises(ValueError, match=r"^no GPU can be used .* give cpu$"):
            draw()
    with pytest.raises(ValueError, match='the device "mps": give one of cpu, cuda'):
        kernels_for("mps")


def test_a_numpy_that_does_not_fit_is_said_before_anything_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(name: str) -> None:
        raise AttributeError(f"module 'numpy' has no attribute {name!r}")

    monkeypatch.setattr(gpu, "find_spec", lambda name: True)
    monkeypatch.setattr(cuda, "is_available", lambda: True)
    monkeypatch.setattr(gpu, "import_module", lost)
    with pytest.raises(ValueError, match=r"^no GPU can be used with NumPy 2.* no attribute .* or give cpu$"):
        record(sample(1, size=SIZE, num_frames=2), device="cuda")


def _nothing_runs(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Any, tuple[Any, ...]]]:
    """Kernels by name, and what they would have been launched with, of one scene that needs them all."""
    launched: dict[str, tuple[Any, tuple[Any, ...]]] = {}
    monkeypatch.setattr(gpu, "check", lambda: None)
    monkeypatch.setattr(gpu, "array", lambda values: values)
    monkeypatch.setattr(gpu, "host", lambda values: values)
    monkeypatch.setattr(gpu, "zeros", cpu.zeros)
    monkeypatch.setattr(cuda, "device_array", np.zeros)
    monkeypatch.setattr(
        gpu, "_launch", lambda kernel, shape, *given: launched.setdefault(kernel.py_func.__name__, (kernel, given))
    )
    _draw(2, "cuda")
    return launched


def test_every_kernel_can_be_compiled_for_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    launched = _nothing_runs(monkeypatch)
    assert len(launched) == 15
    if find_spec("numba_cuda") is None:
        pytest.skip("numba-cuda is not installed")
    here = SimpleNamespace(compute_capability=CAPABILITY)
    monkeypatch.setattr("numba.cuda.dispatcher.get_current_device", lambda: here)
    try:
        cuda.compile_ptx(lambda: None, (), cc=CAPABILITY)
    except Exception as error:  # of many kinds, by what is missing
        pytest.skip(f"CUDA's compiler is not here: {error}")
    for kernel, given in launched.values():
        types = tuple(numba.typeof(value) for value in given)
        assert ".entry" in cuda.compile_ptx(kernel.py_func, types, cc=CAPABILITY, fastmath=True)[0]


if __name__ == "__main__":
    shadow.MAP_SIDE, shadow.CONTACT_SIDE = MAPS
    gpu.BLOCK = 4  # Python threads wait for each other
    kept = {}
    for number in range(len(SCENES)):
        for part, values in vars(_draw(number, "cuda")).items():
            kept[f"{number} {part}"] = values
    np.savez(sys.argv[1], **kept)
