// Opens "why" under the number that was asked about, and lines alike under their sum. Without this file the same links lead to pages.

async function part(address) {
  const url = new URL(address, location.href);
  url.searchParams.set("part", "1");
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.text();
}

const panels = new WeakMap();

// Puts the panel right under what was asked about: below the row of a table, below the field, else at the end of its box.
function place(link, panel) {
  const row = link.closest("tr");
  const field = link.closest("dl > div");
  if (row && (!field || field.contains(row))) {
    const below = document.createElement("tr");
    const cell = below.insertCell();
    cell.colSpan = [...row.cells].reduce((sum, one) => sum + one.colSpan, 0);
    cell.append(panel);
    row.after(below);
    return below;
  }
  if (field) field.after(panel);
  else (link.closest("article") ?? link.parentElement).append(panel);
  return panel;
}

function close(link) {
  panels.get(link)?.remove();
  panels.delete(link);
  link.setAttribute("aria-expanded", "false");
  link.focus();
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a.why");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (panels.has(link)) return close(link);
  const panel = document.createElement("div");
  panel.className = "asked";
  panel.tabIndex = -1;
  panel.setAttribute("role", "region");
  panel.setAttribute("aria-label", link.textContent);
  try {
    panel.innerHTML = await part(link.href);
  } catch {
    return location.assign(link.href);
  }
  if (panels.has(link)) return;
  panels.set(link, place(link, panel));
  link.setAttribute("aria-expanded", "true");
  panel.focus({ preventScroll: true });
  panel.scrollIntoView({ block: "nearest" });
});

// Escape closes what was opened last around the place where one is, or a menu, and leads back.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const panel = document.activeElement?.closest(".asked");
  if (panel) {
    const link = [...document.querySelectorAll("a.why[aria-expanded=true]")].find((one) => panels.get(one)?.contains(panel));
    if (link) close(link);
    return;
  }
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => menu.contains(event.target) || (menu.open = false));
});

// A part of the page came anew: what was opened in it stays open.
document.addEventListener("live:swapped", ({ detail: { old, fresh } }) => {
  for (const link of old.querySelectorAll("a.why[aria-expanded=true]")) {
    const same = [...fresh.querySelectorAll("a.why")].find((one) => one.href === link.href);
    const panel = panels.get(link)?.matches(".asked") ? panels.get(link) : panels.get(link)?.querySelector(".asked");
    if (!same || !panel) continue;
    panels.set(same, place(same, panel));
    same.setAttribute("aria-expanded", "true");
  }
});

// Lines alike are fetched when somebody looks.
document.addEventListener("toggle", async (event) => {
  const many = event.target;
  if (!many.open || !many.dataset?.fetch || many.dataset.fetched) return;
  many.dataset.fetched = "1";
  try {
    const lines = document.createElement("div");
    lines.innerHTML = await part(many.dataset.fetch);
    many.querySelector(":scope > p")?.remove();
    many.append(lines);
  } catch {
    delete many.dataset.fetched; // the link that leads there still stands
  }
}, true);

// A link to a folded place unfolds it.
function unfold() {
  const there = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!there) return;
  for (let around = there.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  there.querySelector("details")?.setAttribute("open", "");
  there.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();
