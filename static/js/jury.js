// The jury room on a bad connection: what is typed waits on this device until the server has it.
(() => {
  const room = document.querySelector("[data-jury]");
  if (!room) return;
  const PREFIX = `jury:${room.dataset.jury}:`;
  const KNOWN = `jury-known:${room.dataset.jury}:`;
  const PAUSE = 2000;
  const LONGEST = 30000;
  const said = room.dataset;
  const form = document.querySelector("form[data-sheet]");
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value
    ?? JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

  const store = {
    read(path) { try { return JSON.parse(localStorage.getItem(PREFIX + path)); } catch { return null; } },
    write(path, text) {
      try { localStorage.setItem(PREFIX + path, JSON.stringify(text)); return true; } catch { return false; }
    },
    drop(path) { try { localStorage.removeItem(PREFIX + path); } catch { /* nothing was kept */ } },
    paths() {
      try {
        return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
      } catch { return []; }
    },
  };

  // Resolves to [status, answer]; rejects when there is no connection. A login page answers as 401.
  const send = async (path, kept) => {
    const body = new URLSearchParams(kept.pairs);
    body.set("revision", kept.revision);
    body.set("editor", kept.editor);
    body.set("csrfmiddlewaretoken", token());
    const response = await fetch(path, { method: "POST", body, headers: { Accept: "application/json" } });
    if (response.redirected) return [401, {}];
    const json = (response.headers.get("Content-Type") ?? "").includes("json");
    return [response.status, json ? await response.json() : {}];
  };

  // Sheets of other pitches that were still waiting when their page was left.
  const waiting = document.getElementById("jury-waiting");
  const showWaiting = (paths) => {
    waiting.hidden = paths.length === 0;
    waiting.replaceChildren(said.textWaiting, " ", ...paths.flatMap((path, number) => {
      const link = document.createElement("a");
      link.href = path;
      link.textContent = `${said.textSheet} ${number + 1}`;
      return [link, " "];
    }));
  };
  let flushing = false;
  const flush = async () => {
    if (flushing) return;
    flushing = true;
    const elsewhere = store.paths().filter((path) => !form || path !== location.pathname);
    for (const path of elsewhere) {
      const kept = store.read(path);
      try {
        const [status] = await send(path, kept);
        if (status === 200 || status === 404) store.drop(path);
      } catch { break; }
    }
    flushing = false;
    showWaiting(store.paths().filter((path) => !form || path !== location.pathname));
  };
  addEventListener("online", flush);
  flush();

  // Without a connection a link would lead to the browser's own error page, away from what was typed.
  // What was kept for today (jury_offline.js) does open.
  const isKept = async (href) => Boolean(window.caches && await caches.match(href, { ignoreVary: true }).catch(() => null));
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (navigator.onLine || !link) return;
    event.preventDefault();
    if (await isKept(link.href)) { location.assign(link.href); return; }
    waiting.hidden = false;
    waiting.textContent = said.textStay;
  });

  if (!form) return;
  const saved = document.getElementById("saved");
  const { revision, editor } = form.elements;
  const OWN = new Set(["csrfmiddlewaretoken", "revision", "editor"]);
  let timer, wait = PAUSE, busy = false, stopped = false;
  editor.value = [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join("");

  const pairs = () => [...new FormData(form)].filter(([name]) => !OWN.has(name));
  const typed = () => JSON.stringify(pairs());
  const say = (text, tone = "ok") => {
    saved.className = tone;
    saved.textContent = text;
  };
  // A page that was kept for when there is no connection may be older than what this device saved since.
  const remember = (pairs) => {
    try {
      localStorage.setItem(KNOWN + location.pathname, JSON.stringify({ revision: revision.value, pairs: JSON.parse(pairs) }));
    } catch { /* the page itself is as new as its last visit */ }
  };
  const remembered = () => {
    try { return JSON.parse(localStorage.getItem(KNOWN + location.pathname)); } catch { return null; }
  };
  const keep = () => store.write(location.pathname, { revision: revision.value, editor: editor.value, pairs: pairs() });
  const later = (delay = PAUSE) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };
  const stop = (text) => {
    stopped = true;
    say(text, "problem");
  };
  const answers = {
    200: (answer, sent) => {
      revision.value = answer.revision;
      remember(sent);
      wait = PAUSE;
      say(`${said.textSaved} ${answer.saved}`);
      if (typed() === sent) store.drop(location.pathname);
      else { keep(); later(); }
    },
    401: () => stop(said.textLogin),
    403: () => stop(said.textRefused),
    404: () => { store.drop(location.pathname); stop(said.textRefused); },
    409: (answer) => stop(answer.refused),
    422: (answer) => say(Object.values(answer.errors).flat().join(" "), "problem"),
  };

  async function save() {
    if (stopped) return;
    if (busy) { later(); return; }
    busy = true;
    clearTimeout(timer);
    const sent = typed();
    try {
      const [status, answer] = await send(location.pathname, store.read(location.pathname)
        ?? { revision: revision.value, editor: editor.value, pairs: pairs() });
      if (!answers[status]) throw new Error(status);
      answers[status](answer, sent);
    } catch {
      say(said.textOffline, "problem");
      wait = Math.min(wait * 2, LONGEST);
      later(wait);
    } finally {
      busy = false;
    }
  }

  form.addEventListener("input", () => {
    if (stopped) return;
    keep();
    say(said.textSaving, "");
    later();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
    save();
  });
  addEventListener("online", () => { if (store.read(location.pathname)) save(); });

  const fill = (kept) => {
    for (const field of form.elements) {
      if (!field.name || OWN.has(field.name)) continue;
      const values = kept.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "radio") field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
  };

  const known = remembered();
  if (known && Number(known.revision) > Number(revision.value)) {
    fill(known.pairs);
    revision.value = known.revision;
  }

  // Another button of the same page leads away: what was typed goes first.
  document.addEventListener("submit", async (event) => {
    if (event.target === form || stopped || !store.read(location.pathname)) return;
    event.preventDefault();
    await save();
    event.target.requestSubmit(event.submitter);
  });

  // What waited here comes back. Was the sheet saved elsewhere since, then both texts stand there.
  const before = store.read(location.pathname);
  if (before) {
    const notes = form.elements.notes.value;
    const newer = before.revision !== revision.value;
    fill(before.pairs);
    // The page that was left may have sent this very text, and its answer got lost: it goes on as that page.
    editor.value = before.editor;
    const mine = form.elements.notes.value;
    if (newer && notes && !mine.includes(notes)) {
      form.elements.notes.value = mine.includes(notes) ? mine : `${notes}\n\n${said.textHere}\n${mine}`;
    }
    keep();
    say(said.textRestored, "problem");
    later();
  }
})();

// The clock of a pitch: how long it may still last, then the questions. It runs without a connection.
(() => {
  const clock = document.querySelector("[data-timer]");
  if (!clock) return;
  const key = `timer:${clock.dataset.timer}`;
  const minutes = { pitch: Number(clock.dataset.pitch), questions: Number(clock.dataset.questions) };
  const part = (name) => clock.querySelector(`[data-part=${name}]`);
  const START = { phase: "pitch", before: 0, since: null };
  let state, told = "";
  try { state = JSON.parse(localStorage.getItem(key)) ?? START; } catch { state = START; }

  const seconds = () => Math.floor((state.before + (state.since ? Date.now() - state.since : 0)) / 1000);
  const keep = () => { try { localStorage.setItem(key, JSON.stringify(state)); } catch { /* it runs on */ } };
  const tell = (text) => { if (text !== told) { told = text; part("told").textContent = text; } };
  const shown = (left) => {
    const size = Math.abs(left);
    return `${left < 0 ? "+" : ""}${Math.floor(size / 60)}:${String(size % 60).padStart(2, "0")}`;
  };

  const draw = () => {
    const whole = minutes[state.phase] * 60;
    const left = whole - seconds();
    clock.classList.toggle("is-low", left <= 120 && left > 0);
    clock.classList.toggle("is-over", left <= 0);
    part("left").textContent = shown(left);
    part("phase").textContent = clock.dataset[state.phase === "pitch" ? "textPitch" : "textQuestions"];
    part("bar").max = whole;
    part("bar").value = Math.max(0, left);
    part("run").textContent = state.since ? clock.dataset.textPause : clock.dataset.textStart;
    part("next").textContent = state.phase === "pitch" ? clock.dataset.textNext : clock.dataset.textBack;
    if (state.since && left <= 0) tell(clock.dataset.textOver);
    else if (state.since && left <= 120) tell(clock.dataset.textLow);
    else tell("");
  };
  const change = (to) => { state = { ...state, ...to }; keep(); draw(); };

  part("run").addEventListener("click", () => {
    if (state.since) change({ before: state.before + Date.now() - state.since, since: null });
    else change({ since: Date.now() });
  });
  part("next").addEventListener("click", () => {
    change({ phase: state.phase === "pitch" ? "questions" : "pitch", before: 0, since: state.since && Date.now() });
  });
  part("again").addEventListener("click", () => change({ before: 0, since: state.since && Date.now() }));
  clock.hidden = false;
  draw();
  setInterval(draw, 500);
})();
