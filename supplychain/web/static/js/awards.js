// Live totals while a buyer splits lines; the page works without them.
const form = document.querySelector("form[data-award]");

const wholeOf = (text) => {
  const plain = text.normalize("NFKC").replaceAll(",", "").replaceAll(" ", "");
  return /^\d+$/.test(plain) ? Number(plain) : 0;
};

const format = (amount, least = 2) =>
  amount.toLocaleString(document.documentElement.lang, { minimumFractionDigits: least, maximumFractionDigits: least ? 4 : 0 });

const addLine = (line, sums) => {
  let left = Number(line.dataset.asked);
  for (const quote of line.querySelectorAll("[data-quote]")) {
    const given = wholeOf(quote.querySelector("input.award-give").value);
    left -= given;
    const cost = given ? given * Number(quote.dataset.price) + Number(quote.dataset.tooling) : 0;
    sums.set(quote.dataset.bid, (sums.get(quote.dataset.bid) ?? 0) + cost);
  }
  const words = left === 0 ? form.dataset.covered : `${left > 0 ? form.dataset.missing : form.dataset.excess} ${format(Math.abs(left), 0)}`;
  line.querySelector("[data-award-left]").textContent = words;
};

const addUp = () => {
  const sums = new Map();
  for (const line of form.querySelectorAll("[data-award-line]")) addLine(line, sums);
  let all = 0;
  for (const row of form.querySelectorAll("[data-total]")) {
    const sum = sums.get(row.dataset.bid) ?? 0;
    all += sum;
    row.querySelector("[data-sum]").textContent = sum ? format(sum) : "–";
  }
  form.querySelector("[data-award-total]").textContent = format(all);
};

if (form) {
  form.addEventListener("input", addUp);
}
