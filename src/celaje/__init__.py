"""Celaje: one sentence becomes a clip with synchronised sound."""
