/** A place on the map, or in pixels. */
export type Place = readonly [x: number, y: number];

/** Songs as they lie on the map: x and y of each in turn. */
export type Coordinates = ArrayLike<number>;

/**
 * Axis ranges that show every song in a frame of this shape, with the same scale along both axes.
 *
 * @param width and height of the frame, pixels
 */
export function viewOf(xy: Coordinates, width: number, height: number) {
  const [x, y] = [rangeOf(xy, 0), rangeOf(xy, 1)];
  const margin = 1.12;
  const unit = margin * Math.max(x.extent / width, y.extent / height) || 1 / width;
  const around = (middle: number, pixels: number) => ({
    min: middle - (unit * pixels) / 2,
    max: middle + (unit * pixels) / 2,
  });
  return { x: around(x.middle, width), y: around(y.middle, height) };
}

function rangeOf(xy: Coordinates, first: 0 | 1) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = first; i < xy.length; i += 2) {
    low = Math.min(low, xy[i]!);
    high = Math.max(high, xy[i]!);
  }
  return high < low ? { middle: 0, extent: 0 } : { middle: (low + high) / 2, extent: high - low };
}

/**
 * Whether a place lies within a polygon (even-odd rule). Every song asks, of every corner: plain numbers make it fast.
 *
 * @param outline x and y of each corner in turn
 */
export function isInside(outline: Coordinates, x: number, y: number): boolean {
  let inside = false;
  let x2 = outline[outline.length - 2]!;
  let y2 = outline[outline.length - 1]!;
  for (let at = 0; at < outline.length; at += 2) {
    const x1 = outline[at]!;
    const y1 = outline[at + 1]!;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    x2 = x1;
    y2 = y1;
  }
  return inside;
}

/** Row numbers of the songs within a polygon, as of `isInside`. */
export function rowsInside(
  xy: Coordinates,
  outline: Coordinates,
  isShown: (row: number) => boolean,
): number[] {
  const rows = [];
  for (let row = 0; 2 * row < xy.length; row++) {
    if (isShown(row) && isInside(outline, xy[2 * row]!, xy[2 * row + 1]!)) rows.push(row);
  }
  return rows;
}

/** The song nearest to a place, at most so far from it. */
export function nearestRow(
  xy: Coordinates,
  [x, y]: Place,
  reach: number,
  isShown: (row: number) => boolean,
): number | undefined {
  let nearest: number | undefined;
  let least = reach ** 2;
  for (let row = 0; 2 * row < xy.length; row++) {
    const distance = (xy[2 * row]! - x) ** 2 + (xy[2 * row + 1]! - y) ** 2;
    if (distance <= least && isShown(row)) {
      least = distance;
      nearest = row;
    }
  }
  return nearest;
}

/** So many of the rows, the nearest to a place first. */
export function nearestRows(
  xy: Coordinates,
  rows: readonly number[],
  [x, y]: Place,
  count: number,
): number[] {
  const distance = (row: number) => (xy[2 * row]! - x) ** 2 + (xy[2 * row + 1]! - y) ** 2;
  // Sorting numbers, and then a few rows, takes a fraction of sorting all rows.
  const farthest = Float64Array.from(rows.map(distance)).sort()[count - 1] ?? Infinity;
  return rows
    .filter((row) => distance(row) <= farthest)
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, count);
}

/** The mean place of rows; of at least one. */
export function middleOf(xy: Coordinates, rows: readonly number[]): Place {
  const mean = (axis: 0 | 1) =>
    rows.reduce((sum, row) => sum + xy[2 * row + axis]!, 0) / rows.length;
  return [mean(0), mean(1)];
}
