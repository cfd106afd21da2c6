// Answers for the jury room when there is no connection, from what jury_offline.js kept on this device today.
const PATIENCE = 5000;
const STATIC = ["style", "script", "font", "image"];

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

const END = new URL("bewaard-tot", location).href;

// A device that was left without logging out keeps nothing beyond its session, nor beyond today.
const current = async () => {
  const today = new Date().toDateString();
  for (const name of await caches.keys()) {
    if (!name.startsWith("jury:")) continue;
    const cache = await caches.open(name);
    const until = await cache.match(END);
    if (name.endsWith(`:${today}`) && (!until || Date.now() < Number(await until.text()))) return cache;
    await caches.delete(name);
  }
};

const kept = async (request) => {
  const cache = await current();
  return { cache, before: cache && await cache.match(request.url, { ignoreVary: true }) };
};

// Kept pages stay as new as the last visit; what the portal no longer shows is no longer kept.
const remember = async ({ cache, before }, request, response) => {
  if (!before) return;
  if (response.ok) await cache.put(request.url, response.clone());
  else if (response.status < 500) await cache.delete(request.url);
};

const page = async (event) => {
  const found = await kept(event.request);
  const live = fetch(event.request).then(async (response) => {
    await remember(found, event.request, response);
    return response;
  });
  if (!found.before) return live;
  const enough = new Promise((resolve) => { setTimeout(() => resolve(found.before), PATIENCE); });
  event.waitUntil(live.catch(() => null));
  return Promise.race([live.catch(() => found.before), enough]);
};

const asset = (event) => fetch(event.request).catch(async (lost) => {
  const { before } = await kept(event.request);
  if (before) return before;
  throw lost;
});

addEventListener("fetch", (event) => {
  const { method, mode, destination, url } = event.request;
  if (method !== "GET" || new URL(url).origin !== location.origin) return;
  if (mode === "navigate") event.respondWith(page(event));
  else if (STATIC.includes(destination)) event.respondWith(asset(event));
});
