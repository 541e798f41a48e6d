"""One reader of numbers, money, dates, quantities and percent: one reading, or a refusal."""
