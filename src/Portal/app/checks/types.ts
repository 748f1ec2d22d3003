export type CheckOutcome = 'equal' | 'different' | 'failed' | 'stopped';
export interface CheckSpec {
  description: string | null;
  channel: string | null;
  kind: string;
  /** A secret: it is never answered. */
  connection: string | null;
  results: string[];
  everyMinutes: number | null;
  at: string | null;
  timeZone: string;
  patienceSeconds: number;
}
export interface CheckSummary {
  number: number;
  cause: string;
  startedAt: string;
  seconds: number;
  outcome: CheckOutcome;
  position: string | null;
  isExact: boolean;
  note: string | null;
  heldSeconds: number;
  results: number;
  resultsDifferent: number;
  resultsSkipped: number;
  rows: number;
  missing: number;
  surplus: number;
  different: number;
}
export interface Check {
  tenant: string;
  id: string;
  spec: CheckSpec;
  hasConnection: boolean;
  activity: 'idle' | 'waiting' | 'comparing';
  last: CheckSummary | null;
  nextAt: string | null;
  changedAt: string;
  changedBy: string;
  version: number;
}
export interface CheckDifference {
  kind: 'missing' | 'surplus' | 'different';
  expected: (string | null)[] | null;
  actual: (string | null)[] | null;
}
export interface CheckResult {
  name: string;
  state: 'equal' | 'different' | 'skipped';
  reason: string | null;
  rows: number;
  rowsExpected: number;
  missing: number;
  surplus: number;
  different: number;
  columns: string[];
  key: string[];
  differences: CheckDifference[];
}
export interface CheckRun {
  summary: CheckSummary;
  results: CheckResult[];
}

/** Rows that are not as they should be. */
export const wrongRows = (run: { missing: number; surplus: number; different: number }): number => run.missing + run.surplus + run.different;

/** What differs in a row that both sides have: the places of its columns. */
export function changedColumns(row: CheckDifference): Set<number> {
  const changed = new Set<number>();
  if (row.expected !== null && row.actual !== null) row.expected.forEach((value, column) => value !== row.actual![column] && changed.add(column));
  return changed;
}

/** The columns worth showing first: the key, then those in which some row differs, then the others. */
export function columnOrder(result: CheckResult): number[] {
  const key = result.key.map((name) => result.columns.indexOf(name));
  const changed = new Set(result.differences.flatMap((row) => [...changedColumns(row)]));
  const rest = result.columns.map((_, column) => column).filter((column) => !key.includes(column));
  return [...key, ...rest.filter((column) => changed.has(column)), ...rest.filter((column) => !changed.has(column))];
}
