/**
 * Krippendorff's alpha (2011): 1 if all raters agree, 0 as by chance. Units with fewer than two ratings do not
 * count; units may have different numbers of raters.
 *
 * @param units the ratings of each unit
 * @param level `ordinal` ratings are farther apart the more ratings lie between them
 * @returns NaN where no unit has two ratings or all ratings are the same
 */
export function krippendorffAlpha(
  units: readonly (readonly number[])[],
  level: 'nominal' | 'ordinal',
): number {
  const paired = units.filter(({ length }) => length >= 2);
  const values = [...new Set(paired.flat())].sort((a, b) => a - b);
  const totals = values.map((value) => paired.flat().filter((rating) => rating === value).length);
  const distance = (a: number, b: number): number => {
    if (level === 'nominal') return Number(a !== b);
    const between = totals.slice(Math.min(a, b), Math.max(a, b) + 1).reduce((x, y) => x + y, 0);
    return (between - (totals[a]! + totals[b]!) / 2) ** 2;
  };
  let observed = 0;
  for (const ratings of paired) {
    const at = ratings.map((rating) => values.indexOf(rating));
    for (const a of at) for (const b of at) observed += distance(a, b) / (at.length - 1);
  }
  let expected = 0;
  totals.forEach((countA, a) =>
    totals.forEach((countB, b) => (expected += countA * countB * distance(a, b))),
  );
  const total = totals.reduce((a, b) => a + b, 0);
  return 1 - ((total - 1) * observed) / expected;
}
