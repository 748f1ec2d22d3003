// The shapes of /api/v1/tenants/{tenant}/sql, as docs/reference/api.md gives them.
export type RelationKind = 'table' | 'source' | 'sink' | 'view' | 'materializedView';
export type RelationStatus = 'running' | 'paused' | 'failed' | 'backfilling';

export interface SqlColumn {
  name: string;
  type: string;
}
export interface RelationInfo {
  name: string;
  kind: RelationKind;
  connector: string | null;
  columns: SqlColumn[];
  key: string[];
  rows: number | null;
  freshnessSeconds: number | null;
  stateBytes: number | null;
  status: RelationStatus;
  problem: string | null;
  createdAt: string;
  createdBy: string;
  version: number;
}
export interface SqlOperator {
  id: number;
  title: string;
  detail: string;
  inputs: number[];
  rowsIn: number;
  rowsOut: number;
  ratePerSecond: number;
  stateRows: number;
  stateBytes: number;
}
export interface SourceLag {
  relation: string;
  topic: string;
  partition: number;
  offset: number;
  end: number;
  lagSeconds: number | null;
}
export interface RelationView {
  info: RelationInfo;
  definition: string;
  reads: string[];
  readBy: string[];
  plan: SqlOperator[];
  sources: SourceLag[];
  rejected: number;
}
export interface SqlLetter {
  number: number;
  at: string;
  reason: string;
  text: string;
  partition: number | null;
  offset: number | null;
}

/** A value as it came: numbers beyond what a double holds are texts. */
export type SqlValue = string | number | boolean | null | SqlValue[] | { [name: string]: SqlValue };
export type SqlRow = SqlValue[];

export interface SqlLineage {
  column: string;
  sources: { relation: string; column: string; isIndirect: boolean }[];
  expression: string | null;
}
export interface SqlResult {
  statement: string;
  kind: 'rows' | 'plan' | 'lineage' | 'done';
  columns: SqlColumn[];
  rows: SqlRow[];
  isTruncated: boolean;
  message: string | null;
  plan: SqlOperator[] | null;
  lineage: SqlLineage[] | null;
  elapsedMilliseconds: number;
}
export interface SqlAnswer {
  results: SqlResult[];
}
export interface SqlProblem {
  message: string;
  line: number;
  column: number;
  offset: number;
  length: number;
}
export interface SqlCompletion {
  from: number;
  items: { label: string; kind: 'keyword' | 'table' | 'view' | 'column' | 'function'; detail: string }[];
}
export interface Snapshot {
  epoch: number;
  columns: SqlColumn[];
  rows: SqlRow[];
}
export interface RowChange {
  weight: number;
  row: SqlRow;
}
