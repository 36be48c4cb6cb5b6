// Opens "why" under the number that was asked about. Without this file the same links lead to a page.

async function part(address) {
  const url = new URL(address, location.href);
  url.searchParams.set("part", "1");
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.text();
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a.why");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const home = link.closest("article") ?? link.parentElement;
  const open = home.querySelector(":scope > .asked");
  home.querySelectorAll("a.why[aria-expanded]").forEach((one) => one.removeAttribute("aria-expanded"));
  open?.remove();
  if (open?.dataset.of === link.href) return link.focus();
  try {
    const panel = document.createElement("div");
    panel.className = "asked";
    panel.dataset.of = link.href;
    panel.tabIndex = -1;
    panel.setAttribute("role", "region");
    panel.setAttribute("aria-label", link.textContent);
    panel.innerHTML = await part(link.href);
    link.setAttribute("aria-expanded", "true");
    home.append(panel);
    panel.focus({ preventScroll: true });
    panel.scrollIntoView({ block: "nearest" });
  } catch {
    location.assign(link.href);
  }
});

// A link to a folded place unfolds it.
function unfold() {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place) return;
  place.querySelector("details")?.setAttribute("open", "");
  place.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();
