export type AccountSetState = 'active' | 'suspended' | 'archived';
export type Standing = 'agreed' | 'drifted' | 'unreported' | 'unregistered';
export const standings: readonly Standing[] = ['agreed', 'drifted', 'unreported', 'unregistered'];

export interface AccountSetDatabase {
  kind: string;
  server: string;
  name: string;
  sizeBytes: number | null;
}

export interface AccountSetFacts {
  name: string;
  product: string | null;
  version: string | null;
  state: AccountSetState;
  databases: AccountSetDatabase[];
  lastBackupAt: string | null;
  users: number | null;
}

export interface AccountSet {
  number: string;
  site: string;
  registered: AccountSetFacts | null;
  reported: AccountSetFacts | null;
  reportedBy: string | null;
  reportedAt: string | null;
  drift: { field: string; registered: string | null; reported: string | null }[];
  driftSince: string | null;
  version: number;
}

export interface AccountSetSummary {
  key: string;
  name: string;
  product: string | null;
  version: string | null;
  state: AccountSetState;
  databases: string;
  sizeBytes: number;
  lastBackupAt: string | null;
  users: number | null;
  standing: Standing;
}

export const standingOf = (one: AccountSet): Standing => (one.registered === null ? 'unregistered' : one.reported === null ? 'unreported' : one.drift.length > 0 ? 'drifted' : 'agreed');

const kinds = ['mariadb', 'mysql', 'oracle', 'postgresql', 'sqlite', 'sqlserver'];

/** Databases as a person writes them, a line each: `sqlserver db-1/AIS001`; null: they cannot be read. */
export function readDatabases(text: string): AccountSetDatabase[] | null {
  const databases: AccountSetDatabase[] = [];
  for (const line of text.split('\n').map((each) => each.trim()).filter((each) => each !== '')) {
    const [, kind, server, name] = /^(\S+)\s+([^/]+)\/(.+)$/.exec(line) ?? [];
    if (kind === undefined || !kinds.includes(kind)) return null;
    databases.push({ kind, server: server!, name: name!, sizeBytes: null });
  }
  return databases;
}

export const writeDatabases = (databases: AccountSetDatabase[]): string => databases.map((each) => `${each.kind} ${each.server}/${each.name}`).join('\n');
