import type { RelationInfo } from './types';

/** Whose plan is drawn: a relation's with its live figures, or what EXPLAIN says. */
export type PlanSource = { relation: string; explain?: undefined } | { explain: string; relation?: undefined };

const name = /(?:`((?:[^`]|``)+)`|"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_]*))/u.source;
const made = new RegExp(`^create\\s+(?:or\\s+replace\\s+)?materialized\\s+view\\s+(?:if\\s+not\\s+exists\\s+)?${name}`, 'iu');
const whole = new RegExp(`^select\\s+\\*\\s+from\\s+${name}(?:\\s+limit\\s+\\d+)?$`, 'iu');

/** @param relations What is there: a view's own plan says more than that of reading it. */
export function planSourceOf(statement: string, relations: readonly RelationInfo[]): PlanSource | null {
  const text = statement.replace(/^(?:\s+|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '').trim();
  const match = made.exec(text) ?? whole.exec(text);
  if (match !== null) {
    const wanted = match[1]?.replaceAll('``', '`') ?? match[2]?.replaceAll('""', '"') ?? match[3]!;
    const known = relations.find((relation) => relation.name === wanted) ?? relations.find((relation) => relation.name.toLowerCase() === wanted.toLowerCase());
    if (known?.kind === 'materializedView') return { relation: known.name };
  }
  if (/^explain\s+lineage\b/i.test(text)) return null;
  if (/^explain\b/i.test(text)) return { explain: text };
  return /^(select|with|values|insert|\()/i.test(text) ? { explain: `EXPLAIN ${text}` } : null;
}
