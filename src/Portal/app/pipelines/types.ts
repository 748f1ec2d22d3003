import type { RelationInfo, RelationStatus, SourceLag, SqlOperator, SqlResult } from '@/sql/types';

// The shapes of /api/v1/tenants/{tenant}/sql/pipelines and its neighbours, as docs/reference/api.md gives them.
export interface SinkProgress {
  waitingRows: number;
  rowsPerSecond: number;
  catchUpSeconds: number | null;
  problem: string | null;
  writtenAt: string | null;
}
export interface PipelineInfo {
  name: string;
  kind: 'materializedView' | 'insert';
  origin: string | null;
  reads: string[];
  writes: string | null;
  connector: string | null;
  status: RelationStatus;
  problem: string | null;
  recordsPerSecond: number;
  changesPerSecond: number;
  lagRecords: number;
  lagSeconds: number | null;
  freshnessSeconds: number | null;
  rows: number | null;
  stateBytes: number | null;
  rejected: number;
  sink: SinkProgress | null;
  hasCandidate: boolean;
  isHeld: boolean;
}
export interface PipelineView {
  info: PipelineInfo;
  definition: string;
  plan: SqlOperator[];
  sources: SourceLag[];
  readBy: string[];
}
export interface SqlComparison {
  epoch: number;
  columns: string[];
  addedColumns: string[];
  missingColumns: string[];
  runningRows: number;
  candidateRows: number;
  onlyRunning: number;
  onlyCandidate: number;
  differences: SqlResult;
}
export interface SqlCandidate {
  running: RelationInfo;
  candidate: RelationInfo;
  runningText: string;
  candidateText: string;
  hindrance: string | null;
  comparison: SqlComparison | null;
}
export interface ColumnChange {
  kind: 'added' | 'dropped' | 'renamed' | 'widened' | 'changed';
  column: string;
  from: string | null;
  to: string | null;
}
export interface SourceChange {
  at: string;
  relation: string;
  source: string;
  partition: number;
  offset: number;
  outcome: 'noted' | 'accepted' | 'held' | 'resumed';
  columns: ColumnChange[];
}
export type RewindTo = { earliest: true } | { time: string } | { offsets: number[] };
export interface SqlRewound {
  info: RelationInfo;
  partitions: { partition: number; from: number; before: number }[];
}
