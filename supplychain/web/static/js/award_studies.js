// The difference to the chosen scenario while quantities change; "Work out" does the same without.
const form = document.querySelector("form[data-difference-url]");
const panel = document.querySelector("[data-difference]");

let waiting = 0;
let asked = null;

const workOut = async () => {
  asked?.abort();
  asked = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(form.dataset.differenceUrl, { method: "POST", body, signal: asked.signal, credentials: "same-origin" });
    if (answer.ok) panel.innerHTML = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
};

if (form && panel) {
  form.querySelector("[data-work-out]").hidden = true;
  form.addEventListener("input", (event) => {
    if (!event.target.classList.contains("award-give")) return;
    clearTimeout(waiting);
    waiting = setTimeout(workOut, 250);
  });
}
