import type { Labels, Series } from '@/api/types';

export type Point = [at: number, value: number | null];

export interface Line {
  key: string;
  labels: Labels;
  points: Point[];
  /** How many samples the newest point stands for; live values are averaged into it. */
  weight: number;
}

/** Identity of a series: its labels in a fixed order, without the server's. */
export function lineKey(labels: Labels): string {
  return Object.entries(labels)
    .filter(([name]) => name !== 'server')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

/** Lines of an answer, without the empty points at its ends. */
export function linesOf(answer: Series): Line[] {
  return answer.series.map((series) => {
    const points: Point[] = [];
    series.values.forEach((value, index) => {
      if (value !== null || points.length > 0) points.push([answer.start + index * answer.step, value]);
    });
    while (points.length > 0 && points[points.length - 1]![1] === null) points.pop();
    return { key: lineKey(series.labels), labels: series.labels, points, weight: 3 };
  });
}

/**
 * Puts a live value at the end of a line: averaged into the newest point while that one's step lasts, else as a new point.
 * Values that are not newer than the line are ignored.
 */
export function append(line: Line, at: number, value: number, step: number): void {
  const slot = Math.floor(at / step) * step;
  const last = line.points[line.points.length - 1];
  if (last !== undefined && slot < last[0]) return;
  if (last !== undefined && slot === last[0] && last[1] !== null) {
    last[1] = (last[1] * line.weight + value) / (line.weight + 1);
    line.weight++;
    return;
  }
  if (last !== undefined && slot > last[0] + 4 * step) line.points.push([last[0] + step, null]);
  line.points.push([slot, value]);
  line.weight = 1;
}

/** Drops what has slid out of the window, but keeps one point before it so that the line reaches the edge. */
export function trim(line: Line, from: number): void {
  let keep = 0;
  while (keep < line.points.length - 1 && line.points[keep + 1]![0] <= from) keep++;
  if (keep > 0) line.points.splice(0, keep);
}
