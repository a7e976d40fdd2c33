"""Reports and posts from the admin's side: the queue, what each report is about, and hide or keep.

Nothing is written here: a decision goes through the same actions as everywhere, which close all reports of the same
thing and tell those who sent them.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget

from celaje.app.accounts.admin import NothingMade
from celaje.app.accounts.models import Person
from celaje.app.errors import AppError
from celaje.app.moderation import actions
from celaje.app.moderation.models import Report, State
from celaje.app.posts.models import Post
from celaje.app.videos.models import Kind

HIDE, KEEP = "hide", "keep"


def poster(post: Post, height: int) -> SafeString:
    """The post's first frame, as a link to its page."""
    image = post.files.get(Kind.POSTER)
    if image is None:
        return format_html('<a href="{}">{}</a>', post.get_absolute_url(), post.pk)
    words = '<a href="{}"><img src="{}" alt="{}" height="{}" loading="lazy"></a>'
    return format_html(words, post.get_absolute_url(), image.get_absolute_url(), post.video.prompt, height)


class DecisionForm(forms.ModelForm):  # type: ignore[type-arg] # it has no parameters when it runs
    """Hide or keep, and why."""

    decision = forms.ChoiceField(
        label=_("decision"),
        choices=[(HIDE, _("Take it down")), (KEEP, _("Keep it"))],
        widget=UnfoldAdminRadioSelectWidget,
    )
    note = forms.CharField(
        label=_("note"),
        max_length=500,
        required=False,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("Only admins read it."),
    )

    class Meta:
        model = Report
        fields = ("note",)

    def clean(self) -> dict[str, Any]:
        """What cannot be decided here is said beside the choice."""
        given = super().clean() or self.cleaned_data
        person = self.instance.person
        if given.get("decision") == HIDE and person is not None and person.is_staff:
            self.add_error("decision", _("An admin cannot be deactivated here."))
        return given


@admin.register(Report)
class ReportAdmin(NothingMade):
    """The queue: what waits is listed first, the oldest on top."""

    form = DecisionForm
    list_display = ("thing", "reason", "text", "reporter", "created_at", "state")
    list_display_links = ("reason",)
    list_filter = ("state", "reason")
    list_select_related = ("reporter", "post__video", "comment__author", "person")
    ordering = ("created_at",)
    actions = ("take_down", "keep")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        """With posters."""
        return super().get_queryset(request).prefetch_related("post__video__assets")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Without a filter, those that wait."""
        if request.method == "GET" and not request.GET:
            return HttpResponseRedirect(f"{request.path}?state__exact={State.OPEN}")
        return super().changelist_view(request, extra_context)

    def get_fields(self, request: HttpRequest, obj: Report | None = None) -> tuple[str, ...]:
        """What is decided is only looked at."""
        about = ("about", "reason", "text", "reporter", "created_at", "others")
        if obj is not None and obj.state != State.OPEN:
            return (*about, "state", "decided_by", "decided_at", "note")
        return (*about, "decision", "note")

    def get_readonly_fields(self, request: HttpRequest, obj: Report | None = None) -> tuple[str, ...]:
        """All but the decision."""
        return tuple(name for name in self.get_fields(request, obj) if name not in ("decision", "note"))

    def has_change_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        """A decision stands; a hidden post can be shown again in the list of posts."""
        return (obj is None or obj.state == State.OPEN) and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Decide."""
        hide = form.cleaned_data["decision"] == HIDE
        self._decide(request, [obj], hide=hide, note=form.cleaned_data["note"])

    @admin.action(description=_("Take down"))
    def take_down(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        """Posts are hidden, comments removed, people deactivated."""
        self._decide(request, reports, hide=True)

    @admin.action(description=_("Keep"))
    def keep(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        """It stays."""
        self._decide(request, reports, hide=False)

    def _decide(self, request: HttpRequest, reports: Any, *, hide: bool, note: str = "") -> None:
        assert isinstance(request.user, Person)
        for report in reports:
            try:
                actions.decide(request.user, report, hide=hide, note=note)
            except AppError as error:
                self.message_user(request, str(error), messages.ERROR)

    @admin.display(description=_("what"))
    def thing(self, report: Report) -> SafeString:
        """Small, for the list."""
        if report.post is not None:
            return poster(report.post, 72)
        if report.comment is not None:
            return format_html("“{}” {}", report.comment.text, report.comment.author)
        return format_html("{}", report.person)

    @admin.display(description=_("what"))
    def about(self, report: Report) -> SafeString:
        """All that one needs to decide: the picture, the words, whose they are."""
        if report.post is not None:
            post = report.post
            words = "{}<br>{}<br><br>{}<br><br>{}"
            return format_html(words, poster(post, 240), post.author, post.caption, post.video.prompt)
        if report.comment is not None:
            comment = report.comment
            return format_html("{}: “{}”<br><br>{}", comment.author, comment.text, poster(comment.post, 120))
        person = report.person
        assert person is not None
        return format_html(
            '<a href="{}">{}</a><br>{}<br>{}', person.get_absolute_url(), person, person.name, person.about
        )

    @admin.display(description=_("others who reported it"))
    def others(self, report: Report) -> int:
        """How many."""
        same = Report.objects.filter(post=report.post, comment=report.comment, person=report.person)
        return same.exclude(pk=report.pk).count()


@admin.register(Post)
class PostAdmin(NothingMade):
    """All posts, to be hidden or shown again. What they say is their authors' matter."""

    list_display = ("picture", "author", "caption", "audience", "num_likes", "num_reports", "created_at", "hidden_at")
    list_display_links = None
    list_filter = (("hidden_at", admin.EmptyFieldListFilter), "audience")
    list_select_related = ("author", "video")
    search_fields = ("caption", "author__handle", "video__prompt")
    ordering = ("-created_at",)
    actions = ("hide", "show")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        """With posters and reports."""
        return super().get_queryset(request).defer("search").prefetch_related("video__assets", "reports")

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """They are looked at, and hidden in the list."""
        return obj is None and super().has_change_permission(request, obj)

    @admin.display(description=_("clip"))
    def picture(self, post: Post) -> SafeString:
        """Its first frame."""
        return poster(post, 72)

    @admin.display(description=_("reports"))
    def num_reports(self, post: Post) -> int:
        """How many, decided ones too."""
        return len(post.reports.all())

    @admin.action(description=_("Hide"))
    def hide(self, request: HttpRequest, posts: QuerySet[Post]) -> None:
        """Only their authors and admins see them from now on."""
        assert isinstance(request.user, Person)
        for post in posts:
            actions.hide_post(request.user, post)

    @admin.action(description=_("Show again"))
    def show(self, request: HttpRequest, posts: QuerySet[Post]) -> None:
        """They are back where they were."""
        assert isinstance(request.user, Person)
        for post in posts:
            actions.show_post(request.user, post)
