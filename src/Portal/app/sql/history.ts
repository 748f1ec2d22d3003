import { recall, remember } from '@/common/memory';

export interface PastStatement {
  text: string;
  at: number;
  ok: boolean;
}

const itemsMax = 100;
const charactersMax = 200_000;
const nameOf = (tenant: string) => `sql.history.${tenant}`;

/** Newest first; a statement that is run again moves to the front. Old ones leave when there are too many or they are too long together. */
export function withStatement(history: readonly PastStatement[], item: PastStatement): PastStatement[] {
  let characters = 0;
  return [item, ...history.filter((past) => past.text !== item.text)].slice(0, itemsMax).filter((past) => (characters += past.text.length) <= charactersMax);
}

/** What was run for a tenant in this browser. */
export function readHistory(tenant: string): PastStatement[] {
  try {
    const read: unknown = JSON.parse(recall(nameOf(tenant)) ?? '[]');
    return Array.isArray(read) ? read.filter((item): item is PastStatement => typeof item?.text === 'string' && typeof item.at === 'number') : [];
  } catch {
    return [];
  }
}

export function writeHistory(tenant: string, history: readonly PastStatement[]): void {
  remember(nameOf(tenant), history.length === 0 ? null : JSON.stringify(history));
}

/** The text in the editor, kept over reloads. */
export function readDraft(tenant: string): string | null {
  return recall(`sql.draft.${tenant}`);
}

export function writeDraft(tenant: string, text: string): void {
  remember(`sql.draft.${tenant}`, text.length > charactersMax || text === '' ? null : text);
}
