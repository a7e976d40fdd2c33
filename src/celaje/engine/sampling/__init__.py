"""Schedules, guidance and solvers over any denoiser. They do not know networks, prompts or pixels."""

from celaje.engine.sampling.guidance import guided
from celaje.engine.sampling.solver import blend, sample, times

__all__ = ["blend", "guided", "sample", "times"]
