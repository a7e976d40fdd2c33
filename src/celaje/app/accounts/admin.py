"""The house from the admin's side: its doors, roles and quotas, people, invitations, and who invited whom.

Nobody is made or deleted here: people join with an invitation and leave by themselves. An admin deactivates.
"""

from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from procrastinate.contrib.django.models import ProcrastinateJob
from unfold.admin import ModelAdmin

from celaje.app.accounts import actions, queries
from celaje.app.accounts.models import House, Invitation, Person, Role

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign, no-untyped-call]  # our page, with its limits
# Nothing here uses e-mail and groups, keys are private, and a job ends through its clip, which knows what follows.
for model in (EmailAddress, Authenticator, UserSession, Group, ProcrastinateJob):
    admin.site.unregister(model)


class NothingMade(ModelAdmin):
    """Rows that come about elsewhere and stay."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(House)
class HouseAdmin(NothingMade):
    """The one row: its list is its form."""

    fields = ("name", "doors", "allow_private_addresses")
    radio_fields: ClassVar = {"doors": admin.VERTICAL}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """There is one house."""
        return redirect("admin:accounts_house_change", House.current().pk)


@admin.register(Role)
class RoleAdmin(ModelAdmin):
    """What people may make and how many they may invite."""

    list_display = ("name", "video_seconds_per_day", "max_waiting_jobs", "num_invitations")

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        """The roles of newcomers and of the first person stay."""
        return obj is not None and obj.name not in ("member", "admin") and not obj.person_set.exists()


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # Django cannot subscript it
    """What an admin changes about a person."""

    def clean(self) -> dict[str, Any]:
        """Somebody must keep the keys of the house."""
        given = super().clean() or self.cleaned_data
        if queries.is_last_admin(self.instance) and not (given.get("is_staff") and given.get("is_active")):
            raise forms.ValidationError(_("This is the only admin. Make somebody else an admin first."))
        return given


@admin.register(Person)
class PersonAdmin(NothingMade):
    """People: their role, whether they may come in, and a way back in for who lost their keys."""

    form = PersonForm
    fields = ("handle", "name", "about", "role", "is_active", "is_staff", "joined_at", "invited_by")
    readonly_fields = ("handle", "name", "about", "joined_at", "invited_by")
    list_display = ("handle", "name", "role", "is_active", "is_staff", "invited_by", "joined_at")
    list_filter = ("role", "is_active", "is_staff")
    search_fields = ("handle", "name")
    ordering = ("handle",)
    list_select_related = ("role", "invitation__inviter")
    list_before_template = "admin/accounts/tree_link.html"  # type: ignore[assignment]  # its default is None
    actions = ("make_reset_links", "deactivate", "activate")

    @admin.display(description=_("invited by"), ordering="invitation__inviter__handle")
    def invited_by(self, person: Person) -> str:
        """Who brought them."""
        invitation = getattr(person, "invitation", None)
        return str(invitation.inviter) if invitation is not None and invitation.inviter is not None else "—"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """An admin may everything."""
        obj.is_superuser = obj.is_staff
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Make a reset link (shown once)"))
    def make_reset_links(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        """For who lost passkey and password: to be handed over by the admin."""
        for person in people[:10]:
            link = request.build_absolute_uri(reverse("reset", args=[actions.make_reset_link(person)]))
            words = _("For %(person)s, once, within a day: %(link)s") % {"person": person, "link": link}
            self.message_user(request, words, messages.SUCCESS)

    @admin.action(description=_("Deactivate"))
    def deactivate(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        """They no longer come in, and are not seen. Nothing of theirs is deleted."""
        others = people.exclude(pk=request.user.pk or 0)
        number = others.update(is_active=False)
        self._say(request, ngettext("%(number)d person deactivated.", "%(number)d people deactivated.", number), number)

    @admin.action(description=_("Activate"))
    def activate(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        """They come in again."""
        number = people.update(is_active=True)
        self._say(request, ngettext("%(number)d person activated.", "%(number)d people activated.", number), number)

    def _say(self, request: HttpRequest, words: str, number: int) -> None:
        self.message_user(request, words % {"number": number}, messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        """Its own page: the tree."""
        tree = path("tree/", self.admin_site.admin_view(self.tree), name="accounts_person_tree")
        return [tree, *super().get_urls()]

    def tree(self, request: HttpRequest) -> HttpResponse:
        """Who invited whom."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Who invited whom"),
            "guests": queries.invitation_tree(),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/accounts/tree.html", context)


@admin.register(Invitation)
class InvitationAdmin(NothingMade):
    """All invitations; they can be withdrawn."""

    list_display = ("code", "inviter", "guest", "created_at", "expires_at", "used_at", "withdrawn_at")
    list_filter = ("inviter",)
    search_fields = ("code", "inviter__handle", "guest__handle")
    ordering = ("-created_at",)
    list_select_related = ("inviter", "guest")
    actions = ("withdraw",)

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """They are looked at, and withdrawn in the list."""
        return obj is None and super().has_change_permission(request, obj)

    @admin.action(description=_("Withdraw"))
    def withdraw(self, request: HttpRequest, invitations: QuerySet[Invitation]) -> None:
        """Those that nobody has used."""
        assert isinstance(request.user, Person)
        for invitation in invitations.filter(used_at=None):
            actions.withdraw(request.user, invitation.pk)
        self.message_user(request, _("Withdrawn, as far as they were not used."), messages.SUCCESS)
