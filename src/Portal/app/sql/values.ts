import type { SqlColumn, SqlRow, SqlValue } from './types';

const numeric = /^(TINYINT|SMALLINT|INT|INTEGER|BIGINT|DECIMAL|DEC|NUMERIC|FLOAT|DOUBLE|REAL)\b/i;
const instant = /^(DATE|TIMESTAMP|TIMESTAMP_LTZ)\b/i;

export function isNumeric(column: SqlColumn): boolean {
  return numeric.test(column.type);
}
export function isTime(column: SqlColumn): boolean {
  return instant.test(column.type);
}

/** A cell as text; null stays null, so that it can be told from an empty text. */
export function cellText(value: SqlValue | undefined): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function toNumber(value: SqlValue | undefined): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** The type without NOT NULL. */
export function shortType(column: SqlColumn): string {
  return column.type.replace(/\s+NOT NULL$/i, '');
}

/** Orders two values of a column: nulls first, numbers by size, texts by their characters. Decimals beyond a double are compared digit by digit where doubles are equal. */
export function compareValues(a: SqlValue | undefined, b: SqlValue | undefined, asNumbers: boolean): number {
  const [left, right] = [cellText(a), cellText(b)];
  if (left === null || right === null) return left === right ? 0 : left === null ? -1 : 1;
  if (asNumbers) {
    const difference = (toNumber(a) ?? 0) - (toNumber(b) ?? 0);
    if (difference !== 0) return difference;
    return left.length === right.length ? (left < right ? -1 : left > right ? 1 : 0) : 0;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

export function sorted(rows: readonly SqlRow[], columns: readonly SqlColumn[], by: number | null, descending: boolean): readonly SqlRow[] {
  if (by === null || columns[by] === undefined) return rows;
  const asNumbers = isNumeric(columns[by]);
  return [...rows].sort((a, b) => compareValues(a[by], b[by], asNumbers) * (descending ? -1 : 1));
}

/** RFC 4180: quoted where needed; null is an empty field, an empty text is quoted. */
export function toCsv(columns: readonly SqlColumn[], rows: readonly SqlRow[]): string {
  const field = (text: string | null) => (text === null ? '' : text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [columns.map((column) => field(column.name)), ...rows.map((row) => columns.map((_, index) => field(cellText(row[index]))))];
  return lines.map((line) => line.join(',')).join('\r\n') + '\r\n';
}

/** As spreadsheets take it from the clipboard: tabs between cells, which cells themselves lose. */
export function toTabs(columns: readonly SqlColumn[], rows: readonly SqlRow[]): string {
  const field = (text: string | null) => (text ?? '').replaceAll(/[\t\r\n]+/g, ' ');
  return [columns.map((column) => field(column.name)), ...rows.map((row) => columns.map((_, index) => field(cellText(row[index]))))].map((line) => line.join('\t')).join('\n');
}

/** A literal of the dialect for a value of a column, as WHY and point reads need it. */
export function literal(value: SqlValue | undefined, column: SqlColumn): string {
  const text = cellText(value);
  if (text === null) return 'NULL';
  if (isNumeric(column) || typeof value === 'boolean') return text;
  const quotedText = `'${text.replaceAll("'", "''")}'`;
  if (/^DATE\b/i.test(column.type)) return `DATE ${quotedText}`;
  if (/^TIME\b/i.test(column.type)) return `TIME ${quotedText}`;
  if (/^TIMESTAMP/i.test(column.type)) return `TIMESTAMP '${text.replace('T', ' ').replace(/Z$/, '')}'`;
  return quotedText;
}
