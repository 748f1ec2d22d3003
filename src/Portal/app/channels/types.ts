// The shapes of /api/v1/tenants/{t}/channels, as docs/reference/api.md gives them.

export type SourceKind = 'mysql' | 'postgresql' | 'sqlserver' | 'objects' | 'agents' | 'landed';
export type Phase = 'stopped' | 'starting' | 'snapshot' | 'running' | 'waiting' | 'failed' | 'done';

export interface SourceSpec {
  kind: SourceKind;
  connection?: string | null;
  tables: string[];
  snapshot: boolean;
  format: string;
}
export interface LandingSpec {
  store?: string | null;
  format: 'jsonl' | 'csv';
  rollSeconds: number;
  rollRecords: number;
}
export interface ChannelSpec {
  description: string | null;
  source: SourceSpec | null;
  partitions: number;
  retainDays: number;
  landing: LandingSpec | null;
}
export interface SourceStatus {
  phase: Phase;
  position: string | null;
  lagSeconds: number | null;
  records: number;
  recordsPerSecond: number;
  problem: string | null;
  problemAt: string | null;
  rejected: number;
}
export interface LandingStatus {
  partition: number;
  phase: Phase;
  offset: number;
  end: number;
  files: number;
  problem: string | null;
  problemAt: string | null;
}
export interface ChannelInfo {
  tenant: string;
  id: string;
  spec: ChannelSpec;
  topic: string;
  isPaused: boolean;
  source: SourceStatus | null;
  landing: LandingStatus[];
  createdAt: string;
  version: number;
}

// Lines that could not be read, and reading them again.
export interface LetterQuery {
  from?: string | null;
  to?: string | null;
  reason?: string | null;
}
export interface LetterReason {
  reason: string;
  format: string;
  letters: number;
  firstAt: string;
  lastAt: string;
  samples: string[];
}
export interface LetterSummary {
  letters: number;
  reasons: LetterReason[];
  isComplete: boolean;
}
export interface ReplayDraft extends LetterQuery {
  format?: string | null;
}
export interface LetterTrial {
  format: string;
  letters: number;
  readable: number;
  reasons: LetterReason[];
  samples: string[];
  isComplete: boolean;
}
export interface Replay {
  id: number;
  state: 'running' | 'done' | 'cancelled';
  query: LetterQuery;
  format: string;
  share: number;
  given: number;
  remained: number;
  by: string;
  startedAt: string;
  endedAt: string | null;
}
/** The formats of docs/reference/log-formats.md. */
export const logFormats = ['auto', 'json', 'w3c', 'access', 'web-error', 'haproxy', 'windows-xml', 'mysql-slow', 'mysql-error', 'mssql-error', 'postgresql', 'syslog', 'auditd', 'exchange', 'csv', 'text'] as const;
