"""Reports, and what an admin decided."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from celaje.app.accounts.models import Person
from celaje.app.posts.models import Comment, Post


class Reason(models.TextChoices):
    """Why something is reported."""

    LIKENESS = "likeness", _("It shows me, or somebody who did not agree")
    HARASSMENT = "harassment", _("It is cruel to somebody")
    SEXUAL = "sexual", _("It is sexual")
    VIOLENCE = "violence", _("It is violent")
    SPAM = "spam", _("It is spam or a trick")
    OTHER = "other", _("Something else")


class State(models.TextChoices):
    """Where a report is."""

    OPEN = "open", _("waiting")
    UPHELD = "upheld", _("was taken down")
    DISMISSED = "dismissed", _("stays")


class Report(models.Model):
    """Somebody says that a post, a comment or a person should not be here. Exactly one of the three is set."""

    reporter = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="reports", verbose_name=_("reported by")
    )
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.CASCADE, related_name="reports")
    comment = models.ForeignKey(Comment, null=True, blank=True, on_delete=models.CASCADE, related_name="reports")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="reported")
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    text = models.CharField(_("in their words"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("reported"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes: ClassVar = [models.Index(fields=["state", "created_at"], name="report_queue")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(post__isnull=False, comment=None, person=None)
                | Q(post=None, comment__isnull=False, person=None)
                | Q(post=None, comment=None, person__isnull=False),
                name="report_of_one_thing",
            ),
            models.UniqueConstraint(fields=["reporter", "post"], name="report_post_once"),
            models.UniqueConstraint(fields=["reporter", "comment"], name="report_comment_once"),
            models.UniqueConstraint(fields=["reporter", "person"], name="report_person_once"),
        ]

    def __str__(self) -> str:
        return str(Reason(self.reason).label)
