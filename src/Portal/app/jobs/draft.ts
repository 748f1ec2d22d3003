import type { Job, JobDefinition, JobSpec } from './types';

/** What the wizard holds; passwords apart, so that addresses can be read while they are written. */
export interface JobDraft {
  kind: string;
  description: string;
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
}

/** Kinds with a form; others are written as JSON. */
export const formKinds = ['migrate', 'verify'] as const;
export const otherKind = 'other';

const empty: JobDraft = { kind: 'migrate', description: '', runsOn: '', from: '', fromPassword: '', to: '', toPassword: '', tables: '', without: '', what: 'all', parallel: 2, chunkRows: 100_000, rejects: 0, rowsPerSecond: 0, bytesPerSecond: 0, hours: '', certificate: true, follow: false, json: '{\n  "kind": "archive"\n}' };
const text = (value: unknown) => (typeof value === 'string' ? value : '');
const count = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise);
const list = (value: unknown) => (Array.isArray(value) ? value.join(', ') : '');
const names = (value: string) => value.split(/[\s,;]+/).filter((name) => name !== '');

export function draftOf(job: Job | null): JobDraft {
  if (job === null) return { ...empty };
  const { definition, description, runsOn } = job.spec;
  const hasForm = (formKinds as readonly string[]).includes(definition.kind);
  return {
    ...empty, kind: hasForm ? definition.kind : otherKind, description: description ?? '', runsOn, from: text(definition.from), to: text(definition.to), tables: list(definition.tables), without: list(definition.without),
    what: definition.schemaOnly === true ? 'schema' : definition.dataOnly === true ? 'data' : 'all', parallel: count(definition.parallel, 2), chunkRows: count(definition.chunkRows, 100_000), rejects: count(definition.rejects, 0),
    rowsPerSecond: count(definition.rowsPerSecond, 0), bytesPerSecond: count(definition.bytesPerSecond, 0), hours: text(definition.hours), certificate: definition.certificate !== false, follow: definition.follow === true, json: hasForm ? empty.json : JSON.stringify(definition, null, 2),
  };
}

/** Puts a password behind the user of an address such as `mysql://user@host:3306/database`; an address without a user, or of another form, stays as it is. */
export function withPassword(address: string, password: string): string {
  const at = /^([a-z]+:\/\/)([^/@:]+)@/i.exec(address.trim());
  return password === '' || at === null ? address.trim() : `${at[1]}${at[2]}:${encodeURIComponent(password)}@${address.trim().slice(at[0].length)}`;
}

/** What is sent. Throws where the JSON cannot be read. */
export function specOf(draft: JobDraft, before: JobSpec | null): JobSpec {
  const rest = { description: draft.description.trim() || null, runsOn: draft.runsOn.trim(), retriesMax: before?.retriesMax ?? 20, waitHours: before?.waitHours ?? 168, runHours: before?.runHours ?? 168 };
  if (draft.kind === otherKind) return { ...rest, definition: JSON.parse(draft.json) as JobDefinition };
  const definition: JobDefinition = { kind: draft.kind, from: withPassword(draft.from, draft.fromPassword), to: withPassword(draft.to, draft.toPassword), tables: names(draft.tables), without: names(draft.without) };
  if (draft.kind === 'migrate')
    Object.assign(definition, {
      schemaOnly: draft.what === 'schema', dataOnly: draft.what === 'data', parallel: draft.parallel, chunkRows: draft.chunkRows, rejects: draft.rejects, rowsPerSecond: draft.rowsPerSecond, bytesPerSecond: draft.bytesPerSecond,
      hours: draft.hours.trim() || null, certificate: draft.certificate, follow: draft.follow && draft.what === 'all',
    });
  return { ...rest, definition };
}

/** Waves as people write them: percentages and tags with commas between, such as `pilot, 5, 25, 100`. */
export function readWaves(text: string, hours: number): { percent: number; tag: string; hours: number }[] {
  return text.split(/[\s,;]+/).filter((word) => word !== '').map((word) => (/^\d+(\.\d+)?%?$/.test(word) ? { percent: Math.min(100, parseFloat(word)), tag: '', hours } : { percent: 0, tag: word, hours }));
}
