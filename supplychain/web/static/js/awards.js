// Live totals while a buyer splits lines; the page works without them.
import { amountOf, discountOf, numberOf } from "./prices.js";

const form = document.querySelector("form[data-award]");

const quantityOf = (text) => numberOf(text) ?? 0;

const format = (amount, decimals) =>
  amount.toLocaleString(document.documentElement.lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

const formatQuantity = (quantity) =>
  quantity.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 3 });

const formatTotal = (amount) => format(amount, Number(form.dataset.decimals));

const pairs = (text) => text.trim().split(/\s+/).filter(Boolean).map((pair) => pair.split(":"));

const costOf = (quote, given) => {
  const prices = pairs(quote.dataset.prices).map((pair) => pair.map(Number));
  return amountOf(prices, quote.dataset.rule, given) / Number(quote.dataset.per) + Number(quote.dataset.tooling);
};

// By supplier: what each line costs, and which of them it gets whole.
const addLine = (line, won) => {
  let left = Number(line.dataset.asked);
  for (const quote of line.querySelectorAll("[data-quote]")) {
    const given = quantityOf(quote.querySelector("input.award-give").value);
    left -= given;
    if (!given) continue;
    const cost = costOf(quote, given);
    const whole = given >= Number(line.dataset.asked);
    const before = won.get(quote.dataset.bid) ?? { sum: 0, whole: new Map() };
    if (whole) before.whole.set(line.dataset.line, cost);
    const carriage = given * Number(quote.dataset.freight);
    won.set(quote.dataset.bid, { sum: before.sum + cost + carriage, whole: before.whole });
  }
  // Above what is asked for, what the buyer takes besides is covered too.
  if (left < 0) left = Math.min(0, left + Number(line.dataset.most) - Number(line.dataset.asked));
  left = Math.round(left * 1000) / 1000;
  for (const surplus of line.querySelectorAll("[data-award-surplus]")) surplus.hidden = true;
  const words = left === 0 ? form.dataset.covered : `${left > 0 ? form.dataset.missing : form.dataset.excess} ${formatQuantity(Math.abs(left))}`;
  line.querySelector("[data-award-left]").textContent = words;
};

const charged = (row, won) => {
  const found = won.get(row.dataset.bid);
  if (!found) return 0;
  const bundles = pairs(row.dataset.bundles).map(([percent, lines]) => ({ percent: Number(percent), lines: lines.split(",") }));
  return found.sum + Number(row.dataset.oneOff) - discountOf(bundles, found.whole);
};

const addUp = () => {
  const won = new Map();
  for (const line of form.querySelectorAll("[data-award-line]")) addLine(line, won);
  let all = 0;
  for (const row of form.querySelectorAll("[data-total]")) {
    const sum = charged(row, won);
    all += sum;
    row.querySelector("[data-sum]").textContent = sum ? formatTotal(sum) : "–";
    for (const extra of row.querySelectorAll("[data-extra]")) extra.hidden = true;
  }
  form.querySelector("[data-award-total]").textContent = formatTotal(all);
};

if (form) {
  form.addEventListener("input", addUp);
}
