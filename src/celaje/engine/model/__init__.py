"""The diffusion transformer: noisy latents, per-token noise levels and text -> clean latents."""

from celaje.engine.model.transformer import Transformer, TransformerConfig

__all__ = ["Transformer", "TransformerConfig"]
