"""Batches that are ready when they are asked for: drawn for the next step while a GPU is at work on this one.

Drawing waits for the device now and then (how many words does the longest prompt have?). In a thread and on a stream of
its own it waits for nothing but itself, and the thread that launches the network's kernels never waits. It does not
know what is drawn.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import fields, is_dataclass
from typing import Generic, TypeVar

import torch
from torch import Tensor

Drawn = TypeVar("Drawn")


class Ahead(Generic[Drawn]):
    """`draw(step)` in time. With `eager`, which is meant for GPUs, the step after the one asked for is drawn at once,
    in a thread; else a step is drawn when it is asked for.

    A draw gives tensors in lists and dataclasses, and depends on nothing but its step.
    """

    def __init__(self, draw: Callable[[int], Drawn], device: torch.device, *, eager: bool | None = None) -> None:
        self.draw, self.device = draw, device
        eager = device.type == "cuda" if eager is None else eager
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="draws-batches") if eager else None
        # What has priority need not wait for the kernels of a whole step.
        self.stream = torch.cuda.Stream(device, priority=-1) if device.type == "cuda" else None  # type: ignore[no-untyped-call]
        self.begun: dict[int, Future[tuple[Drawn, torch.cuda.Event | None]]] = {}

    def get(self, step: int) -> Drawn:
        """What `draw` gives for `step`; raises what it raises."""
        if self.thread is None:
            return self.draw(step)
        drawn, ready = self._begin(step).result()
        self.begun = {}
        self._begin(step + 1)
        if ready is not None:
            current = torch.cuda.current_stream(self.device)
            current.wait_event(ready)
            for tensor in tensors_of(drawn):
                if tensor.is_cuda:
                    tensor.record_stream(current)  # its memory is not used anew before this stream is done with it
        return drawn

    def _begin(self, step: int) -> "Future[tuple[Drawn, torch.cuda.Event | None]]":
        if step not in self.begun:
            assert self.thread is not None, "without a thread nothing is begun"
            self.begun[step] = self.thread.submit(self._on_the_side, step)
        return self.begun[step]

    def _on_the_side(self, step: int) -> tuple[Drawn, torch.cuda.Event | None]:
        with nullcontext() if self.stream is None else torch.cuda.stream(self.stream):
            drawn = self.draw(step)
            return drawn, None if self.stream is None else self.stream.record_event()


def tensors_of(value: object) -> Iterator[Tensor]:
    """All tensors in `value`: itself, or those in lists, tuples and dataclasses."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from tensors_of(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from tensors_of(getattr(value, field.name))
