// On the timetable: keeps today's dossiers and score sheets on this device, for this juror, until the session
// ends, and no longer than today. jury_worker.js opens nothing after that; portal.js throws them away as soon as somebody else, or nobody, is logged in.
(() => {
  const list = document.querySelector("[data-keep-today]");
  if (!list || !window.caches || !navigator.serviceWorker) return;
  const state = document.getElementById("jury-kept");
  const name = `jury:${document.body.dataset.user}:${new Date().toDateString()}`;
  const end = new URL("bewaard-tot", new URL(list.dataset.worker, location)).href;
  const midnight = new Date().setHours(24, 0, 0, 0);
  const until = Math.min(Number(list.dataset.sessionEnds) * 1000 || midnight, midnight);
  const here = (url) => url.startsWith(location.origin) && !url.includes("#");

  const fetched = async (cache, url) => {
    if (await cache.match(url)) return;
    const response = await fetch(url, { headers: { Accept: "text/html" } });
    if (response.ok && !response.redirected) await cache.put(url, response);
  };

  const keep = async () => {
    const pages = [...new Set([...list.querySelectorAll("a[data-keep]")].map((link) => link.href))];
    const looks = performance.getEntriesByType("resource")
      .filter(({ initiatorType, name: url }) => here(url) && ["link", "script", "css", "img"].includes(initiatorType))
      .map(({ name: url }) => url);
    for (const old of await caches.keys()) {
      if (old.startsWith("jury:") && old !== name) await caches.delete(old);
    }
    const cache = await caches.open(name);
    await cache.put(end, new Response(until));
    const wanted = new Set([end, location.origin + location.pathname, ...pages, ...looks]);
    for (const request of await cache.keys()) {
      if (!wanted.has(request.url)) await cache.delete(request);
    }
    for (const url of wanted) await fetched(cache, url);
    return pages.length;
  };

  navigator.serviceWorker.register(list.dataset.worker)
    .then(keep)
    .then((count) => {
      const two = (number) => String(number).padStart(2, "0");
      const hour = new Date(until);
      state.querySelector("time").textContent = until === midnight
        ? state.dataset.textMidnight
        : `${two(hour.getHours())}u${two(hour.getMinutes())}`;
      state.hidden = count === 0;
    })
    .catch(() => { /* no room on this device, or no connection: the pages open as long as there is one */ });
})();
