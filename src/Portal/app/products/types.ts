export type SupportState = 'planned' | 'supported' | 'ending' | 'ended';

export interface ProductVersion {
  id: string;
  releasedAt: string | null;
  supportEnds: string | null;
  note: string | null;
  state: SupportState;
}

export interface Product {
  id: string;
  name: string;
  description: string | null;
  modules: { id: string; name: string }[];
  versions: ProductVersion[];
  version: number;
}

export type VersionDraft = Omit<ProductVersion, 'state'>;

export interface ProductDraft {
  name: string;
  description: string | null;
  modules: { id: string; name: string }[];
  versions: VersionDraft[];
}

const day = /^\d{4}-\d{2}-\d{2}$/;

/** Modules as a person writes them, a line each: an id, then a name. */
export const readModules = (text: string): { id: string; name: string }[] =>
  lines(text).map((line) => ({ id: line.split(/\s+/)[0]!, name: line.slice(line.split(/\s+/)[0]!.length).trim() || line }));

export const writeModules = (modules: Product['modules']): string => modules.map((module) => `${module.id} ${module.name}`).join('\n');

/** Versions as a person writes them, a line each: `9.2 2025-03-01 2028-12-31`, release and end of support, a hyphen where there is none; null: they cannot be read. */
export function readVersions(text: string): VersionDraft[] | null {
  const versions: VersionDraft[] = [];
  for (const line of lines(text)) {
    const [id, released = '-', ends = '-', ...note] = line.split(/\s+/);
    if ([released, ends].some((at) => at !== '-' && (!day.test(at) || Number.isNaN(Date.parse(at))))) return null;
    versions.push({ id: id!, releasedAt: moment(released), supportEnds: moment(ends), note: note.join(' ') || null });
  }
  return versions;
}

export const writeVersions = (versions: VersionDraft[]): string =>
  versions.map((each) => [each.id, each.releasedAt?.slice(0, 10) ?? '-', each.supportEnds?.slice(0, 10) ?? '-', each.note ?? ''].join(' ').trim()).join('\n');

const lines = (text: string) => text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
const moment = (text: string) => (text === '-' ? null : `${text}T00:00:00Z`);
