"""Why a clip could not be made, in words for its owner, with what they can do. None of it costs quota."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NOT_POSSIBLE = "not_possible"
DISK_FULL = "disk_full"
STORAGE = "storage_unavailable"
MEMORY = "out_of_memory"
WEIGHTS = "model_unavailable"
INTERRUPTED = "interrupted"
AWAY = "server_away"
PICTURE = "unreadable_picture"
SOURCE = "source_gone"
CLIP = "unreadable_clip"
TOO_LONG = "clip_too_long"
QUOTA = "quota_exceeded"
SCENE = "unreadable_scene"
UNEXPECTED = "unexpected"

WORDS: dict[str, Promise] = {
    NOT_POSSIBLE: _("The model cannot make this. Change the prompt, the length or the size, and try again."),
    DISK_FULL: _("There is no space left for clips here. An admin must free some; then try again."),
    STORAGE: _("The finished clip could not be kept. An admin must look at the storage; then try again."),
    MEMORY: _("The machine ran out of memory. Try a shorter or smaller clip."),
    WEIGHTS: _("The model could not be loaded here. An admin must look at its weights; then try again."),
    INTERRUPTED: _("The machine stopped three times while it made this clip. Try again, or make a shorter one."),
    AWAY: _("The machine that makes clips does not answer. Try again later, or tell an admin."),
    PICTURE: _("A picture that this clip shall show cannot be read. Give another one, as PNG, JPEG or WebP."),
    SOURCE: _("The clip that this one is made from is not here any more. Take another one, or begin anew."),
    CLIP: _("This file cannot be read as a clip. Give an MP4 with a picture, at most four times as wide as high."),
    TOO_LONG: _("This clip is too long: with what is made of it, a clip has 120 s at most."),
    QUOTA: _("Not enough is left of the day for a clip of this length."),
    SCENE: _("The scene cannot be filmed as it is."),
    UNEXPECTED: _("Something unexpected went wrong while this clip was made. An admin finds it in the log. Try again."),
}
