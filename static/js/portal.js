// Small comforts; every page works without them.

// A menu that is open closes with Escape, or by a click beside it.
const openMenus = () => document.querySelectorAll("details.menu[open], details.cell[open]");

document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openMenus().forEach((menu) => {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary").focus();
  });
});

// Who logged in again in another window got a new key; the one in this page's forms is then worthless.
document.addEventListener("submit", (event) => {
  const field = event.target.querySelector("[name=csrfmiddlewaretoken]");
  const key = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (field && key) field.value = key;
}, true);

// <textarea data-keep>: what is typed stays in this window until it is closed, also when the session ends meanwhile;
// it goes as soon as somebody else logs in here.
const typedBy = `typed:${document.body.dataset.user}:`;
try {
  const others = (key) => key.startsWith("typed:") && !key.startsWith(typedBy);
  if (document.body.dataset.user) Object.keys(sessionStorage).filter(others).forEach((key) => sessionStorage.removeItem(key));
  document.querySelectorAll("textarea[data-keep]").forEach((field) => {
    const key = `${typedBy}${location.pathname}:${field.name}`;
    field.value ||= sessionStorage.getItem(key) ?? "";
    field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
  });
} catch { /* nothing can be kept here: the page works as ever */ }

// <textarea maxlength="1500" data-count="#id-of-counter">: how much is written.
const count = (field) => {
  const counter = document.querySelector(field.dataset.count);
  if (!counter) return;
  const written = "words" in counter.dataset ? field.value.split(/\s+/).filter(Boolean).length : field.value.length;
  counter.textContent = new Intl.NumberFormat(document.documentElement.lang).format(written);
};
document.querySelectorAll("[data-count]").forEach(count);
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-count]")) count(event.target);
});

// On a phone the steps stand in a strip: begin where the reader is.
document.querySelectorAll(".steps [aria-current]").forEach((here) => {
  const strip = here.closest(".steps");
  strip.scrollLeft = here.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
});

// The menu of the staff desk, which scrolls by itself, shows the page that somebody is in.
document.querySelectorAll("#nav-sidebar .current-model").forEach((here) => {
  const menu = document.getElementById("nav-sidebar");
  const below = here.getBoundingClientRect().top - menu.getBoundingClientRect().top;
  if (below + here.offsetHeight > menu.clientHeight) menu.scrollTop += below - menu.clientHeight / 2;
});

// <input type="search" data-sift="#box tr">: shows the rows that hold what is typed, and what is ticked.
document.querySelectorAll("[data-sift]").forEach((field) => {
  field.closest("[hidden]").hidden = false;
  field.addEventListener("input", () => {
    const asked = field.value.trim().toLowerCase();
    document.querySelectorAll(field.dataset.sift).forEach((row) => {
      row.hidden = !row.textContent.toLowerCase().includes(asked) && !row.querySelector(":checked");
    });
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
});

// What a reader scrolls sideways must be reachable by keyboard.
const markScrollers = () => {
  document.querySelectorAll(".scroll").forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
};
markScrollers();
window.addEventListener("resize", markScrollers);

// What a juror keeps on this device for a day without connection is theirs, for that day: it goes when the day
// is over, and when somebody else, or nobody, is logged in.
const forgetOthers = async () => {
  const own = `jury:${document.body.dataset.user}:${new Date().toDateString()}`;
  const known = `jury-known:${document.body.dataset.user}:`;
  Object.keys(localStorage).filter((key) => key.startsWith("jury-known:") && !key.startsWith(known))
    .forEach((key) => localStorage.removeItem(key));
  const keys = window.caches ? await caches.keys() : [];
  await Promise.all(keys.filter((key) => key.startsWith("jury:") && key !== own).map((key) => caches.delete(key)));
};
forgetOthers().catch(() => { /* a forbidden store holds nothing */ });
