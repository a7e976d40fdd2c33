"""How good is it: what clips show and sound like told by a trained judge, beside what their prompts asked for.

It does not know training.
"""

from celaje.engine.evaluate.jury import Jury
from celaje.engine.evaluate.measure import Extras, evaluate
from celaje.engine.evaluate.report import Report
from celaje.engine.evaluate.sheets import clip_sheet, listening_sheet
from celaje.engine.evaluate.shelf import Shelf
from celaje.engine.evaluate.tasks import TasksReport, evaluate_tasks
from celaje.engine.judge import Judge, JudgeConfig

__all__ = [
    "Extras",
    "Judge",
    "JudgeConfig",
    "Jury",
    "Report",
    "Shelf",
    "TasksReport",
    "clip_sheet",
    "evaluate",
    "evaluate_tasks",
    "listening_sheet",
]
