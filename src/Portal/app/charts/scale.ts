import type { Point } from './series';

/** The top of an axis of bytes: round numbers of the binary prefix, such as 0, 20, 40 and 60 KiB. */
export function binaryScale(top: number): { min: number; max: number; interval: number } {
  const wanted = Math.max(top, 1) / 4;
  const power = 1024 ** Math.floor(Math.log(wanted) / Math.log(1024));
  const steps = [0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1024];
  const interval = Math.max(1, power * (steps.find((step) => step * power * 4 >= top) ?? 1024));
  return { min: 0, max: interval * Math.max(2, Math.ceil(top / interval)), interval };
}

/** The largest value of the lines, or of their sum at one moment where they are stacked. */
export function largest(lines: readonly { points: readonly Point[] }[], stacked: boolean): number {
  if (!stacked) return lines.reduce((top, line) => line.points.reduce((high, [, value]) => Math.max(high, value ?? 0), top), 0);
  const sums = new Map<number, number>();
  for (const line of lines) for (const [at, value] of line.points) sums.set(at, (sums.get(at) ?? 0) + (value ?? 0));
  return Math.max(0, ...sums.values());
}
