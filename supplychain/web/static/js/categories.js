// Fields of categories offer what was meant by a synonym or with a slip; without this they offer names.
const WAIT_MS = 200;
const list = document.querySelector("datalist#categories[data-source]");
const whole = list ? list.innerHTML : "";
let timer = 0;
let asked = null;

const offer = async (text) => {
  asked?.abort();
  if (!text.trim()) {
    list.innerHTML = whole;
    return;
  }
  asked = new AbortController();
  const address = `${list.dataset.source}?q=${encodeURIComponent(text)}`;
  try {
    const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { items } = await answer.json();
    if (!items.length) return;
    const made = items.map((one) => {
      const option = document.createElement("option");
      option.value = one.name;
      option.label = `${text} · ${one.beside} · ${one.firms}`;
      return option;
    });
    const near = document.createElement("template");
    near.innerHTML = whole;
    list.replaceChildren(...made, near.content);
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
};

document.addEventListener("input", (event) => {
  if (!list || event.target.getAttribute?.("list") !== "categories") return;
  clearTimeout(timer);
  timer = setTimeout(offer, WAIT_MS, event.target.value);
});
