// The tier map, made nicer: zoom, drag, arrow keys, cards in place. Without it everything is a link.
const frame = document.querySelector(".tm-frame");
const view = frame?.querySelector(".tm-view");

function drawings() { return [...view.querySelectorAll("svg.tm-heads, svg.tm-map")]; }

let scale = 1;

// Zoom keeps the point under (x, y), given from the view's top left corner, where it is.
function zoom(factor, x = view.clientWidth / 2, y = view.clientHeight / 2) {
  const before = scale;
  scale = Math.min(4, Math.max(0.2, scale * factor));
  const ratio = scale / before;
  const left = (view.scrollLeft + x) * ratio - x;
  const top = (view.scrollTop + y) * ratio - y;
  for (const svg of drawings()) {
    svg.setAttribute("width", svg.dataset.width * scale);
    svg.setAttribute("height", svg.dataset.height * scale);
  }
  view.scrollTo(left, top);
}

function fit() {
  const [head, map] = drawings().map((svg) => svg.getBoundingClientRect());
  zoom(Math.min(view.clientWidth / map.width, view.clientHeight / (head.height + map.height)) * 0.995);
  view.scrollTo(0, 0);
}

function centre(node, behaviour = "auto") {
  if (!node) return;
  const box = node.getBoundingClientRect(), own = view.getBoundingClientRect();
  view.scrollBy({
    left: box.left + box.width / 2 - own.left - own.width / 2,
    top: box.height > own.height / 2 ? box.top - own.top - 90 : box.top + box.height / 2 - own.top - own.height / 2,
    behavior: behaviour,
  });
}

// One stop for the Tab key; arrows go up and down a tier and across to the nearest firm.
function rove(chosen) {
  for (const node of nodes()) node.setAttribute("tabindex", node === chosen ? "0" : "-1");
}
function nodes() { return [...view.querySelectorAll(".tm-node, .tm-group")]; }
function beside(node, key) {
  const all = nodes(), own = node.getBoundingClientRect(), column = Number(node.dataset.col);
  const middle = (other) => { const box = other.getBoundingClientRect(); return box.top + Math.min(box.height, own.height) / 2; };
  if (key === "ArrowUp" || key === "ArrowDown") {
    const same = all.filter((other) => other.dataset.col === node.dataset.col).sort((one, two) => middle(one) - middle(two));
    return same[same.indexOf(node) + (key === "ArrowUp" ? -1 : 1)];
  }
  const columns = [...new Set(all.map((other) => Number(other.dataset.col)))].sort((one, two) => one - two);
  const next = columns[columns.indexOf(column) + (key === "ArrowLeft" ? -1 : 1)];
  return all.filter((other) => Number(other.dataset.col) === next)
    .sort((one, two) => Math.abs(middle(one) - middle(node)) - Math.abs(middle(two) - middle(node)))[0];
}

// The same page is fetched; its card and the classes of its firms and links are taken over.
async function show(address, { push = true } = {}) {
  let page;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error();
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector(".tm-frame")) throw new Error();
  } catch { location.assign(address); return; }
  const old = view.querySelector("svg.tm-map"), fresh = page.querySelector("svg.tm-map");
  const names = (svg) => [...svg.querySelectorAll("[id]")].map((each) => each.id).join();
  if (names(old) !== names(fresh)) { location.assign(address); return; }
  for (const each of fresh.querySelectorAll("[id]")) {
    old.getElementById(each.id).setAttribute("class", each.getAttribute("class") ?? "");
  }
  document.getElementById("card").replaceWith(page.getElementById("card"));
  frame.className = page.querySelector(".tm-frame").className;
  if (push) history.pushState({}, "", address);
  document.getElementById("card").querySelector("h2")?.focus({ preventScroll: matchMedia("(min-width: 992px)").matches });
}

function startDrag() {
  let from = null, moved = false;
  view.classList.add("grab");
  view.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button) return;
    from = { x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop };
    moved = false;
  });
  addEventListener("pointermove", (event) => {
    if (!from) return;
    moved ||= Math.hypot(event.clientX - from.x, event.clientY - from.y) > 4;
    if (!moved) return;
    view.classList.add("grabbing");
    view.scrollTo(from.left - event.clientX + from.x, from.top - event.clientY + from.y);
  });
  addEventListener("pointerup", () => { from = null; view.classList.remove("grabbing"); });
  view.addEventListener("dragstart", (event) => event.preventDefault());
  view.addEventListener("click", (event) => { if (moved) { event.preventDefault(); event.stopPropagation(); moved = false; } }, true);
}

function startPinch() {
  let apart = 0;
  const span = ([one, two]) => Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
  view.addEventListener("touchstart", (event) => { apart = event.touches.length === 2 ? span(event.touches) : 0; }, { passive: true });
  view.addEventListener("touchmove", (event) => {
    if (!apart || event.touches.length !== 2) return;
    event.preventDefault();
    const now = span(event.touches), own = view.getBoundingClientRect(), [one, two] = event.touches;
    zoom(now / apart, (one.clientX + two.clientX) / 2 - own.left, (one.clientY + two.clientY) / 2 - own.top);
    apart = now;
  }, { passive: false });
}

function start() {
  const buttons = frame.querySelector(".tm-zoom");
  buttons.hidden = false;
  buttons.addEventListener("click", (event) => {
    const wanted = event.target.closest("button")?.dataset.zoom;
    if (wanted === "fit") fit(); else if (wanted) zoom(wanted === "in" ? 1.25 : 0.8);
  });
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const own = view.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 300), event.clientX - own.left, event.clientY - own.top);
  }, { passive: false });
  view.addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "-") { zoom(event.key === "+" ? 1.25 : 0.8); return; }
    const node = event.target.closest(".tm-node, .tm-group");
    if (!node || !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const next = beside(node, event.key);
    if (next) { rove(next); next.focus(); }
  });
  frame.addEventListener("click", (event) => {
    const link = event.target.closest("a.tm-node, a.tm-close");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.classList.contains("tm-node")) rove(link);
    show(link.getAttribute("href"));
  });
  addEventListener("popstate", () => show(location.href, { push: false }));
  startDrag();
  startPinch();
  const focal = view.querySelector(".focal");
  const chosen = view.querySelector(".chosen, .found, .tm-group.open");
  rove(chosen ?? focal);
  const narrow = view.clientWidth < 600 && focal;
  if (!location.hash.startsWith("#tier")) centre(chosen ?? (narrow && beside(focal, "ArrowLeft")) ?? focal);
}

if (view) start();
