import type { Job, JobDefinition, JobSpec } from './types';

/** What the wizard holds; passwords apart, so that addresses can be read while they are written. */
export interface JobDraft {
  kind: string;
  description: string;
  placement: Placement;
  runsOn: string;
  from: string;
  fromPassword: string;
  to: string;
  toPassword: string;
  tables: string;
  without: string;
  what: 'all' | 'schema' | 'data';
  parallel: number;
  chunkRows: number;
  rejects: number;
  rowsPerSecond: number;
  bytesPerSecond: number;
  hours: string;
  certificate: boolean;
  follow: boolean;
  /** The definition of a kind that has no form. */
  json: string;
  /** A DataX job file as it is, and what its `${...}` stand for, a `name=value` on each line. */
  file: string;
  define: string;
}

/** Who opens what: a silo both sides, an agent both sides, or the agent the source and a silo the target. */
export const placements = ['silo', 'agent', 'split'] as const;
export type Placement = (typeof placements)[number];
/** Kinds whose target a silo can hold for an agent. */
export const canSplit = (draft: JobDraft) => draft.kind === 'migrate' || draft.kind === 'verify';

/** Kinds with a form; others are written as JSON. */
export const formKinds = ['migrate', 'verify', 'datax'] as const;
export const otherKind = 'other';

const empty: JobDraft = { kind: 'migrate', description: '', placement: 'silo', runsOn: '', from: '', fromPassword: '', to: '', toPassword: '', tables: '', without: '', what: 'all', parallel: 2, chunkRows: 100_000, rejects: 0, rowsPerSecond: 0, bytesPerSecond: 0, hours: '', certificate: true, follow: false, json: '{\n  "kind": "archive"\n}', file: '', define: '' };
const text = (value: unknown) => (typeof value === 'string' ? value : '');
const count = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise);
const list = (value: unknown) => (Array.isArray(value) ? value.join(', ') : '');
const names = (value: string) => value.split(/[\s,;]+/).filter((name) => name !== '');

const defined = (value: string) => Object.fromEntries(value.split('\n').map((line) => line.trim()).filter((line) => line.includes('=')).map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]));

export function draftOf(job: Job | null): JobDraft {
  if (job === null) return { ...empty };
  const { definition, description, runsOn, isSplit } = job.spec;
  const hasForm = (formKinds as readonly string[]).includes(definition.kind);
  return {
    ...empty, kind: hasForm ? definition.kind : otherKind, description: description ?? '', placement: runsOn === '' ? 'silo' : isSplit === true ? 'split' : 'agent', runsOn, from: text(definition.from), to: text(definition.to), tables: list(definition.tables), without: list(definition.without),
    what: definition.schemaOnly === true ? 'schema' : definition.dataOnly === true ? 'data' : 'all', parallel: count(definition.parallel, 2), chunkRows: count(definition.chunkRows, 100_000), rejects: count(definition.rejects, 0),
    rowsPerSecond: count(definition.rowsPerSecond, 0), bytesPerSecond: count(definition.bytesPerSecond, 0), hours: text(definition.hours), certificate: definition.certificate !== false, follow: definition.follow === true, json: hasForm ? empty.json : JSON.stringify(definition, null, 2),
    file: definition.file === undefined ? '' : JSON.stringify(definition.file, null, 2), define: Object.entries(definition.define ?? {}).map(([name, value]) => `${name}=${String(value)}`).join('\n'),
  };
}

/** Puts a password behind the user of an address such as `mysql://user@host:3306/database`; an address without a user, or of another form, stays as it is. */
export function withPassword(address: string, password: string): string {
  const at = /^([a-z]+:\/\/)([^/@:]+)@/i.exec(address.trim());
  return password === '' || at === null ? address.trim() : `${at[1]}${at[2]}:${encodeURIComponent(password)}@${address.trim().slice(at[0].length)}`;
}

/** What is sent. Throws where the JSON cannot be read. */
export function specOf(draft: JobDraft, before: JobSpec | null): JobSpec {
  const isOnAgent = draft.placement !== 'silo';
  const rest = { description: draft.description.trim() || null, runsOn: isOnAgent ? draft.runsOn.trim() : '', isSplit: draft.placement === 'split' && canSplit(draft), retriesMax: before?.retriesMax ?? 20, waitHours: before?.waitHours ?? 168, runHours: before?.runHours ?? 168 };
  if (draft.kind === otherKind) return { ...rest, definition: JSON.parse(draft.json) as JobDefinition };
  if (draft.kind === 'datax') return { ...rest, definition: { kind: 'datax', file: JSON.parse(draft.file) as unknown, define: defined(draft.define), chunkRows: draft.chunkRows } };
  const definition: JobDefinition = { kind: draft.kind, from: withPassword(draft.from, draft.fromPassword), to: withPassword(draft.to, draft.toPassword), tables: names(draft.tables), without: names(draft.without) };
  if (draft.kind === 'migrate')
    Object.assign(definition, {
      schemaOnly: draft.what === 'schema', dataOnly: draft.what === 'data', parallel: draft.parallel, chunkRows: draft.chunkRows, rejects: draft.rejects, rowsPerSecond: draft.rowsPerSecond, bytesPerSecond: draft.bytesPerSecond,
      hours: draft.hours.trim() || null, certificate: draft.certificate, follow: draft.follow && draft.what === 'all' && draft.placement !== 'split',
    });
  return { ...rest, definition };
}

/** Waves as people write them: percentages and tags with commas between, such as `pilot, 5, 25, 100`. */
export function readWaves(text: string, hours: number): { percent: number; tag: string; hours: number }[] {
  return text.split(/[\s,;]+/).filter((word) => word !== '').map((word) => (/^\d+(\.\d+)?%?$/.test(word) ? { percent: Math.min(100, parseFloat(word)), tag: '', hours } : { percent: 0, tag: word, hours }));
}
