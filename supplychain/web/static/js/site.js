// What JavaScript makes nicer on every page; nothing depends on it.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const paint = () => { document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light"; };
dark.addEventListener("change", paint);
paint();

document.getElementById("error-summary")?.focus();

for (const menu of document.querySelectorAll("details.menu")) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape") menu.open = false; });
}

// A page that shows running work says where to look again; it reloads itself until the work is over.
const waiting = document.querySelector("[data-refresh-seconds]");
if (waiting) setTimeout(() => location.reload(), 1000 * Number(waiting.dataset.refreshSeconds));
