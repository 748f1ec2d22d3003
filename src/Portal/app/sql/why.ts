import { quoted } from './statements';
import type { RelationInfo, SqlColumn, SqlRow } from './types';
import { literal } from './values';

/** The statement that asks why a row is there: by the key, or by every column where there is none. */
export function whyStatement(relation: Pick<RelationInfo, 'name' | 'key'>, columns: readonly SqlColumn[], row: SqlRow): string {
  const key = columns.map((_, index) => index).filter((index) => relation.key.includes(columns[index]!.name));
  const by = key.length > 0 && key.length === relation.key.length ? key : columns.map((_, index) => index);
  const conditions = by.map((index) => {
    const column = columns[index]!;
    const value = literal(row[index], column);
    return value === 'NULL' ? `${quoted(column.name)} IS NULL` : `${quoted(column.name)} = ${value}`;
  });
  return `WHY ${quoted(relation.name)} WHERE ${conditions.join(' AND ')}`;
}
