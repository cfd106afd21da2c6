// Saves a section while it is written. What is typed stays on this device until the server has it.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const saved = document.getElementById("saved");
  const left = document.getElementById("left");
  const { revision, editor } = form.elements;
  const key = `draft:${location.pathname}`;
  const PAUSE = 2000;
  const LONGEST = 60000;
  const UNSAVED = 10000;
  const OWN = new Set(["csrfmiddlewaretoken", "revision", "editor"]);
  const SEEN = 20000;
  const shown = {};
  // After a colleague's save only the button saves; until then what is typed still rests on the older text.
  const byHand = form.dataset.staleRevision;
  let timer, wait = PAUSE, busy = false, stopped = false, lastSent = 0, since = 0, lastSeen = Date.now();

  // Names this open page, so that its own saves never count as a colleague's.
  editor.value = [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join("");

  const typed = () => JSON.stringify([...new FormData(form)].filter(([name]) => !OWN.has(name)));

  // As the form itself is sent by the button, line ends included.
  const filledIn = () => new URLSearchParams(
    [...new FormData(form)].map(([name, value]) => [name, value.replace(/\r?\n/g, "\r\n")]));

  const say = (text, tone = "ok", link = null) => {
    const said = [tone, text].join();
    if (shown.said === said) return;
    shown.said = said;
    saved.className = tone;
    saved.textContent = text;
    if (link) saved.append(" ", link);
  };

  // Only what changed, so that a screen reader is not told the same twice.
  const show = (id, html) => {
    const place = document.getElementById(id);
    if (html === undefined || shown[id] === html) return;
    shown[id] = html;
    place.innerHTML = html;
  };

  const refreshToken = () => {
    // Who logged in again in another window got a new key; the one on this page is then worthless.
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    if (token) form.elements.csrfmiddlewaretoken.value = token;
  };

  const tell = (more = {}) => {
    refreshToken();
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const [name, value] of Object.entries(more)) body.append(name, value);
    return body;
  };

  // Colleagues see who has this section open; a save tells it too.
  const present = async () => {
    if (document.hidden || stopped || wait > PAUSE || Date.now() - lastSeen < SEEN - 1000) return;
    lastSeen = Date.now();
    try {
      const response = await fetch(form.dataset.presence, {
        method: "POST", body: tell(), headers: { Accept: "application/json" }, redirect: "error",
      });
      if (response.ok) show("company", (await response.json()).company);
    } catch { /* it only warns: the next time will do */ }
  };

  const keep = () => {
    try {
      localStorage.setItem(key, JSON.stringify({ revision: byHand ?? revision.value, typed: typed() }));
    } catch { /* a full or forbidden store: the save itself goes on */ }
  };

  const forget = () => {
    try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
  };

  const kept = () => {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  };

  const fill = (pairs) => {
    for (const field of form.elements) {
      if (!field.name || OWN.has(field.name)) continue;
      const values = pairs.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox") field.checked = values.includes(field.value);
      else if (field.type !== "submit" && values.length) field.value = values[0];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const stop = (text, link) => {
    stopped = true;
    say(text, "problem", link);
  };

  const loginLink = () => {
    const link = document.createElement("a");
    link.href = form.dataset.login;
    link.textContent = form.dataset.textLoginLink;
    return link;
  };

  const unmark = () => {
    for (const text of form.querySelectorAll(".invalid-feedback")) text.remove();
    for (const field of form.querySelectorAll(".is-invalid")) {
      field.classList.remove("is-invalid");
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-errormessage");
    }
  };

  const mark = (field, text) => {
    const told = document.createElement("span");
    told.id = `refused-${field.id}`;
    told.className = "invalid-feedback";
    told.textContent = text;
    field.classList.add("is-invalid");
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-errormessage", told.id);
    field.after(told);
  };

  const again = () => {
    wait = Math.min(wait * 2, LONGEST);
    later(wait);
  };

  // Who logs in again in another window goes on here without losing a letter.
  const away = () => {
    say(form.dataset.textLogin, "problem", loginLink());
    again();
  };

  const answers = {
    200: (answer, sent) => {
      revision.value = answer.revision;
      wait = PAUSE;
      unmark();
      say(`${form.dataset.textSaved} ${answer.saved}`);
      show("help", answer.help);
      show("company", answer.company);
      lastSeen = Date.now();
      if (typed() === sent) forget();
      else { keep(); later(); }
    },
    401: away,
    403: (answer) => stop(`${answer.refused} ${form.dataset.textRefused}`),
    409: (answer) => stop(answer.stale),
    422: (answer) => {
      wait = PAUSE;
      unmark();
      say(`${form.dataset.textInvalid} ${Object.values(answer.errors).join(" ")}`, "problem");
      for (const [name, text] of Object.entries(answer.errors)) {
        if (form.elements[name]?.id) mark(form.elements[name], text);
      }
    },
  };

  // After a pause in the typing, or in the midst of it when it goes on without one.
  const later = (delay = PAUSE) => {
    clearTimeout(timer);
    const now = Date.now();
    const pause = Math.max(delay, lastSent + PAUSE - now);
    const most = wait === PAUSE && since ? since + UNSAVED - now : pause;
    timer = setTimeout(save, Math.max(busy ? PAUSE : 0, Math.min(pause, most)));
  };

  const offline = () => {
    say(form.dataset.textOffline, "problem");
    again();
  };

  // Returns the server's status, or 0 when it could not be reached.
  async function save() {
    if (busy) { later(); return 0; }
    busy = true;
    lastSent = Date.now();
    since = 0;
    const sent = typed();
    refreshToken();
    try {
      const response = await fetch(location.pathname, {
        method: "POST",
        body: filledIn(),
        headers: { Accept: "application/json" },
      });
      const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
      // A refusal that is no answer of ours is the page for a lost cookie: the login is gone with it.
      const handle = response.status === 403 && !isJson ? away : answers[response.status];
      if (!handle) throw new Error(response.status);
      handle(isJson ? await response.json() : null, sent);
      return response.status;
    } catch {
      offline();
      return 0;
    } finally {
      busy = false;
    }
  }

  const announceRoom = (field) => {
    const room = field.dataset.limit - field.value.replace(/\r\n/g, "\n").length;
    if (room >= 100) left.textContent = "";
    else left.textContent = room < 0 ? `${-room} ${form.dataset.textOver}` : `${room} ${form.dataset.textLeft}`;
  };

  form.addEventListener("input", (event) => {
    if (event.target.dataset.limit) announceRoom(event.target);
    if (!event.isTrusted) return;
    keep();
    if (stopped || byHand) return;
    if (wait === PAUSE) say(form.dataset.textSaving, "");
    since ||= Date.now();
    later();
  });

  const unlessBusy = async () => {
    while (busy) await new Promise((resolve) => setTimeout(resolve, 50));
  };

  // The button saves in the same way first, so that the kept text goes exactly when the server has it.
  form.addEventListener("submit", async (event) => {
    if (form.dataset.sending || stopped) return;
    event.preventDefault();
    clearTimeout(timer);
    keep();
    await unlessBusy();
    if ((await save()) === 0) return;
    form.dataset.sending = "1";
    form.requestSubmit(event.submitter);
  });

  // Who goes to another page first has the last words saved, and sees them there.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || link.target || link.origin !== location.origin) return;
    if (link.pathname === location.pathname || stopped || byHand || wait > PAUSE || !kept()) return;
    event.preventDefault();
    clearTimeout(timer);
    const tooLong = new Promise((resolve) => setTimeout(resolve, 3000));
    await Promise.race([tooLong, unlessBusy().then(save)]);
    location.assign(link.href);
  });

  addEventListener("online", () => { if (kept() && !stopped && !byHand) save(); });
  setInterval(present, SEEN);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && wait > PAUSE && !stopped) later(0);
    present();
  });
  addEventListener("pagehide", () => {
    if (!stopped) navigator.sendBeacon(form.dataset.presence, tell({ leave: "1" }));
  });
  addEventListener("pageshow", () => { delete form.dataset.sending; });

  const before = kept();
  if (byHand) {
    keep();
  } else if (before && before.typed !== typed()) {
    fill(JSON.parse(before.typed));
    revision.value = before.revision;
    say(form.dataset.textRestored, "problem");
    later();
  } else if (before && !("unsaved" in form.dataset)) {
    forget();
  } else if ("unsaved" in form.dataset) {
    later();
  }
})();
