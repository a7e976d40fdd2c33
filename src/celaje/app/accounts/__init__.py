"""People: who they are, who invited whom, who follows, blocks or mutes whom, and how much each may make.

It knows no clips and no posts.
"""
