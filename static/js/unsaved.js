// Shows of which sections this device still keeps text (autosave.js) that never reached the portal.
(() => {
  const notice = document.getElementById("unsaved");
  const isKept = (link) => {
    try { return localStorage.getItem(`draft:${link.pathname}`) !== null; } catch { return false; }
  };
  for (const link of notice.querySelectorAll("a")) {
    if (!isKept(link)) continue;
    link.closest("li").hidden = false;
    notice.hidden = false;
  }
})();
