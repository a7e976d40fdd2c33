"""Schedules, guidance and solvers over any denoiser. They do not know networks, prompts or pixels."""

from celaje.engine.sampling.guidance import guided
from celaje.engine.sampling.solver import Walk, blend, go_on, sample, times

__all__ = ["Walk", "blend", "go_on", "guided", "sample", "times"]
