// What is typed outlives a lost connection: kept on this device for the person and organisation signed in, sent once when it can be.

const KEPT = "entrepot-kept|";
const WAITS = "entrepot-waits|";
const WHO = "entrepot-who";
const box = document.getElementById("kept");
const words = box?.dataset ?? {};
const who = box?.dataset.voice || localStorage.getItem(WHO) || "";

function all(start) {
  return Object.keys(localStorage).filter((key) => key.startsWith(start)).sort();
}
function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}
function keep(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false; // no room on this device: said so by the note
  }
}
function clock(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

// Another person at the same machine finds nothing of the one before.
if (box?.dataset.voice) {
  const mine = `${who}|`;
  for (const start of [KEPT, WAITS]) for (const key of all(start)) if (!key.startsWith(start + mine)) localStorage.removeItem(key);
  localStorage.setItem(WHO, who);
}
document.addEventListener("submit", (event) => {
  if (/\/(sign-out|logout)\/?$/.test(event.target.getAttribute("action") ?? "")) {
    for (const start of [KEPT, WAITS, WHO]) for (const key of all(start)) localStorage.removeItem(key);
  }
});

function fieldsOf(form) {
  const fields = {};
  for (const one of form.elements) {
    if (!one.name || one.name === "csrfmiddlewaretoken" || ["password", "file", "submit", "button"].includes(one.type)) continue;
    if (["checkbox", "radio"].includes(one.type) && !one.checked) continue;
    fields[one.name] = one.value;
  }
  return fields;
}
const keyOf = (form) => `${KEPT}${who}|${form.dataset.entry}`;
const titleOf = () => document.querySelector("h1")?.textContent.trim() ?? "";

function note(form, text, key) {
  const place = form.querySelector("[data-note]");
  if (!place) return;
  place.replaceChildren(text);
  if (!key) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.discard;
  button.addEventListener("click", () => {
    localStorage.removeItem(key);
    location.reload();
  });
  place.append(" ", button);
}

function restore(form) {
  const key = keyOf(form);
  const kept = read(key);
  if (!kept || document.getElementById("problems")) return;
  for (const [name, value] of Object.entries(kept.fields)) {
    let field = form.elements.namedItem(name);
    while (!field && /^f\..*\.\d+\b/.test(name)) {
      // a row that was added here before
      const owner = name.match(/^(.*?)\.\d+(?=\.|$)/);
      const rows = owner && form.querySelector(`[data-rows="${CSS.escape(owner[1])}"] > .entry-more`);
      if (!rows) break;
      const before = form.elements.length;
      rows.click();
      field = form.elements.namedItem(name);
      if (form.elements.length === before || form.elements.length > 4000) break;
    }
    if (!field || field instanceof RadioNodeList) {
      if (field) field.value = value;
    } else if (["checkbox", "radio"].includes(field.type)) field.checked = field.value === value;
    else field.value = value;
    field?.closest?.("details")?.setAttribute("open", "");
  }
  note(form, `${words.restored} ${clock(kept.at)}`, key);
}

let timer = 0;
function kept(form) {
  const key = keyOf(form);
  const at = new Date().toISOString();
  const ok = keep(key, { at, fields: fieldsOf(form), action: form.getAttribute("action"), title: titleOf() });
  note(form, ok ? `${words.kept} ${clock(at)}` : words.full);
}
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-entry]");
  if (!form || !who) return;
  clearTimeout(timer);
  timer = setTimeout(() => kept(form), 300);
});

async function post(action, fields, token) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append("csrfmiddlewaretoken", token);
  return fetch(action, { method: "POST", body, credentials: "same-origin" });
}

async function show(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  document.title = page.title;
  (document.getElementById("problems") ?? document.querySelector("main")).focus();
  tell();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-entry]") || event.submitter?.name || !who || form.querySelector("input[type=file]")) return;
  event.preventDefault();
  clearTimeout(timer);
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  const fields = fieldsOf(form);
  const action = form.getAttribute("action");
  try {
    const answer = await post(action, fields, form.elements.csrfmiddlewaretoken.value);
    if (answer.redirected) {
      localStorage.removeItem(keyOf(form));
      location.assign(answer.url);
      return;
    }
    if (answer.status >= 500) throw new Error(String(answer.status));
    await show(answer);
  } catch {
    const at = new Date().toISOString();
    keep(keyOf(form), { at, fields, action, title: titleOf() });
    keep(`${WAITS}${who}|${fields.id}`, { at, fields, action, title: titleOf(), kept: keyOf(form) });
    note(form, words.unsent);
    tell();
  }
  delete form.dataset.sending;
});

// One after the other, each under the id of its form: however often it is tried, it is said once.
async function send() {
  if (!who || !navigator.onLine) return;
  for (const key of all(`${WAITS}${who}|`)) {
    const waits = read(key);
    if (!waits || waits.look) continue;
    try {
      const form = await fetch(waits.action, { credentials: "same-origin" });
      if (!form.ok || form.redirected) continue;
      const page = new DOMParser().parseFromString(await form.text(), "text/html");
      const token = page.querySelector("input[name=csrfmiddlewaretoken]")?.value;
      if (!token) continue;
      const answer = await post(waits.action, waits.fields, token);
      if (answer.redirected) {
        localStorage.removeItem(key);
        if (waits.kept) localStorage.removeItem(waits.kept);
        sessionStorage.setItem("entrepot-sent", waits.title);
      } else if (answer.status < 500) keep(key, { ...waits, look: true });
    } catch {
      break; // still away
    }
  }
  tell();
}

function tell() {
  const place = document.getElementById("kept");
  if (!place) return;
  const waiting = all(`${WAITS}${who}|`).map((key) => [key, read(key)]).filter(([, one]) => one);
  const drafts = place.dataset.list ? all(`${KEPT}${who}|`).map((key) => [key, read(key)]).filter(([, one]) => one) : [];
  const sent = sessionStorage.getItem("entrepot-sent");
  sessionStorage.removeItem("entrepot-sent");
  const lines = [];
  if (!navigator.onLine) lines.push(words.away);
  if (sent) lines.push(`${words.sent} ${sent}`);
  const item = ([key, one]) => {
    const row = document.createElement("li");
    const link = document.createElement("a");
    link.href = one.action;
    link.textContent = one.title;
    row.append(link, ` ${clock(one.at)} ${one.look ? words.look : ""} `);
    if (one.look) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words.discard;
      button.addEventListener("click", () => {
        localStorage.removeItem(key);
        tell();
      });
      row.append(button);
    }
    return row;
  };
  const parts = lines.map((line) => Object.assign(document.createElement("p"), { textContent: line }));
  for (const [title, some] of [[words.waiting, waiting], [words.drafts, drafts]]) {
    if (!some.length) continue;
    const list = document.createElement("ul");
    list.append(...some.map(item));
    parts.push(Object.assign(document.createElement("strong"), { textContent: title }), list);
  }
  place.replaceChildren(...parts);
  place.classList.toggle("away", !navigator.onLine);
  place.hidden = !parts.length;
}

for (const form of document.querySelectorAll("form[data-entry]")) if (who) restore(form);
addEventListener("online", () => setTimeout(sendAlone, 300));
addEventListener("offline", tell);
// One page at a time sends, where several are open; ids make it harmless where a browser cannot say.
function sendAlone() {
  if (!all(`${WAITS}${who}|`).length) return tell();
  return navigator.locks ? navigator.locks.request("entrepot-send", { ifAvailable: true }, (mine) => mine && send()) : send();
}
tell();
sendAlone();
setInterval(() => {
  if (all(`${WAITS}${who}|`).length) sendAlone();
}, 5000);
navigator.serviceWorker?.register("/offline-worker.js").catch(() => {});
