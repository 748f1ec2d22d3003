import type { SqlLineage } from './types';

export interface LineageItem {
  name: string;
  /** Of the table, above its first column; null elsewhere. */
  heading: string | null;
  y: number;
}
export interface LineageLine {
  from: number;
  to: number;
  column: string;
  source: string;
  isIndirect: boolean;
}
export interface LineageLayout {
  sources: LineageItem[];
  columns: LineageItem[];
  lines: LineageLine[];
  height: number;
}

const rowHeight = 28;
const headingHeight = 26;

/** Columns of tables at the left under their tables, columns of the result at the right; y is the middle of a row. */
export function lineageLayout(lineage: readonly SqlLineage[]): LineageLayout {
  const tables = new Map<string, Set<string>>();
  for (const { sources } of lineage)
    for (const { relation, column } of sources) {
      const columns = tables.get(relation) ?? new Set();
      tables.set(relation, columns.add(column));
    }
  const places = new Map<string, number>();
  const sources: LineageItem[] = [];
  let left = 0;
  for (const [table, columns] of tables) {
    left += headingHeight;
    let heading: string | null = table;
    for (const column of columns) {
      const y = left + rowHeight / 2;
      sources.push({ name: column, heading, y });
      places.set(`${table}.${column}`, y);
      heading = null;
      left += rowHeight;
    }
  }
  const right = headingHeight + lineage.length * rowHeight;
  const height = Math.max(left, right);
  const begin = headingHeight + Math.max(0, (height - right) / 2);
  const columns = lineage.map(({ column }, index) => ({ name: column, heading: null, y: begin + index * rowHeight + rowHeight / 2 }));
  const lines = lineage.flatMap(({ column, sources: from }, index) =>
    from.map(({ relation, column: source, isIndirect }) => ({ from: places.get(`${relation}.${source}`)!, to: columns[index]!.y, column, source: `${relation}.${source}`, isIndirect })),
  );
  return { sources, columns, lines, height };
}
