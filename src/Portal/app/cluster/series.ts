import type { Cluster, SiloFigures } from '@/api/types';
import type { Point } from '@/charts/series';

/** How far back charts and sparklines go: they fill while somebody watches. */
export const historyMilliseconds = 5 * 60_000;

/** A reading of a longer interval is an average over what nobody watched: it would flatten the line's beginning. */
const intervalMaxSeconds = 15;

export const siloSeries = ['cpu', 'memory', 'heap', 'pause', 'calls', 'failed', 'p50', 'p95', 'p99', 'mailbox', 'grains'] as const;
export type SiloSeries = (typeof siloSeries)[number];
export type SeriesOf = Record<SiloSeries, Point[]>;

export function emptySeries(): SeriesOf {
  return Object.fromEntries(siloSeries.map((name) => [name, []])) as unknown as SeriesOf;
}

function valuesOf(figures: SiloFigures): Record<SiloSeries, number | null> {
  return {
    cpu: figures.cpuPercent,
    memory: figures.workingSetBytes,
    heap: figures.heapBytes,
    pause: figures.pausePercent,
    calls: figures.callsPerSecond,
    failed: figures.failedPerSecond + figures.timedOutPerSecond,
    p50: figures.latencyMicroseconds?.p50 ?? null,
    p95: figures.latencyMicroseconds?.p95 ?? null,
    p99: figures.latencyMicroseconds?.p99 ?? null,
    mailbox: figures.mailboxDepth,
    grains: figures.activations,
  };
}

/** Where charts begin: with the first reading, so that they fill as one watches, yet never with less than a minute. */
export function chartFrom(series: SeriesOf, at: number): number {
  const first = series.cpu.find(([, value]) => value !== null)?.[0] ?? at;
  return Math.max(at - historyMilliseconds, Math.min(first, at - 60_000));
}

/** Whether a reading may stand in a line. */
export const isFresh = (figures: SiloFigures | null): boolean => figures !== null && figures.intervalSeconds <= intervalMaxSeconds;

/** The series with one more reading, without what has slid out. A silo that did not answer leaves a gap. */
export function extend(series: SeriesOf, at: number, figures: SiloFigures | null): SeriesOf {
  const values = figures !== null && isFresh(figures) ? valuesOf(figures) : null;
  return Object.fromEntries(siloSeries.map((name) => [name, [...trimmed(series[name], at), [at, values?.[name] ?? null] as Point]])) as unknown as SeriesOf;
}

/** Sums over all silos, for the cluster's own lines. */
export function totalsOf(cluster: Cluster): SiloFigures | null {
  const some = cluster.silos.find((silo) => isFresh(silo.figures))?.figures;
  if (!some) return null;
  const figures = cluster.silos.flatMap((silo) => (silo.figures ? [silo.figures] : []));
  const sum = (value: (item: SiloFigures) => number) => figures.reduce((total, item) => total + value(item), 0);
  const { totals } = cluster;
  return {
    ...some,
    cpuPercent: sum((item) => item.cpuPercent * item.processors) / Math.max(1, sum((item) => item.processors)),
    workingSetBytes: sum((item) => item.workingSetBytes),
    heapBytes: sum((item) => item.heapBytes),
    pausePercent: Math.max(0, ...figures.map((item) => item.pausePercent)),
    callsPerSecond: totals.callsPerSecond,
    failedPerSecond: totals.failedPerSecond,
    timedOutPerSecond: totals.timedOutPerSecond,
    latencyMicroseconds: totals.latencyMicroseconds,
    mailboxDepth: totals.mailboxDepth,
    activations: totals.activations,
  };
}

function trimmed(points: readonly Point[], now: number): Point[] {
  return points.filter(([at]) => at > now - historyMilliseconds);
}
