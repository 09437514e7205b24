/** Means 0 and deviations 1, by the rows that are learnt from. */
export function standardScale(rows: number[][]): (rows: number[][]) => number[][] {
  const means = rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
  const deviations = means.map((mean, i) =>
    Math.sqrt(rows.reduce((sum, row) => sum + (row[i]! - mean) ** 2, 0) / rows.length),
  );
  return (others) =>
    others.map((row) => row.map((value, i) => (value - means[i]!) / (deviations[i]! || 1)));
}
