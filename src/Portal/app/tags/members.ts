// Members and rows of facts from a CSV file: read in the browser, what is wrong told by line, sent in parts that the server takes whole or not at all.
import { Problem } from '@/api/problem';
import type { TagKind, TagMember } from './types';

export const fileBytesMax = 16 << 20;
export const linesMax = 200_000;
/** A part is well below the largest body that a person may send. */
export const partRows = 5_000;
export const problemsShown = 20;

export interface CsvRow {
  /** Of the file, from 1. */
  line: number;
  cells: string[];
}
export interface LineProblem {
  line: number;
  text: string;
}

/** Rows of a CSV text (RFC 4180): commas, or semicolons or tabs where the first line has those; quoted cells may hold line breaks. Null: a quote is never closed. */
export function readCsv(text: string): CsvRow[] | null {
  const body = text.replace(/^\uFEFF/, '');
  const first = body.split(/\r?\n/, 1)[0] ?? '';
  const comma = [',', ';', '\t'].reduce((best, mark) => (first.split(mark).length > first.split(best).length ? mark : best), ',');
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let line = 1;
  let begun = 1;
  let quoted = false;
  const end = () => {
    cells.push(cell);
    if (cells.length > 1 || cells[0]!.trim() !== '') rows.push({ line: begun, cells: cells.map((item) => item.trim()) });
    cells = [];
    cell = '';
  };
  for (let at = 0; at < body.length; at++) {
    const mark = body[at]!;
    if (mark === '\n') line++;
    if (quoted) {
      if (mark !== '"') cell += mark;
      else if (body[at + 1] === '"') cell += body[++at];
      else quoted = false;
    } else if (mark === '"' && cell === '') quoted = true;
    else if (mark === comma) {
      cells.push(cell);
      cell = '';
    } else if (mark === '\n') {
      end();
      begun = line;
    } else if (mark !== '\r') cell += mark;
  }
  if (quoted) return null;
  if (cell !== '' || cells.length > 0) end();
  return rows;
}

export type MemberFault = 'object' | 'value' | 'member' | 'cells';

/** Members of rows: object, value (where the tag has one), and whether it is a member. A first line of names is passed over. */
export function toMembers(rows: readonly CsvRow[], kind: TagKind, told: (fault: MemberFault, cell: string) => string): { members: (TagMember & { line: number })[]; problems: LineProblem[] } {
  const members: (TagMember & { line: number })[] = [];
  const problems: LineProblem[] = [];
  const withValue = kind !== 'boolean';
  const most = withValue ? 3 : 2;
  const named = /^(object|id|对象|编号)$/i.test(rows[0]?.cells[0] ?? '');
  for (const { line, cells } of named ? rows.slice(1) : rows) {
    const [object = '', second = '', third = ''] = cells;
    const value = withValue ? second : '';
    const flag = (withValue ? third : second).toLowerCase();
    const taken = ['0', 'false', 'no', '-', '否'].includes(flag);
    const fault: [MemberFault, string] | null =
      cells.length > most && cells.slice(most).some((cell) => cell !== '') ? ['cells', String(cells.length)]
      : object === '' || object.length > 200 ? ['object', object]
      : flag !== '' && !taken && !['1', 'true', 'yes', '+', '是'].includes(flag) ? ['member', flag]
      : withValue && !taken && (value === '' || (kind === 'numeric' && !Number.isFinite(Number(value))) || (kind === 'dated' && Number.isNaN(Date.parse(value)))) ? ['value', value]
      : null;
    if (fault !== null) problems.push({ line, text: told(...fault) });
    else members.push({ line, object, value: withValue && !taken ? value : null, isMember: !taken });
  }
  return { members, problems };
}

/** Sends rows in parts; the line of what the server refuses is read off the place that it names, such as members[7].value. */
export async function inParts<T extends { line: number }>(rows: readonly T[], send: (part: T[]) => Promise<unknown>, sent: (count: number) => void): Promise<LineProblem | null> {
  for (let from = 0; from < rows.length; from += partRows) {
    const part = rows.slice(from, from + partRows);
    try {
      await send(part);
    } catch (error) {
      const problem = Problem.from(error);
      const place = Object.keys(problem.fields).map((field) => /\[(\d+)\]/.exec(field)?.[1]).find((found) => found !== undefined);
      if (place === undefined) throw error;
      return { line: part[Number(place)]?.line ?? 0, text: problem.detail ?? problem.title };
    }
    sent(Math.min(rows.length, from + partRows));
  }
  return null;
}
