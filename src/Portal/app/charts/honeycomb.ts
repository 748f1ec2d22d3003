export interface Honeycomb {
  columns: number;
  rows: number;
  /** Distance from a cell's centre to its corner, in pixels. */
  radius: number;
  height: number;
}

const root3 = Math.sqrt(3);
export const radiusMax = 19;
export const radiusMin = 4;

/** The largest cells with which `count` cells fit into `width` by `heightMax`; beyond the smallest cell the height grows. */
export function layOut(count: number, width: number, heightMax: number): Honeycomb {
  let radius = radiusMax;
  for (;;) {
    const columns = Math.max(1, Math.floor((width - (root3 / 2) * radius) / (root3 * radius)));
    const rows = Math.ceil(count / columns);
    const height = Math.ceil(rows * 1.5 * radius + 0.5 * radius + 2);
    if (height <= heightMax || radius <= radiusMin) return { columns, rows, radius, height };
    radius = Math.max(radiusMin, radius - 0.5);
  }
}

export function centre(comb: Honeycomb, index: number): { x: number; y: number } {
  const row = Math.floor(index / comb.columns);
  const column = index % comb.columns;
  return { x: (column + 0.5 + (row % 2) / 2) * root3 * comb.radius, y: row * 1.5 * comb.radius + comb.radius + 1 };
}

/** The cell at a point, or -1. */
export function cellAt(comb: Honeycomb, count: number, x: number, y: number): number {
  const near = Math.round((y - comb.radius - 1) / (1.5 * comb.radius));
  let best = -1;
  let bestDistance = comb.radius * comb.radius;
  for (let row = near - 1; row <= near + 1; row++) {
    if (row < 0 || row >= comb.rows) continue;
    const column = Math.round(x / (root3 * comb.radius) - 0.5 - (row % 2) / 2);
    const index = row * comb.columns + column;
    if (column < 0 || column >= comb.columns || index >= count) continue;
    const middle = centre(comb, index);
    const distance = (middle.x - x) ** 2 + (middle.y - y) ** 2;
    if (distance < bestDistance) {
      best = index;
      bestDistance = distance;
    }
  }
  return best;
}
