// Sends the chosen files one by one, each with its progress; without this script the form sends one at a time.
(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const text = form.dataset;
  const input = form.elements.file;
  const underway = document.getElementById("underway");
  const files = document.getElementById("files");
  const kinds = input.accept.split(",");
  let busy = false;
  const queue = [];
  input.multiple = true;

  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  // What the server would refuse anyway is told before anything is sent.
  const objection = (file) => {
    if (file.size === 0) return text.textEmpty;
    if (file.size > Number(text.max)) return text.textLarge;
    if (!kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) return text.textKind;
    return "";
  };

  const rowFor = (file) => {
    const bar = element("progress", { max: file.size || 1, value: 0 });
    const status = element("span", { className: "soft small", textContent: text.textWaiting });
    status.setAttribute("role", "status");
    bar.setAttribute("aria-label", file.name);
    const stop = element("button", { type: "button", className: "btn btn-sm btn-secondary", textContent: text.textStop });
    const row = element("li", {}, element("span", { className: "name", textContent: file.name }), bar, status, stop);
    underway.append(row);
    underway.hidden = false;
    return { file, row, bar, status, stop, kind: form.elements.kind.value };
  };

  const fail = (job, said, again = false) => {
    job.bar.remove();
    job.row.classList.add("refused");
    job.status.className = "problem";
    job.status.textContent = said;
    job.stop.textContent = again ? text.textAgain : text.textClose;
    job.stop.onclick = () => {
      job.row.remove();
      underway.hidden = !underway.children.length;
      if (again) { enqueue(job.file); next(); }
    };
  };

  const succeed = (job, answer) => {
    job.row.remove();
    underway.hidden = !underway.children.length;
    document.getElementById("no-files")?.remove();
    const known = document.getElementById(answer.id);
    if (known) known.outerHTML = answer.row;
    else files.insertAdjacentHTML("beforeend", answer.row);
    document.getElementById("said").textContent = answer.said;
    document.getElementById("room").textContent = answer.room;
    if (!answer.left) form.hidden = true;
  };

  const finish = (job, request) => {
    const answer = request.response;
    if (request.status === 201 && answer) succeed(job, answer);
    else if (request.status === 401) fail(job, text.textLogin);
    else if (answer?.refused) fail(job, answer.refused);
    else fail(job, text.textBroken, true);
  };

  const send = (job) => {
    const body = new FormData();
    body.append("kind", job.kind);
    body.append("file", job.file, job.file.name);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token());
    request.upload.onprogress = (event) => {
      job.bar.max = event.total;
      job.bar.value = event.loaded;
      job.status.textContent = event.loaded < event.total
        ? `${Math.floor((100 * event.loaded) / event.total)} %`
        : text.textChecking;
    };
    request.onload = () => finish(job, request);
    request.onerror = () => fail(job, text.textBroken, true);
    request.onabort = () => fail(job, text.textStopped, true);
    request.onloadend = () => { busy = false; next(); };
    job.stop.onclick = () => request.abort();
    job.status.textContent = "0 %";
    busy = true;
    request.send(body);
  };

  const next = () => {
    if (!busy && queue.length) send(queue.shift());
  };

  const enqueue = (file) => {
    const job = rowFor(file);
    const said = objection(file);
    if (said) return fail(job, said);
    job.stop.onclick = () => {
      queue.splice(queue.indexOf(job), 1);
      fail(job, text.textStopped, true);
    };
    return queue.push(job);
  };

  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    [...input.files].forEach(enqueue);
    input.value = "";
    form.elements.kind.value = "";
    next();
  });

  addEventListener("beforeunload", (event) => {
    if (busy || queue.length) event.preventDefault();
  });
})();
