"""What a prompt says aloud: quoted sentences become voices, find their seconds, and are laid over the clip's sound.

`say_prompt` is for a model that makes clips from prompts, `say_scene` for the simulated world. Voices come from
`find_voice`: the built-in one, or another that is installed. It does not know models, pictures or files.
"""

from celaje.speech.fit import NOTHING_SAID, Note, Speech, Spoken
from celaje.speech.lay import lay_over
from celaje.speech.room_tone import RoomTone
from celaje.speech.say import say_prompt, say_scene
from celaje.speech.voice import Speaker, Voice, VoiceError, find_voice

__all__ = [
    "NOTHING_SAID",
    "Note",
    "RoomTone",
    "Speaker",
    "Speech",
    "Spoken",
    "Voice",
    "VoiceError",
    "find_voice",
    "lay_over",
    "say_prompt",
    "say_scene",
]
