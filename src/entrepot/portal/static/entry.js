// Forms with script: rows without a round trip, lists of codes searched while typing, Enter to the next field. All of it works without.

const FIELDS = "input:not([type=hidden]), select, textarea";

function rowsOf(box) {
  return [...box.children].filter((child) => child.matches("[data-row]"));
}

// A blank row like the last one, numbered on; the browser never invents a field that the server did not draw.
function addRow(box) {
  const rows = rowsOf(box);
  const last = rows.at(-1);
  if (!last) return false;
  const from = last.dataset.row;
  const parts = from.split(".");
  const next = [...parts.slice(0, -1), Number(parts.at(-1)) + 1].join(".");
  const row = last.cloneNode(true);
  const renamed = (text) => text.split(from).join(next).split(from.replaceAll(".", "-")).join(next.replaceAll(".", "-"));
  for (const one of [row, ...row.querySelectorAll("*")]) {
    for (const name of ["id", "name", "for", "aria-describedby", "data-row", "data-rows", "value"]) {
      if (name === "value" && one.tagName !== "BUTTON") continue;
      const text = one.getAttribute(name);
      if (text) one.setAttribute(name, renamed(text));
    }
    if (one.matches(FIELDS)) one.value = "";
    if (one.matches(".entry-wrong, .entry-less")) one.remove();
  }
  const legend = row.querySelector("legend");
  if (legend?.firstChild?.nodeType === 3) legend.firstChild.textContent = legend.firstChild.textContent.replace(/\d+\s*$/, parts.length ? String(Number(parts.at(-1)) + 1) : "");
  last.after(row);
  row.querySelector(FIELDS)?.focus();
  return true;
}

document.addEventListener("click", (event) => {
  const more = event.target.closest?.(".entry-more");
  if (more && addRow(more.closest("[data-rows]"))) event.preventDefault();
  const less = event.target.closest?.(".entry-less");
  if (less) {
    const row = less.closest("[data-row]");
    for (const field of row.querySelectorAll(FIELDS)) field.value = "";
    row.dispatchEvent(new Event("input", { bubbles: true }));
    row.hidden = true;
    event.preventDefault();
  }
});

// Enter goes on to the next field, as clerks type; Ctrl+Enter says it.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form.entry");
  if (!form || event.key !== "Enter" || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.main"));
  } else if (event.target.matches("input:not([type=file]):not([type=checkbox]):not([type=radio]), select")) {
    event.preventDefault();
    const all = [...form.querySelectorAll(`${FIELDS}, button.main`)].filter((one) => one.offsetParent !== null);
    all[all.indexOf(event.target) + 1]?.focus();
  }
});

// Long lists and goods codes are searched at the server; what is found stands in the field's own list.
let asked = 0;
let timer = 0;
document.addEventListener("input", (event) => {
  const name = event.target.dataset?.list;
  const list = name && document.getElementById(`list-${name}`);
  if (!list || (list.options.length && !list.dataset.searched) || event.target.value.trim().length < 2) return;
  if ([...list.options].some((one) => one.value === event.target.value)) return;
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(`/lists/${name}?as=json&q=${encodeURIComponent(event.target.value)}`);
      if (!answer.ok || mine !== asked) return;
      list.dataset.searched = "1";
      list.replaceChildren(...(await answer.json()).map(([value, label]) => new Option(label, value)));
    } catch {
      // Without a connection one types the code oneself.
    }
  }, 250);
});

// A jump to a field opens what hides it, and puts the cursor there.
function jump() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target || !target.closest("form.entry")) return;
  for (let box = target.parentElement; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
  target.focus();
  target.scrollIntoView({ block: "center" });
}
addEventListener("hashchange", jump);
jump();

// Cells pasted from a spreadsheet fill the grid from the cell on; rows that the page does not have go to its paste box.
document.addEventListener("paste", (event) => {
  const cell = event.target.closest?.(".entry-grid td");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!cell || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const rows = [...cell.closest("tbody").rows];
  const at = rows.indexOf(cell.parentElement);
  const lines = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n");
  if (at + lines.length > rows.length) {
    const box = document.querySelector(".entry-paste");
    box.value = text;
    box.closest("details").open = true;
    box.focus();
    return;
  }
  lines.forEach((line, down) => {
    const cells = [...rows[at + down].querySelectorAll("td input")];
    const from = cells.indexOf(rows[at + down].cells[cell.cellIndex].querySelector("input"));
    line.split("\t").forEach((word, across) => {
      if (cells[from + across]) cells[from + across].value = word.trim();
    });
  });
  cell.closest("form").dispatchEvent(new Event("input", { bubbles: true }));
});

// Papers dropped on the page go the way of those that are chosen.
for (const drop of document.querySelectorAll(".entry-drop")) {
  const input = drop.querySelector("input[type=file]");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
}
