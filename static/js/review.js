// Scoring: the running total, keys 0 to 5, and a draft that saves itself. Without this script the buttons do it.
(() => {
  const form = document.querySelector("[data-review]");
  if (!form) return;
  const saved = document.getElementById("saved");
  const key = `review:${location.pathname}`;
  const PAUSE = 1500;
  const LONGEST = 60000;
  let timer, wait = PAUSE, busy = false, stopped = false;

  const written = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

  const showTotal = () => {
    const points = [...form.querySelectorAll("[data-weight]")].map((criterion) => {
      const chosen = criterion.querySelector("input[type=radio]:checked");
      return chosen ? (Number(chosen.value) * Number(criterion.dataset.weight)) / 5 : 0;
    });
    form.querySelector("[data-total]").textContent = written.format(points.reduce((sum, each) => sum + each, 0));
  };

  const say = (text, tone = "ok") => {
    saved.className = tone;
    saved.textContent = text;
  };

  const typed = () => JSON.stringify([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken"));

  // What could not be sent stays on this device until the server has it.
  const keep = () => { try { localStorage.setItem(key, typed()); } catch { /* a forbidden store */ } };
  const forget = () => { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } };
  const kept = () => { try { return localStorage.getItem(key); } catch { return null; } };

  const later = (delay = PAUSE) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };

  const answers = {
    200: (answer, sent) => {
      wait = PAUSE;
      say(`${form.dataset.textSaved} ${answer.saved}`);
      if (typed() === sent) forget();
      else later();
    },
    401: () => { stopped = true; say(form.dataset.textLogin, "problem"); },
    403: () => { stopped = true; say(form.dataset.textClosed, "problem"); },
    422: () => say(form.dataset.textInvalid, "problem"),
  };

  async function save() {
    if (busy || stopped) return;
    busy = true;
    const sent = typed();
    try {
      const response = await fetch(location.pathname, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
      const status = response.type === "opaqueredirect" ? 401 : response.status;
      if (!answers[status]) throw new Error(status);
      answers[status](status === 200 ? await response.json() : null, sent);
    } catch {
      say(form.dataset.textOffline, "problem");
      wait = Math.min(wait * 2, LONGEST);
      later(wait);
    } finally {
      busy = false;
    }
  }

  const changed = () => {
    showTotal();
    if (stopped) return;
    keep();
    say(form.dataset.textSaving, "");
    later();
  };

  form.addEventListener("input", changed);
  form.addEventListener("submit", () => { clearTimeout(timer); stopped = true; forget(); });

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.querySelector("[value=submit]").click();
      return;
    }
    if (event.target.type !== "radio" || event.ctrlKey || event.altKey || event.metaKey) return;
    const radio = [...form.elements[event.target.name]].find((each) => each.value === event.key);
    if (!radio) return;
    radio.checked = true;
    radio.focus();
    changed();
  });

  addEventListener("online", () => { if (kept()) save(); });

  const before = kept();
  if (before && before !== typed()) {
    for (const [name, value] of JSON.parse(before)) {
      const field = form.elements[name];
      if (field instanceof RadioNodeList || field?.type !== "hidden") field.value = value;
    }
    say(form.dataset.textRestored, "problem");
    later();
  }
  showTotal();
})();
