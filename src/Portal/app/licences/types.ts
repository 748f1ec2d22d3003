export type LicenceState = 'active' | 'future' | 'grace' | 'expired' | 'revoked';

export interface LicenceModule {
  name: string;
  users: number | null;
}

export interface LicenceTerms {
  product: string;
  versions: string | null;
  validFrom: string;
  expires: string | null;
  graceDays: number;
  users: number | null;
  modules: LicenceModule[];
  sites: string[];
  note: string | null;
}

/** What is sent; the server fills in what is left out. */
export type LicenceDraft = Omit<LicenceTerms, 'validFrom'> & { validFrom: string | null };

export interface Licence {
  id: string;
  tenant: string;
  customer: string;
  terms: LicenceTerms;
  revision: number;
  state: LicenceState;
  revoked: { at: string; by: string; reason: string } | null;
  issuedAt: string;
  issuedBy: string;
  version: number;
}

export interface LicenceRevision {
  revision: number;
  at: string;
  by: string;
  terms: LicenceTerms;
}

export interface LicenceSummary {
  /** `tenant/licence`. */
  key: string;
  customer: string;
  product: string;
  validFrom: string;
  expires: string | null;
  graceDays: number;
  users: number | null;
  modules: number;
  revision: number;
  /** All revisions up to this are taken back. */
  revokedRevision: number;
  version: number;
  usersInUse: number;
  isOver: boolean;
}

export interface LicenceUsage {
  users: number;
  granted: number | null;
  isOver: boolean;
  modules: { name: string; users: number; granted: number | null; isGranted: boolean; isOver: boolean }[];
  servers: { server: string; at: string; users: number }[];
  peaks: { day: string; users: number }[];
}

export interface LicenceKey {
  id: string;
  text: string;
  pem: string;
  createdAt: string;
  signsNow: boolean;
}

const day = 86_400_000;

/** Whether a licence of a list holds at a moment, as the server says it of one. */
export function stateOf(licence: LicenceSummary, now: number): LicenceState {
  if (licence.revokedRevision >= licence.revision) return 'revoked';
  if (now < Date.parse(licence.validFrom)) return 'future';
  if (licence.expires === null || now < Date.parse(licence.expires)) return 'active';
  return now < Date.parse(licence.expires) + licence.graceDays * day ? 'grace' : 'expired';
}

/** Whole days until it ends, 0 where it has ended; null: it has no end. */
export const daysLeft = (expires: string | null, now: number): number | null => (expires === null ? null : Math.max(0, Math.ceil((Date.parse(expires) - now) / day)));

/** How much of its time has passed, from 0 to 1; without an end 0. */
export function shareOfTime(validFrom: string, expires: string | null, now: number): number {
  if (expires === null) return 0;
  const begin = Date.parse(validFrom);
  return Math.min(1, Math.max(0, (now - begin) / (Date.parse(expires) - begin)));
}

/** Modules as they are written in the form, one a line; null where a line is none. */
export function readModules(text: string): LicenceModule[] | null {
  const modules: LicenceModule[] = [];
  for (const line of text.split('\n').map((one) => one.trim()).filter((one) => one !== '')) {
    const match = /^([a-z0-9][a-z0-9._-]{0,63})(?:\s+(\d{1,8}))?$/.exec(line);
    if (match === null) return null;
    modules.push({ name: match[1]!, users: match[2] === undefined ? null : Number(match[2]) });
  }
  return modules;
}

export const writeModules = (modules: readonly LicenceModule[]): string => modules.map((module) => (module.users === null ? module.name : `${module.name} ${module.users}`)).join('\n');
