// Shares of a whole, rounded so that they add up.

/** The percentages of counts to a number of decimals, one if any of them is below 1, and that number. They add up to
 * 100: what rounding down leaves goes to those that lost most by it. One that would be rounded to 0 is left as it is,
 * so that it is not shown as nothing. */
export function percentages(counts: number[]): { shares: number[]; digits: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!total) return { shares: counts, digits: 0 };
  const digits = counts.some((count) => count > 0 && count / total < 0.01) ? 1 : 0;
  const unit = 10 ** -digits; // percent
  const exact = counts.map((count) => (100 * count) / total / unit);
  const whole = exact.map(Math.floor);
  const left = Math.round(100 / unit) - whole.reduce((sum, share) => sum + share, 0);
  const byLoss = exact.map((_, place) => place).sort((a, b) => exact[b]! - whole[b]! - (exact[a]! - whole[a]!));
  for (const place of byLoss.slice(0, left)) whole[place]! += 1;
  return { shares: whole.map((share, place) => (share || exact[place]!) * unit), digits };
}
