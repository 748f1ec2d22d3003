// What an object does over time, out of the live tables and views that have its key among their columns.
import type { RelationInfo, SqlRow } from '@/sql/types';
import type { Point } from '@/charts/series';

export const steps = ['minute', 'hour', 'day'] as const;
export type Step = (typeof steps)[number];
export interface UsageSource {
  relation: string;
  key: string;
  times: string[];
  numbers: string[];
}
/** Newest buckets that are drawn. */
export const bucketsMax = 500;

const isTime = (type: string) => type.startsWith('TIMESTAMP');
const isNumber = (type: string) => /^(TINYINT|SMALLINT|INT|INTEGER|BIGINT|DECIMAL|FLOAT|DOUBLE)/.test(type);

/** Relations with a column named as the facts' key, and a time, the largest with numbers first; those whose key it is have one row of each object and nothing over time. */
export function sourcesOf(relations: readonly RelationInfo[], key: string): UsageSource[] {
  return relations
    .filter((item) => item.kind !== 'sink' && !/^tags?_/.test(item.name) && !(item.key.length === 1 && item.key[0] === key) && item.columns.some((column) => column.name === key))
    .sort((a, b) => (b.rows ?? 0) - (a.rows ?? 0) || a.name.localeCompare(b.name))
    .map((item) => ({ relation: item.name, key, times: item.columns.filter((column) => isTime(column.type)).map((column) => column.name), numbers: item.columns.filter((column) => isNumber(column.type) && column.name !== key && !/(^|_)id$/i.test(column.name)).map((column) => column.name) }))
    .filter((item) => item.times.length > 0)
    .sort((a, b) => Number(b.numbers.length > 0) - Number(a.numbers.length > 0));
}

const quoted = (name: string) => `\`${name.replaceAll('`', '``')}\``;
const formats: Record<Step, string> = { minute: 'yyyy-MM-dd HH:mm', hour: 'yyyy-MM-dd HH', day: 'yyyy-MM-dd' };

/** How many rows an object has in each step of time, and their sum of a number. */
export function usageQuery(source: UsageSource, object: string, time: string, number: string | null, step: Step): string {
  const at = `DATE_FORMAT(${quoted(time)}, '${formats[step]}')`;
  const sum = number === null ? '' : `, SUM(${quoted(number)}) AS total`;
  return `SELECT ${at} AS step, COUNT(*) AS counted${sum} FROM ${quoted(source.relation)} WHERE CAST(${quoted(source.key)} AS STRING) = '${object.replaceAll("'", "''")}' AND ${quoted(time)} IS NOT NULL GROUP BY ${at} ORDER BY step DESC LIMIT ${bucketsMax}`;
}

const milliseconds: Record<Step, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** The tables' clock is drawn as it stands. */
const instant = (step: string) => new Date(`${step.length === 10 ? `${step} 00:00` : step.length === 13 ? `${step}:00` : step}`.replace(' ', 'T')).getTime();

/** Points of a result, with zeros where nothing was, so that a line does not lie about quiet times. */
export function pointsOf(rows: readonly SqlRow[], column: number, step: Step): Point[] {
  const known = rows.map((row) => [instant(String(row[0])), Number(row[column] ?? 0)] as const).filter(([at]) => !Number.isNaN(at)).sort((a, b) => a[0] - b[0]);
  const points: Point[] = [];
  for (const [at, value] of known) {
    const before = points.at(-1)?.[0];
    if (before !== undefined && at - before > milliseconds[step] * 1.5) points.push([before + milliseconds[step], 0], [at - milliseconds[step], 0]);
    points.push([at, value]);
  }
  // Before the first and behind the last is nothing, too: a single step is a peak and not a point that nobody sees.
  if (points.length > 0) return [[points[0]![0] - milliseconds[step], 0], ...points, [points.at(-1)![0] + milliseconds[step], 0]];
  return points;
}
