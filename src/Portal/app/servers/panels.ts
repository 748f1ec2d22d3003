import type { Labels } from '@/api/types';

export interface Panel {
  id: string;
  metrics: readonly string[];
  /** Metrics drawn quietly behind the others. */
  thin?: readonly string[];
  stacked?: boolean;
  max?: number;
  wide?: boolean;
}

/** The charts of a server, in the order in which people look. */
export const panels: readonly Panel[] = [
  { id: 'cpu', metrics: ['cpu_core_usage_percent', 'cpu_usage_percent'], thin: ['cpu_core_usage_percent'], max: 100, wide: true },
  { id: 'memory', metrics: ['memory_used_percent', 'swap_used_percent'], max: 100 },
  { id: 'load', metrics: ['load1', 'load5', 'load15'] },
  { id: 'diskSpace', metrics: ['disk_used_percent'], max: 100 },
  { id: 'diskThroughput', metrics: ['disk_read_bytes_per_second', 'disk_write_bytes_per_second'] },
  { id: 'diskBusy', metrics: ['disk_busy_percent'], max: 100 },
  { id: 'network', metrics: ['network_receive_bytes_per_second', 'network_transmit_bytes_per_second'] },
  { id: 'tcp', metrics: ['tcp_connections'], stacked: true },
  { id: 'processes', metrics: ['process_cpu_percent'] },
  { id: 'databaseSessions', metrics: ['db_sessions', 'db_sessions_active', 'db_locks_waiting'] },
  { id: 'databaseQueries', metrics: ['db_queries_per_second', 'db_transactions_per_second'] },
];

export const panelMetrics: readonly string[] = [...new Set(panels.flatMap((panel) => panel.metrics))];

/** What tells a series from its sisters: the values of its labels. */
export function labelWords(labels: Labels): string {
  return Object.entries(labels)
    .filter(([name]) => !['__name__', 'server', 'engine', 'job', 'instance'].includes(name))
    .map(([, value]) => value)
    .join(' ');
}
