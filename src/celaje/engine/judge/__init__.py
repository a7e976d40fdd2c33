"""Networks that tell what a clip shows and sounds like."""

from celaje.engine.judge.motion import TINY_MOTION, MotionAnswers, MotionConfig, MotionJudge, Moving
from celaje.engine.judge.network import TINY_JUDGE, Answers, Judge, JudgeConfig, Views

__all__ = [
    "TINY_JUDGE",
    "TINY_MOTION",
    "Answers",
    "Judge",
    "JudgeConfig",
    "MotionAnswers",
    "MotionConfig",
    "MotionJudge",
    "Moving",
    "Views",
]
