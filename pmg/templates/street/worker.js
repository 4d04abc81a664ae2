/* Keeps the page that works without a network: files of ours and a page without data, no more.
   It stands over the address of that page alone, so no other page passes through here. */
"use strict";

const NAME = {{ name|tojson }};
const PAGE = {{ page|tojson }};
const SHELL = {{ shell|tojson }};
const KEPT = {{ kept|tojson }};
const PATIENCE = 5000;

self.addEventListener("install", function (event) {
  const fresh = KEPT.map((address) => new Request(address, { cache: "reload" }));
  event.waitUntil(
    caches
      .open(NAME)
      .then((kept) => kept.addAll(fresh))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", function (event) {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

/* A network that is there and does not answer is no network. */
function tooLong() {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE));
}

async function pageOrShell(request) {
  try {
    const answer = await Promise.race([fetch(request), tooLong()]);
    if (answer && answer.status < 500) {
      return answer;
    }
  } catch {
    /* No network: the shell. */
  }
  return caches.match(SHELL);
}

self.addEventListener("fetch", function (event) {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) {
    return;
  }
  if (event.request.mode === "navigate" && address.pathname === PAGE) {
    event.respondWith(pageOrShell(event.request));
  } else if (address.pathname !== SHELL && KEPT.includes(address.pathname)) {
    event.respondWith(caches.match(address.pathname).then((found) => found || fetch(event.request)));
  }
});
