import type { Unit } from './units';

interface MetricForm {
  unit: Unit;
  /** The ceiling of the axis where the metric has one. */
  max?: number;
}

/** Metrics of the agent whose unit the name's ending does not tell. */
const known: Record<string, MetricForm> = {
  cpu_megahertz: { unit: 'megahertz' },
  load1: { unit: 'number' },
  load5: { unit: 'number' },
  load15: { unit: 'number' },
  tcp_connections: { unit: 'count' },
  process_count: { unit: 'count' },
  thread_count: { unit: 'count' },
  process_up: { unit: 'flag' },
  db_up: { unit: 'flag' },
  pipeline_up: { unit: 'flag' },
  pipeline_paused: { unit: 'flag' },
  pipeline_held: { unit: 'flag' },
  pipeline_sink_up: { unit: 'flag' },
  pipeline_lag_records: { unit: 'count' },
  pipeline_sink_waiting_rows: { unit: 'count' },
  db_sessions: { unit: 'count' },
  db_sessions_active: { unit: 'count' },
  db_sessions_max: { unit: 'count' },
  db_locks_waiting: { unit: 'count' },
  // One core is 100, so several cores go beyond it.
  process_cpu_percent: { unit: 'percent' },
};

/** Unit and range of a metric: known ones by name, others (from Prometheus) by the ending that its naming rules ask for. */
export function metricForm(name: string): MetricForm {
  const form = known[name];
  if (form !== undefined) return form;
  if (name.endsWith('_bytes_per_second')) return { unit: 'bytesPerSecond' };
  if (name.endsWith('_per_second')) return { unit: 'perSecond' };
  if (name.endsWith('_percent')) return { unit: 'percent', max: 100 };
  if (name.endsWith('_bytes') || name.endsWith('_bytes_total')) return { unit: 'bytes' };
  if (name.endsWith('_seconds') || name.endsWith('_seconds_total')) return { unit: 'seconds' };
  if (name.endsWith('_milliseconds')) return { unit: 'milliseconds' };
  if (name.endsWith('_ratio')) return { unit: 'ratio' };
  if (name.endsWith('_total')) return { unit: 'count' };
  return { unit: 'number' };
}

/** The unit after a function went over the metric: a count has none, a rate is per second. */
export function unitAfter(unit: Unit, fn: string): Unit {
  if (fn === 'count') return 'count';
  if (fn === 'rate') return unit === 'bytes' ? 'bytesPerSecond' : unit === 'count' || unit === 'number' ? 'perSecond' : unit;
  return unit;
}
