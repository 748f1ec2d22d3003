import { literal } from '@/sql/values';
import { quoted, tokensOf } from '@/sql/statements';
import type { SqlColumn, SqlRow } from '@/sql/types';
import type { TileWhy } from './types';

/** The drill's query for a row: `:column` is that row's value. The server has checked that each stands for a column. */
export function drillText(drill: string, columns: readonly SqlColumn[], row: SqlRow): string {
  const tokens = tokensOf(drill);
  let text = '';
  for (let place = 0; place < tokens.length; place++) {
    const token = tokens[place]!;
    const next = tokens[place + 1];
    const part = drill.slice(token.from, token.to);
    const before = place > 0 ? drill.slice(tokens[place - 1]!.from, tokens[place - 1]!.to) : '';
    if (part === ':' && token.kind === 'mark' && next?.kind === 'word' && before !== ':') {
      const index = columns.findIndex((column) => column.name === drill.slice(next.from, next.to));
      if (index >= 0) {
        text += literal(row[index], columns[index]!);
        place++;
        continue;
      }
    }
    text += part;
  }
  return text;
}

/** The statement that asks why a row of a tile is as it is. */
export function whyText(why: TileWhy, columns: readonly SqlColumn[], row: SqlRow | null): string {
  const conditions = why.key.map((name) => {
    const index = columns.findIndex((column) => column.name === name);
    const value = index < 0 || row === null ? 'NULL' : literal(row[index], columns[index]!);
    return value === 'NULL' ? `${quoted(name)} IS NULL` : `${quoted(name)} = ${value}`;
  });
  return `WHY ${quoted(why.view)} WHERE ${conditions.length === 0 ? '1 = 1' : conditions.join(' AND ')}`;
}
