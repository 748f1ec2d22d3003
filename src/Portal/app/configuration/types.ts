export type ChangeState = 'draft' | 'waiting' | 'rolling' | 'live' | 'returned' | 'rejected';

export interface Definition {
  description: string | null;
  format: 'json' | 'yaml' | 'properties';
  secrets: string[];
  schema?: unknown;
}

export interface Namespace {
  name: string;
  needsApproval: boolean;
  product: string | null;
}

export interface Summary {
  document: string;
  definition: Definition;
  version: number;
  needsApproval: boolean;
}

export interface Wave {
  percent: number;
  minutes: number;
  tag: string | null;
}

export interface Rollout {
  waves: Wave[];
}

export interface Measure {
  servers: number;
  score: number;
  unwell: number;
  applied: number;
  failed: number;
}

export interface Change {
  version: number;
  layer: string;
  before: number;
  rollbackOf: number | null;
  state: ChangeState;
  comment: string | null;
  user: string;
  at: string;
  approvedBy: string | null;
  rollout: Rollout | null;
  wave: number;
  endsAt: string | null;
  baseline: Measure | null;
  measured: Measure | null;
  reason: string | null;
}

export interface Layer {
  layer: string;
  text: string;
  version: number;
  changedAt: string | null;
  changedBy: string | null;
  open: Change | null;
}

export interface Info {
  document: string;
  owner: string;
  definition: Definition;
  needsApproval: boolean;
  layers: Layer[];
}

export interface Difference {
  path: string;
  from: string | null;
  to: string | null;
}

export interface Version {
  change: Change;
  text: string;
  differences: Difference[];
}

export interface Effective {
  text: string;
  mark: string;
  digest: string;
  values: { path: string; value: string; layer: string }[];
  problem: string | null;
}

export interface ServerRow {
  server: string;
  version: string;
  tag: string;
  mark: string;
  seenAt: string;
  wantedMark: string;
  driftSince: string | null;
  error: string | null;
  score: number | null;
}

/** Waves as a person writes them, `pilot:30, 10:60`: a percentage or a tag, and minutes; null: they cannot be read. */
export function readWaves(text: string): Wave[] | null {
  const waves: Wave[] = [];
  for (const part of text.split(/[,，]/).map((each) => each.trim()).filter((each) => each !== '')) {
    const [who, minutes, ...rest] = part.split(/[:：]/).map((each) => each.trim());
    const percent = Number(who);
    if (rest.length > 0 || who === undefined || who === '' || minutes === undefined || !(Number(minutes) > 0)) return null;
    waves.push(Number.isFinite(percent) ? { percent, minutes: Number(minutes), tag: null } : { percent: 0, minutes: Number(minutes), tag: who });
  }
  return waves;
}
