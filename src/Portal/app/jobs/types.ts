export type JobState = 'draft' | 'assessing' | 'assessed' | 'waiting' | 'leased' | 'running' | 'pausing' | 'paused' | 'cancelling' | 'done' | 'failed' | 'cancelled';
/** Fields are those of the kind; addresses are shown without their passwords. */
export interface JobDefinition {
  kind: string;
  from?: string;
  to?: string;
  [field: string]: unknown;
}
export interface JobSpec {
  description: string | null;
  definition: JobDefinition;
  /** `site/server` of an agent; empty: a silo. */
  runsOn: string;
  /** The agent reads the source; a silo holds the target's connections. */
  isSplit?: boolean;
  retriesMax: number;
  waitHours: number;
  runHours: number;
}
export interface JobTable {
  table: string;
  rows: number;
  rowsEstimate: number;
  isDone: boolean;
  chunksDone?: number;
  /** By the estimate of rows. */
  chunksWaiting?: number;
  /** Of a table that is worked on: its newest that are written, and those under way. */
  chunks?: JobChunk[];
}
export interface JobChunk {
  number: number;
  rows: number;
  isDone: boolean;
}
export interface JobThrottle {
  rowsPerSecond: number;
  bytesPerSecond: number;
  parallel: number;
}
export interface JobProgress {
  phase: string;
  rows: number;
  rowsTotal: number;
  bytes: number;
  rowsPerSecond: number;
  secondsLeft: number | null;
  table: string;
  rejects: number;
  waiting: string | null;
  tables: JobTable[];
  /** Of a job that follows changes, once it does. */
  follow?: JobFollow | null;
}
export interface JobFollow {
  /** From the target to the source. */
  isBack: boolean;
  changes: number;
  lagChanges: number;
  lagSeconds: number;
  isReached: boolean;
}
export interface JobStep {
  kind: 'cutOver' | 'back' | 'end';
  sourceIsStopped: boolean;
  by: string;
  at: string;
  deadline: string;
  /** Null: it is waited for, or under way. */
  endedAt: string | null;
  isDone: boolean;
  outcome: string | null;
}
export interface HandWork {
  kind: string;
  name: string;
  what: string;
}
export interface JobFindings {
  summary: string;
  tables: { name: string; rowsEstimate: number; note: string | null }[];
  handWork: HandWork[];
  blockers: string[];
  rowsEstimate: number;
  secondsEstimate: number | null;
}
export interface JobRun {
  number: number;
  startedBy: string;
  startedAt: string;
  endedAt: string;
  state: 'done' | 'failed' | 'cancelled';
  isGood: boolean;
  summary: string;
  rows: number;
  rejects: number;
  attempts: number;
  hasCertificate: boolean;
}
export interface Job {
  tenant: string;
  id: string;
  kind: string;
  spec: JobSpec;
  state: JobState;
  since: string;
  deadline: string | null;
  reason: string | null;
  worker: string | null;
  seenAt: string | null;
  token: number;
  attempt: number;
  nextTryAt: string | null;
  progress: JobProgress | null;
  assessment: { at: string; findings: JobFindings } | null;
  lastRun: JobRun | null;
  step?: JobStep | null;
  changedAt: string;
  changedBy: string;
  version: number;
}
export interface JobReport {
  run: JobRun;
  result: { summary: string; handWork?: HandWork[] } | null;
}
export interface JobRejects {
  total: number;
  lines: string[];
}
export type JobAction = 'assess' | 'start' | 'pause' | 'resume' | 'cancel';

/** What may be asked of a job as it is. */
export function actionsOf(state: JobState): JobAction[] {
  switch (state) {
    case 'draft':
    case 'assessed':
      return ['start', 'assess', 'cancel'];
    case 'waiting':
    case 'leased':
    case 'running':
      return ['pause', 'cancel'];
    case 'paused':
      return ['resume', 'cancel'];
    case 'assessing':
    case 'pausing':
      return ['cancel'];
    case 'cancelling':
      return [];
    default:
      return ['start', 'assess'];
  }
}

export type JobStepAction = 'cut-over' | 'back' | 'end-follow';

/** Guarded steps that a job that follows may be asked for now. */
export function stepsOf(job: Pick<Job, 'state' | 'progress' | 'step'>): JobStepAction[] {
  const follow = job.progress?.follow;
  if (!['waiting', 'leased', 'running'].includes(job.state) || follow == null || !['following', 'followingBack'].includes(job.progress!.phase) || job.step?.endedAt === null) return [];
  return [follow.isBack ? 'back' : 'cut-over', 'end-follow'];
}

/** Kinds whose rates and channels are changed while they run. */
export const isThrottled = (kind: string): boolean => kind === 'migrate' || kind === 'datax';

/** Whether it changes by itself. */
export const isUnderWay = (state: JobState): boolean => ['assessing', 'waiting', 'leased', 'running', 'pausing', 'cancelling'].includes(state);

/** From 0 to 1. */
export const shareOf = (progress: JobProgress | null): number => (progress === null || progress.rowsTotal === 0 ? 0 : Math.min(1, progress.rows / progress.rowsTotal));

/** How a state looks: a job that is done may still differ. */
export const lookOf = (job: { state: JobState; lastRun: JobRun | null }): JobState | 'differs' => (job.state === 'done' && job.lastRun !== null && !job.lastRun.isGood ? 'differs' : job.state);

/** Adds a point of throughput, from what was copied since the last one; a new attempt begins a new line. */
export function withRate(points: readonly [number, number | null][], rows: number, before: { at: number; rows: number } | null, at: number, max: number): [number, number | null][] {
  if (before === null || at - before.at < 200) return [...points];
  const rate: number | null = rows < before.rows ? null : ((rows - before.rows) / (at - before.at)) * 1000;
  return [...points, [at, rate] as [number, number | null]].slice(-max);
}

export interface AgentCounts {
  known: number;
  alive: number;
  silent: number;
  offered: number;
  running: number;
  done: number;
  failed: number;
  stuck: number;
  versions: Record<string, number>;
}
export interface RolloutSpec {
  version: string | null;
  definition: JobDefinition | null;
  scope: string;
  waves: { percent: number; tag: string; hours: number }[];
  failedPercentMax: number;
}
export interface Rollout {
  id: string;
  spec: RolloutSpec;
  state: 'running' | 'done' | 'stopped';
  wave: number;
  deadline: string | null;
  counts: { offered: number; running: number; done: number; failed: number; all: number };
  reason: string | null;
  startedBy: string;
  startedAt: string;
}
