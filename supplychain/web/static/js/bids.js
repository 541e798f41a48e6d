// Live totals of a bid; the page works without them.
const form = document.querySelector("form[data-bid]");

const numberOf = (text) => {
  const plain = text.normalize("NFKC").replaceAll(",", "").replaceAll(" ", "");
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
};

const show = (place, amount) => {
  place.hidden = amount === null;
  if (amount === null) return;
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 4 };
  const text = amount.toLocaleString(document.documentElement.lang, digits);
  place.querySelector("[data-sum]").textContent = `${text} ${form.dataset.currency}`;
};

const lineTotal = (line) => {
  const value = (name) => numberOf(line.querySelector(`[name$="-${name}"]`).value);
  const [price, quantity] = [value("unit_price"), value("quantity")];
  return price === null || quantity === null ? null : price * quantity + (value("tooling") ?? 0);
};

const addUp = () => {
  let sum = null;
  for (const line of form.querySelectorAll("[data-line]")) {
    const total = lineTotal(line);
    show(line.querySelector("[data-line-total]"), total);
    if (total !== null) sum = (sum ?? 0) + total;
  }
  show(form.querySelector("[data-bid-total]"), sum);
};

if (form) {
  form.addEventListener("input", addUp);
  addUp();
}
