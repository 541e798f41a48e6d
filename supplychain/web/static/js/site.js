// What JavaScript makes nicer on every page; nothing depends on it.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", () => { document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light"; });

// The summary of what is wrong names each field, and is read first.
for (const link of document.querySelectorAll("#error-summary a[href^='#f-']")) {
  const field = document.getElementById(link.hash.slice(1));
  const label = field?.labels?.[0] ?? field?.querySelector("legend");
  const name = label?.firstChild?.textContent.trim();
  if (name) link.prepend(`${name}: `);
}
document.getElementById("error-summary")?.focus();

for (const menu of document.querySelectorAll("details.menu")) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape") menu.open = false; });
}

// What is shown only once is easy to take along: it is selected, and copied where that is allowed.
for (const field of document.querySelectorAll("[data-copy]")) field.addEventListener("focus", () => field.select());

// Codes that are shown only once are copied, printed, or kept as a file.
const TAKE = {
  copy: (button, text) => navigator.clipboard.writeText(text).then(() => { button.textContent = button.dataset.done; }),
  print: () => window.print(),
  file: (button, text) => {
    const link = document.createElement("a");
    link.href = `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`;
    link.download = button.dataset.name;
    link.click();
  },
};
for (const button of document.querySelectorAll("[data-take]")) {
  const source = document.getElementById(button.dataset.from);
  const lines = [...(source?.querySelectorAll("code") ?? [])].map((code) => code.textContent);
  button.hidden = button.dataset.take === "copy" && !navigator.clipboard;
  button.addEventListener("click", () => TAKE[button.dataset.take](button, `${lines.join("\n")}\n`));
}

// A form that is being sent is not sent twice by an impatient finger.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.defaultPrevented) return;
  // A file is saved beside the page, which goes on as it was.
  if (event.submitter?.hasAttribute("data-download")) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
  setTimeout(() => { delete event.target.dataset.sent; }, 5000);
});
addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });

// A page that shows running work says where to look again; it reloads itself until the work is over.
const waiting = document.querySelector("[data-refresh-seconds]");
if (waiting) setTimeout(() => location.reload(), 1000 * Number(waiting.dataset.refreshSeconds));
