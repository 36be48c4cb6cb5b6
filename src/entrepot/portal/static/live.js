// A page that fetches itself again when a dossier moved: see docs/pages.md. The server tells that something moved and nothing
// else; what the reader may see of it the page itself says. Without this file, or without /live, pages stay as they are.

const root = document.querySelector("[data-live]");
const told = document.createElement("p");
const html = new Map(); // of each part as it came, before anybody opened anything in it
let source, place = -1, busy = false, again = false, held = false;

const parts = (page) => [...page.querySelectorAll("[data-live-part][id]")];
const plain = (part) => part.outerHTML.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, "$1");

// Somebody is writing there: the part waits until it is left.
function written(part) {
  const here = document.activeElement;
  if (part.contains(here) && here.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return true;
  return [...part.querySelectorAll("input:not([type=hidden]), textarea")].some((field) =>
    field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
}

// What a reader has open and where the focus is, found again by its address or its heading: counts beside that may move.
const name = (one) => one.id || one.getAttribute("href") || (one.querySelector("h3") ?? one.querySelector("summary") ?? one).textContent.trim();
const names = (part, what) => {
  const seen = new Map();
  return [...part.querySelectorAll(what)].map((one) => {
    const its = name(one), number = seen.get(its) ?? 0;
    seen.set(its, number + 1);
    return [`${its}#${number}`, one];
  });
};

function swap(old, fresh) {
  const open = new Set(names(old, "details").filter(([, one]) => one.open).map(([name]) => name));
  const focused = names(old, "a, button, summary").find(([, one]) => one === document.activeElement)?.[0];
  fresh = document.importNode(fresh, true);
  for (const [name, one] of names(fresh, "details")) if (open.has(name)) one.open = true;
  const top = old.getBoundingClientRect();
  old.replaceWith(fresh);
  document.dispatchEvent(new CustomEvent("live:swapped", { detail: { old, fresh } }));
  if (top.bottom < 0) scrollBy({ top: fresh.getBoundingClientRect().bottom - top.bottom, behavior: "instant" });
  if (focused) names(fresh, "a, button, summary").find(([name]) => name === focused)?.[1].focus({ preventScroll: true });
}

function take(page) {
  let changed = 0;
  held = false;
  const now = parts(page);
  for (const old of parts(document)) if (!now.some((one) => one.id === old.id) && !written(old)) { old.remove(); html.delete(old.id); changed += 1; }
  for (const fresh of now) {
    const old = document.getElementById(fresh.id);
    if (html.get(fresh.id) === plain(fresh)) continue;
    if (old && written(old)) { held = true; continue; }
    if (old) swap(old, fresh);
    else {
      const before = now[now.indexOf(fresh) - 1];
      const beside = before && document.getElementById(before.id);
      if (!beside) continue;
      beside.after(document.importNode(fresh, true));
    }
    html.set(fresh.id, plain(fresh));
    changed += 1;
  }
  if (changed) told.textContent = document.documentElement.lang.startsWith("zh") ? `${changed} 处已更新` : `${changed} ${changed === 1 ? "thing" : "things"} changed`;
}

async function refresh() {
  if (busy) return void (again = true);
  busy = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch { /* away for a while: the next event brings it */ }
  busy = false;
  if (again) { again = false; refresh(); }
}

function hear(event) {
  const now = JSON.parse(event.data).place;
  const moved = event.type === "changed" || (place >= 0 && now > place);
  place = Math.max(place, now);
  if (moved) refresh();
}

function listen() {
  source = new EventSource(`/live${root.dataset.live ? `?dossier=${encodeURIComponent(root.dataset.live)}` : ""}`);
  source.addEventListener("state", hear);
  source.addEventListener("changed", hear);
}

if (root && "EventSource" in window) {
  told.className = "unseen";
  told.setAttribute("role", "status");
  document.body.append(told);
  for (const part of parts(document)) html.set(part.id, plain(part));
  document.addEventListener("focusout", () => held && setTimeout(refresh));
  document.addEventListener("visibilitychange", () => (document.hidden ? source.close() : listen()));
  addEventListener("pagehide", () => source?.close());
  if (!document.hidden) listen();
}
