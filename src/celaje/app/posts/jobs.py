"""Jobs of posts: a push to one device, and forgetting old notices."""

from datetime import timedelta

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from celaje.app.jobs import LIGHT
from celaje.app.posts import push as web_push
from celaje.app.posts import queries
from celaje.app.posts.models import Notice, PushSubscription

NOTICES_KEPT = timedelta(days=90)


# Tried after 5 s, 25 s, 2 min and 10 min: who looks at a push an hour late has looked at the page.
@app.task(
    name="posts.push",
    queue=LIGHT,
    retry=RetryStrategy(max_attempts=4, exponential_wait=5, retry_exceptions=[web_push.LaterError]),
)
def push(notice_id: int, subscription_id: int) -> None:
    """Tell one device, unless the person has seen the notice meanwhile, or may see it no more."""
    subscription = PushSubscription.objects.filter(pk=subscription_id).select_related("person").first()
    if subscription is None:
        return
    notice = queries.unseen_notice(subscription.person, notice_id)
    if notice is not None:
        web_push.send(notice, subscription)


@app.periodic(cron="17 4 * * *")
@app.task(name="posts.forget_notices", queue=LIGHT)
def forget_notices(timestamp: int) -> None:
    """Notices are kept for a season."""
    Notice.objects.filter(created_at__lt=timezone.now() - NOTICES_KEPT).delete()
