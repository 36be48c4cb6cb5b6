// The window's pages with script: what moves comes by itself, paper by one key, codes in capitals. All of it works without.

for (const part of document.querySelectorAll("[data-fresh]")) {
  const again = async () => {
    const busy = part.contains(document.activeElement) && document.activeElement !== document.body;
    if (document.visibilityState === "visible" && !busy) {
      try {
        const answer = await fetch(location.href, { headers: { "X-Requested-With": "counter" } });
        if (answer.ok) {
          const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
          if (fresh) {
            part.replaceChildren(...fresh.childNodes);
            if (!fresh.hasAttribute("data-fresh")) return;
          }
        }
      } catch {
        // The counter's server is being started again; the next round finds it.
      }
    }
    setTimeout(again, wait);
  };
  const wait = Number(part.dataset.fresh || 10) * 1000;
  setTimeout(again, wait);
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});

document.addEventListener("input", (event) => {
  if (event.target.matches?.(".cw-code")) {
    const at = event.target.selectionStart;
    event.target.value = event.target.value.toUpperCase();
    event.target.setSelectionRange(at, at);
  }
});
