"""Captioned clips as shards on disk and batches in memory.

It does not know what made the clips or who learns from them.
"""

from celaje.engine.data.clips import ClipShards
from celaje.engine.data.latents import LatentBatch, LatentShards
from celaje.engine.data.pairs import PairShards, Triplets, Views
from celaje.engine.data.shards import random_below, rare_more_often, read_shard, shard_paths, write_shard

__all__ = [
    "ClipShards",
    "LatentBatch",
    "LatentShards",
    "PairShards",
    "Triplets",
    "Views",
    "random_below",
    "rare_more_often",
    "read_shard",
    "shard_paths",
    "write_shard",
]
