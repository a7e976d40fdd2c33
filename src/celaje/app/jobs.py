"""What runs later, on PostgreSQL through Procrastinate: enqueued in the transaction that writes the row, or not at all.

Two queues. `clips` needs the engine and is worked by whoever has it; `light` is everything else. Tasks live in the
slices' `jobs.py`; those whose body needs arrays have it in `celaje.worker`.
"""

CLIPS = "clips"
LIGHT = "light"
