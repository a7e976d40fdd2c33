"""Networks that tell what a clip shows and sounds like."""

from celaje.engine.judge.network import TINY_JUDGE, Answers, Judge, JudgeConfig, Views

__all__ = ["TINY_JUDGE", "Answers", "Judge", "JudgeConfig", "Views"]
