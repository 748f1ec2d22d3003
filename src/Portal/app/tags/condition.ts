// Conditions over a row of facts as a person puts them together, and as SQL. What was written as SQL is read back where it is such a condition; else it stays SQL.
export const conditionTests = ['=', '<>', '<', '<=', '>', '>=', 'between', 'in', 'contains', 'starts', 'isNull', 'notNull', 'noneFor', 'within', 'isTrue', 'isFalse'] as const;
export type ConditionTest = (typeof conditionTests)[number];
export const windowUnits = ['MINUTE', 'HOUR', 'DAY', 'MONTH'] as const;
export type WindowUnit = (typeof windowUnits)[number];
export type ColumnSort = 'number' | 'text' | 'time' | 'flag';

export interface Leaf {
  column: string;
  test: ConditionTest;
  /** As it is typed; of `in` separated by commas, of `between` the lower one. */
  value: string;
  /** Of `between` the upper one. */
  upper: string;
  /** Of a window. */
  unit: WindowUnit;
  /** Hours that the column's clock is ahead of UTC. */
  ahead: number;
}
export interface Group {
  join: 'and' | 'or';
  negated: boolean;
  parts: (Leaf | Group)[];
}
export interface FactColumn {
  name: string;
  sort: ColumnSort;
}

/** Groups within groups that are drawn. */
export const depthMax = 3;
export const isGroup = (part: Leaf | Group): part is Group => 'parts' in part;
export const emptyLeaf = (column: FactColumn | undefined): Leaf => ({ column: column?.name ?? '', test: testsOf(column?.sort ?? 'number')[0]!, value: '', upper: '', unit: 'DAY', ahead: 0 });
export const emptyGroup = (): Group => ({ join: 'and', negated: false, parts: [] });

export function sortOf(type: string): ColumnSort {
  if (/^(TINYINT|SMALLINT|INT|INTEGER|BIGINT|DECIMAL|FLOAT|DOUBLE)/.test(type)) return 'number';
  if (/^(DATE|TIME|TIMESTAMP)/.test(type)) return 'time';
  return type.startsWith('BOOLEAN') ? 'flag' : 'text';
}

export function testsOf(sort: ColumnSort): ConditionTest[] {
  switch (sort) {
    case 'number': return ['>=', '>', '<=', '<', '=', '<>', 'between', 'in', 'isNull', 'notNull'];
    case 'time': return ['noneFor', 'within', '>=', '<', 'between', 'isNull', 'notNull'];
    case 'flag': return ['isTrue', 'isFalse', 'isNull'];
    default: return ['=', '<>', 'in', 'contains', 'starts', 'isNull', 'notNull'];
  }
}

const name = (column: string) => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(column) ? column : `\`${column.replaceAll('`', '``')}\``);
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const isNumber = (value: string) => /^-?\d+(\.\d+)?$/.test(value.trim());

function literal(value: string, sort: ColumnSort): string {
  if (sort === 'number') return value.trim();
  if (sort !== 'time') return text(value);
  const at = value.trim().replace('T', ' ');
  return /^\d{4}-\d\d-\d\d$/.test(at) ? `TIMESTAMP ${text(`${at} 00:00:00`)}` : `TIMESTAMP ${text(at)}`;
}
const isTime = (value: string) => /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?$/.test(value.trim());

/** Whether a part says something whole. */
export function isWhole(part: Leaf | Group, columns: readonly FactColumn[]): boolean {
  if (isGroup(part)) return part.parts.length > 0 && part.parts.every((inner) => isWhole(inner, columns));
  const column = columns.find((item) => item.name === part.column);
  if (column === undefined) return false;
  const fits = (value: string) => (column.sort === 'number' ? isNumber(value) : column.sort === 'time' ? isTime(value) : value !== '');
  switch (part.test) {
    case 'isNull': case 'notNull': case 'isTrue': case 'isFalse': return true;
    case 'noneFor': case 'within': return /^\d{1,5}$/.test(part.value.trim()) && Number(part.value) > 0;
    case 'between': return fits(part.value) && fits(part.upper);
    case 'in': return part.value.split(',').every((value) => fits(value.trim()));
    default: return fits(part.value);
  }
}

/** SQL of a condition; empty where there is none. */
export function toSql(part: Leaf | Group, columns: readonly FactColumn[]): string {
  if (isGroup(part)) {
    const inner = part.parts.map((item) => (isGroup(item) && !item.negated && item.parts.length > 1 ? `(${toSql(item, columns)})` : toSql(item, columns))).filter((item) => item !== '');
    const joined = inner.join(part.join === 'and' ? ' AND ' : ' OR ');
    return part.negated && joined !== '' ? `NOT (${joined})` : joined;
  }
  const sort = columns.find((column) => column.name === part.column)?.sort ?? 'text';
  const column = name(part.column);
  const clock = part.ahead === 0 ? column : `${column} ${part.ahead > 0 ? '-' : '+'} INTERVAL '${Math.abs(part.ahead)}' HOUR`;
  const value = literal(part.value, sort);
  const pattern = (before: string) => text(`${before}${part.value}%`);
  switch (part.test) {
    case 'isNull': return `${column} IS NULL`;
    case 'notNull': return `${column} IS NOT NULL`;
    case 'isTrue': return `${column} IS TRUE`;
    case 'isFalse': return `${column} IS FALSE`;
    case 'between': return `${column} BETWEEN ${value} AND ${literal(part.upper, sort)}`;
    case 'in': return `${column} IN (${part.value.split(',').map((item) => literal(item.trim(), sort)).join(', ')})`;
    case 'contains': return `${column} LIKE ${pattern('%')}`;
    case 'starts': return `${column} LIKE ${pattern('')}`;
    case 'noneFor': return `${clock} <= NOW() - INTERVAL '${part.value.trim()}' ${part.unit}`;
    case 'within': return `${clock} > NOW() - INTERVAL '${part.value.trim()}' ${part.unit}`;
    default: return `${column} ${part.test} ${value}`;
  }
}

/** A condition of a text of SQL; null where the text is more than can be put together here. */
export function fromSql(sql: string, columns: readonly FactColumn[]): Group | null {
  const tokens = sql.match(/'(?:[^']|'')*'|`(?:[^`]|``)*`|<=|>=|<>|!=|[=<>(),+-]|\d+(?:\.\d+)?|[A-Za-z_][A-Za-z0-9_]*|\S/g) ?? [];
  let at = 0;
  const peek = (ahead = 0) => tokens[at + ahead] ?? '';
  const word = (ahead = 0) => peek(ahead).toUpperCase();
  const take = (wanted?: string) => {
    if (at >= tokens.length || (wanted !== undefined && word() !== wanted)) throw new Error('other');
    return tokens[at++]!;
  };
  const plain = (token: string, quote: string) => token.slice(1, -1).replaceAll(quote + quote, quote);
  const string = () => {
    const token = take();
    if (!token.startsWith("'")) throw new Error('other');
    return plain(token, "'");
  };
  const value = (): string => {
    if (word() === 'TIMESTAMP' || word() === 'DATE') {
      take();
      return string();
    }
    if (peek() === '-') return take() + take();
    return peek().startsWith("'") ? string() : /^\d/.test(peek()) ? take() : (() => { throw new Error('other'); })();
  };
  const interval = () => {
    take('INTERVAL');
    const count = string();
    const unit = take().toUpperCase();
    if (!/^\d+$/.test(count) || !(windowUnits as readonly string[]).includes(unit)) throw new Error('other');
    return { count, unit: unit as WindowUnit };
  };
  const leaf = (): Leaf => {
    const token = take();
    const found = columns.find((column) => column.name === (token.startsWith('`') ? plain(token, '`') : token));
    if (found === undefined) throw new Error('other');
    const made = emptyLeaf(found);
    if (peek() === '-' || peek() === '+') {
      const sign = take() === '-' ? 1 : -1;
      const { count, unit } = interval();
      if (unit !== 'HOUR') throw new Error('other');
      made.ahead = sign * Number(count);
    }
    const test = take().toUpperCase();
    if ((test === '<=' || test === '>') && word() === 'NOW') {
      take(); take('('); take(')'); take('-');
      const { count, unit } = interval();
      return { ...made, test: test === '<=' ? 'noneFor' : 'within', value: count, unit };
    }
    if (made.ahead !== 0) throw new Error('other');
    if (test === 'IS') {
      const isNot = word() === 'NOT' && take() !== '';
      const of = take().toUpperCase();
      if (of === 'NULL') return { ...made, test: isNot ? 'notNull' : 'isNull' };
      if ((of !== 'TRUE' && of !== 'FALSE') || isNot) throw new Error('other');
      return { ...made, test: of === 'TRUE' ? 'isTrue' : 'isFalse' };
    }
    if (test === 'BETWEEN') {
      const lower = value();
      take('AND');
      return { ...made, test: 'between', value: lower, upper: value() };
    }
    if (test === 'IN') {
      take('(');
      const values = [value()];
      while (peek() === ',' && take() !== '') values.push(value());
      take(')');
      if (values.some((item) => item.includes(','))) throw new Error('other');
      return { ...made, test: 'in', value: values.join(', ') };
    }
    if (test === 'LIKE') {
      const like = string();
      const inner = like.replace(/^%/, '').replace(/%$/, '');
      if (!like.endsWith('%') || /[%_]/.test(inner)) throw new Error('other');
      return { ...made, test: like.startsWith('%') ? 'contains' : 'starts', value: inner };
    }
    const symbol = test === '!=' ? '<>' : test;
    if (!['=', '<>', '<', '<=', '>', '>='].includes(symbol)) throw new Error('other');
    return { ...made, test: symbol as ConditionTest, value: value() };
  };
  const unary = (): Leaf | Group => {
    if (word() === 'NOT') {
      take();
      const inner = unary();
      return isGroup(inner) && !inner.negated ? { ...inner, negated: true } : { join: 'and', negated: true, parts: [inner] };
    }
    if (peek() === '(') {
      take();
      const inner = join('or');
      take(')');
      return inner;
    }
    return leaf();
  };
  const join = (kind: 'and' | 'or'): Leaf | Group => {
    const next = () => (kind === 'or' ? join('and') : unary());
    const parts = [next()];
    while (word() === kind.toUpperCase() && take() !== '') parts.push(next());
    return parts.length === 1 ? parts[0]! : { join: kind, negated: false, parts };
  };
  if (tokens.length === 0) return emptyGroup();
  try {
    const read = join('or');
    if (at < tokens.length) return null;
    const group = isGroup(read) ? read : { ...emptyGroup(), parts: [read] };
    const depth = (part: Leaf | Group): number => (isGroup(part) ? 1 + Math.max(0, ...part.parts.map(depth)) : 0);
    // What would read otherwise as SQL again was not understood.
    return depth(group) <= depthMax && fitsTests(group, columns) ? group : null;
  } catch {
    return null;
  }
}

function fitsTests(part: Leaf | Group, columns: readonly FactColumn[]): boolean {
  if (isGroup(part)) return part.parts.every((inner) => fitsTests(inner, columns));
  return testsOf(columns.find((column) => column.name === part.column)!.sort).includes(part.test) && isWhole(part, columns);
}
