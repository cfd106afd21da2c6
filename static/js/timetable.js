// Dragging a pitch to another turn or room. The server decides; what it refuses goes back where it was.
(() => {
  const boards = document.querySelectorAll("[data-board]");
  if (!boards.length || !window.Sortable) return;
  const problem = document.getElementById("board-problem");
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;

  // Sortable copies what is dragged, its style attribute too, which the page's policy refuses.
  class WithoutStyle {
    static pluginName = "withoutStyle";
    setupClone({ dragEl }) { dragEl.removeAttribute("style"); }
  }
  Sortable.mount(WithoutStyle);

  const say = (reasons) => {
    problem.hidden = false;
    problem.querySelector("ul").replaceChildren(...reasons.map((reason) => {
      const item = document.createElement("li");
      item.textContent = reason;
      return item;
    }));
    problem.scrollIntoView({ block: "nearest" });
  };

  const place = async ({ item, from, to, oldIndex }) => {
    if (from === to) return;
    const { room, date, start } = to.dataset;
    const back = () => from.insertBefore(item, from.children[oldIndex] ?? null);
    try {
      const response = await fetch(item.dataset.move, {
        method: "POST",
        body: new URLSearchParams({ room, date, start, everyone: "on", csrfmiddlewaretoken: token }),
        headers: { Accept: "application/json" },
      });
      const { moved, reasons } = await response.json();
      if (moved) { location.reload(); return; }
      back();
      say(reasons);
    } catch {
      back();
      say([problem.dataset.textOffline]);
    }
  };

  document.querySelectorAll("[data-picture]").forEach((picture) => { picture.hidden = true; });
  boards.forEach((board) => { board.hidden = false; });
  document.querySelectorAll(".drop").forEach((list) => {
    new Sortable(list, { group: "pitches", draggable: "[data-move]", withoutStyle: true, onEnd: place });
  });
  document.querySelectorAll("[data-tray]").forEach((tray) => {
    const group = { name: "pitches", put: false };
    new Sortable(tray, { group, sort: false, draggable: "[data-move]", withoutStyle: true, onEnd: place });
  });
})();
