// The service worker: keeps the app's own files, the last page of the feed with its posters, and a page for when there
// is no connection; shows what is pushed. Pages always come from the house when it answers.
{% autoescape off %}const VERSION = "celaje-{{ version }}";
const FACTS = {{ facts }};{% endautoescape %}
const HASHED = /\.[0-9a-f]{12}\.\w+$/; // such a file never changes
const LAST = "celaje-last"; // the feed as it was last seen; forgotten when somebody logs out

addEventListener("install", (event) => {
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll(FACTS.kept)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name !== VERSION && name !== LAST);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => clients.claim()),
  );
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) {
    if (pathname.startsWith("/accounts/logout")) event.waitUntil(caches.delete(LAST));
    return;
  }
  if (request.mode === "navigate") event.respondWith(page(event, pathname));
  else if (pathname.startsWith("/static/")) event.respondWith(kept(request));
  else if (pathname.startsWith("/media/") && request.destination === "image") event.respondWith(poster(request));
});

async function page(event, pathname) {
  try {
    const answer = await fetch(event.request);
    if (pathname === "/" && answer.ok && !answer.redirected) event.waitUntil(remember(answer.clone()));
    return answer;
  } catch {
    const last = pathname === "/" && (await caches.match("/", { cacheName: LAST }));
    return last || (await caches.match("/offline")) || Response.error();
  }
}

async function remember(feed) {
  await caches.delete(LAST); // with the posters of the feed before
  const cache = await caches.open(LAST);
  await cache.put("/", feed.clone());
  const posters = (await feed.text()).matchAll(/class="frame" src="([^"]+)"/g);
  await Promise.allSettled(Array.from(posters, (found) => cache.add(found[1])));
}

async function kept(request) {
  const cached = await caches.match(request, { cacheName: VERSION });
  if (cached && HASHED.test(request.url)) return cached;
  return fetch(request).catch(() => cached ?? Response.error());
}

async function poster(request) {
  return fetch(request).catch(async () => (await caches.match(request, { cacheName: LAST })) ?? Response.error());
}

addEventListener("push", (event) => {
  const told = event.data?.json() ?? {};
  const notice = told.notification ?? told; // declarative Web Push puts it one level down
  event.waitUntil(registration.showNotification(notice.title ?? "Celaje", {
    body: notice.body ?? "", icon: FACTS.icon, badge: FACTS.badge, tag: notice.tag, data: { url: notice.navigate ?? notice.url ?? "/notices" },
  }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.matchAll({ type: "window" }).then((open) => {
    const { url } = event.notification.data;
    const here = open.find((client) => "navigate" in client);
    return here ? here.focus().then((client) => client.navigate(url)) : clients.openWindow(url);
  }));
});
