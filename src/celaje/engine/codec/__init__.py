"""Video and audio autoencoders: a clip becomes latents and back, chunk by chunk. It does not know what is in a clip."""
