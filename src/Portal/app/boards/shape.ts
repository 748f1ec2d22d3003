// Which columns of a result a tile draws, in which order.
import { compareValues, isNumeric, isTime, toNumber } from '@/sql/values';
import type { SqlColumn, SqlRow } from '@/sql/types';
import type { TileChart } from './types';

export interface Shape {
  /** Position of the column of names, times or places; -1: there is none. */
  x: number;
  /** Positions of the columns of values. */
  y: number[];
  /** Position of the column that splits into series; -1: there is none. */
  series: number;
  /** Whether x is a time. */
  byTime: boolean;
}

export function shapeOf(chart: TileChart, columns: readonly SqlColumn[]): Shape {
  const find = (name: string | null | undefined) => (name ? columns.findIndex((column) => column.name === name) : -1);
  const series = find(chart.series);
  const named = (chart.y ?? []).map(find).filter((index) => index >= 0);
  let x = find(chart.x);
  const y = named.length > 0 ? named : columns.map((_, index) => index).filter((index) => index !== x && index !== series && isNumeric(columns[index]!));
  if (x < 0 && chart.kind !== 'number' && chart.kind !== 'gauge') x = columns.findIndex((_, index) => !y.includes(index) && index !== series);
  return { x, y, series, byTime: x >= 0 && isTime(columns[x]!) };
}

/** Rows in the order in which they are drawn, with the places that they had. */
export function ordered(chart: TileChart, columns: readonly SqlColumn[], rows: readonly SqlRow[], shape: Shape): { row: SqlRow; place: number }[] {
  const listed = rows.map((row, place) => ({ row, place }));
  const wanted = chart.sort ? chart.sort.replace(/^-/, '') : null;
  const named = wanted === null ? -1 : columns.findIndex((column) => column.name === wanted);
  const isAlong = ['line', 'area', 'number'].includes(chart.kind) || (chart.kind === 'bar' && shape.byTime);
  const by = named >= 0 ? named : isAlong ? shape.x : chart.kind === 'feed' ? shape.x : chart.kind === 'table' ? -1 : (shape.y[0] ?? -1);
  if (by < 0) return listed;
  const descending = named >= 0 ? chart.sort!.startsWith('-') : !isAlong;
  const numeric = isNumeric(columns[by]!);
  listed.sort((a, b) => compareValues(a.row[by], b.row[by], numeric) * (descending ? -1 : 1) || a.place - b.place);
  // Of a line the last rows count, of everything else the first.
  if (chart.limit && listed.length > chart.limit) return isAlong ? listed.slice(-chart.limit) : listed.slice(0, chart.limit);
  return listed;
}

export const numberAt = (row: SqlRow | undefined, index: number | undefined): number | null => (row === undefined || index === undefined ? null : toNumber(row[index]));
