// Marks on the picture of a paper the box of the field that is pointed at, and the other way round. Without it links lead there.

let marked = [];

function mark(event) {
  const field = event.target.closest?.("[data-field]")?.dataset.field;
  if (!field) return;
  marked.forEach((one) => one.classList.remove("marked"));
  marked = [...document.querySelectorAll(`[data-field="${CSS.escape(field)}"]`)];
  marked.forEach((one) => one.classList.add("marked"));
  if (event.type === "focusin") {
    const box = marked.find((one) => one.tagName === "rect");
    const pictures = box?.closest(".pictures");
    if (pictures && getComputedStyle(pictures).overflowY === "auto") box.scrollIntoView({ block: "center" });
  }
}

for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, mark);
