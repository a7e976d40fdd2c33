"""What people share: posts, likes, comments, remixes, notices, and who may see what."""
