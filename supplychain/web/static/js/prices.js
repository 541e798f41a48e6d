// What a bid charges, as the server reckons it: prices reached, and discounts of several lines.

export const numberOf = (text) => {
  const plain = text.normalize("NFKC").replaceAll(",", "").replaceAll(" ", "");
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
};

// Prices are pairs of start and price, ascending; the first holds below the second's start.
export const amountOf = (prices, rule, quantity) => {
  if (rule !== "incremental") {
    const reached = prices.filter(([start], at) => !at || start <= quantity);
    return reached.length ? quantity * reached.at(-1)[1] : 0;
  }
  return prices.reduce((sum, [start, price], at) => {
    const end = Math.min(quantity, at + 1 < prices.length ? prices[at + 1][0] : quantity);
    return sum + Math.max(0, end - (at ? start : 0)) * price;
  }, 0);
};

// The most that bundles take off; at most one counts for a line.
export const discountOf = (bundles, costs) =>
  bundles.reduce(
    (found, { lines, percent }) => {
      if (!lines.every((line) => costs.has(line))) return found;
      const saved = (lines.reduce((sum, line) => sum + costs.get(line), 0) * percent) / 100;
      const more = found
        .filter(({ used }) => !lines.some((line) => used.has(line)))
        .map(({ used, off }) => ({ used: new Set([...used, ...lines]), off: off + saved }));
      return [...found, ...more];
    },
    [{ used: new Set(), off: 0 }],
  ).reduce((best, { off }) => Math.max(best, off), 0);
