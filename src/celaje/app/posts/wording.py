"""A notice in words, in the language that is spoken around the call, and where it leads."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from celaje.app.posts.models import Happening, Notice


def words(notice: Notice) -> str:
    """One sentence: "@lluvia and 3 others like your clip."."""
    who = f"@{notice.actor.handle}" if notice.actor else _("Somebody")
    if notice.num_others:
        others = ngettext("%(who)s and %(num)d other", "%(who)s and %(num)d others", notice.num_others)
        who = others % {"who": who, "num": notice.num_others}
    sentences = {
        Happening.LIKE: ngettext("%(who)s likes your clip.", "%(who)s like your clip.", 1 + notice.num_others),
        Happening.COMMENT: _("%(who)s said something about your clip:"),
        Happening.REPLY: _("%(who)s answered you:"),
        Happening.FOLLOW: _("%(who)s follows you."),
        Happening.REMIX: _("%(who)s remixed your clip."),
        Happening.READY: _("Your clip is ready."),
        Happening.FAILED: _("A clip did not work out. It says why, and costs nothing."),
        Happening.HIDDEN: _("An admin has hidden your post. You still see it."),
        Happening.UPHELD: _("What you reported was taken down. Thank you."),
        Happening.DISMISSED: _("An admin looked at what you reported. It stays."),
    }
    return sentences[Happening(notice.kind)] % {"who": who}


def quote(notice: Notice) -> str:
    """What it is about, in somebody's own words: the comment, the caption, or the prompt. May be empty."""
    if notice.comment is not None:
        return notice.comment.text
    if notice.post is not None:
        return notice.post.caption or notice.post.video.prompt
    return notice.video.prompt if notice.video is not None else ""


def address(notice: Notice) -> str:
    """The page that it leads to, from the root on."""
    if notice.post is not None:
        return notice.post.get_absolute_url() + ("#talk" if notice.comment_id else "")
    if notice.video is not None:
        return notice.video.get_absolute_url()
    return notice.actor.get_absolute_url() if notice.actor is not None else "/notices"


def tag(notice: Notice) -> str:
    """The same for notices that share a line."""
    if notice.kind == Happening.LIKE:
        return f"like-{notice.post_id}"
    if notice.kind == Happening.READY and notice.video is not None:
        return f"ready-{notice.video.takes}"
    return f"notice-{notice.pk}"
