// Live totals of a bid, without discounts for several lines; the page works without them.
import { amountOf, numberOf } from "./prices.js";

const form = document.querySelector("form[data-bid]");

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
  if (price === null || quantity === null) return null;
  const rule = line.querySelector('[name$="-tier_rule"]').value;
  const per = value("price_per") ?? 1;
  return amountOf([[1, price], ...pricesAbove(line)], rule, quantity) / per + (value("tooling") ?? 0);
};

const carriageOf = (line) => {
  const value = (name) => numberOf(line.querySelector(`[name$="-${name}"]`)?.value ?? "") ?? 0;
  return value("freight") * value("quantity");
};

const pricesAbove = (line) =>
  [...line.querySelectorAll(".bid-tier")]
    .map((row) => [...row.querySelectorAll("input")].map((field) => numberOf(field.value)))
    .filter(([start, price]) => start !== null && price !== null);

const addUp = () => {
  let sum = numberOf(form.querySelector('[name="one_off_cost"]').value);
  for (const line of form.querySelectorAll("[data-line]")) {
    const total = lineTotal(line);
    show(line.querySelector("[data-line-total]"), total);
    if (total !== null) sum = (sum ?? 0) + total + carriageOf(line);
  }
  show(form.querySelector("[data-bid-total]"), sum);
};

// All amounts are in the currency that is chosen.
const rename = (event) => {
  if (event.target.name !== "currency") return;
  for (const unit of form.querySelectorAll(".input-group-text")) {
    if (unit.textContent === form.dataset.currency) unit.textContent = event.target.value;
  }
  form.dataset.currency = event.target.value;
};

if (form) {
  form.addEventListener("input", rename);
  form.addEventListener("input", addUp);
  addUp();
}
