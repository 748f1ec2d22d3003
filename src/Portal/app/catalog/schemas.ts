import type { SchemaColumn, SchemaVersion } from './types';

export type ColumnChange = 'added' | 'removed' | 'changed' | 'same';

/** Columns of a version, each with what became of it since the version before; removed ones at their old place. */
export function changesBetween(before: SchemaVersion | undefined, after: SchemaVersion): { column: SchemaColumn; change: ColumnChange; was: SchemaColumn | null }[] {
  const old = new Map((before?.columns ?? []).map((column) => [column.name, column]));
  const rows: { column: SchemaColumn; change: ColumnChange; was: SchemaColumn | null }[] = after.columns.map((column) => {
    const was = old.get(column.name) ?? null;
    const change: ColumnChange = before === undefined ? 'same' : was === null ? 'added' : was.type === column.type && was.nativeType === column.nativeType && was.nullable === column.nullable && was.key === column.key ? 'same' : 'changed';
    return { column, change, was };
  });
  const kept = new Set(after.columns.map((column) => column.name));
  (before?.columns ?? []).forEach((column, index) => {
    if (!kept.has(column.name)) rows.splice(Math.min(index, rows.length), 0, { column, change: 'removed', was: column });
  });
  return rows;
}
