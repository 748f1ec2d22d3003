// Where statements begin and end in a text, as the server's reader sees it: semicolons in strings, quoted names and comments divide nothing.

export interface Statement {
  /** Without spaces around it and without its semicolon. */
  text: string;
  from: number;
  to: number;
}
export type TokenKind = 'word' | 'text' | 'name' | 'comment' | 'number' | 'mark' | 'space';
export interface Token {
  kind: TokenKind;
  from: number;
  to: number;
}

const token = /(?<space>\s+)|(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<text>'(?:[^']|'')*(?:'|$))|(?<name>"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$))|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<mark>[\s\S])/uy;

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const from = token.lastIndex;
    const groups = token.exec(text)?.groups;
    if (groups === undefined) break;
    const kind = Object.keys(groups).find((name) => groups[name] !== undefined) as TokenKind;
    tokens.push({ kind, from, to: token.lastIndex });
  }
  return tokens;
}

/** The statements of a text. What stands between BEGIN STATEMENT SET and its END is one. */
export function statementsOf(text: string): Statement[] {
  const found: Statement[] = [];
  let from = -1;
  let to = 0;
  let words: string[] = [];
  const isSet = () => words[0] === 'BEGIN' && words[1] === 'STATEMENT' && words[words.length - 1] !== 'END';
  const end = () => {
    if (from >= 0) found.push({ text: text.slice(from, to), from, to });
    from = -1;
    words = [];
  };
  for (const item of tokensOf(text)) {
    if (item.kind === 'space' || item.kind === 'comment') continue;
    const part = text.slice(item.from, item.to);
    if (part === ';' && item.kind === 'mark') {
      if (isSet()) {
        words = ['BEGIN', 'STATEMENT', ';'];
        to = item.to;
      } else end();
      continue;
    }
    if (from < 0) from = item.from;
    to = item.to;
    // Only the first two words and the last matter.
    if (item.kind === 'word') words = words.length < 2 ? [...words, part.toUpperCase()] : [words[0]!, words[1]!, part.toUpperCase()];
  }
  end();
  return found;
}

/** The statement that a place belongs to: the one it is in, else the one before it on the same line, else the next, else the last. */
export function statementAt(text: string, offset: number): Statement | null {
  const all = statementsOf(text);
  const inside = all.find((item) => item.from <= offset && offset <= item.to);
  if (inside !== undefined) return inside;
  const before = all.findLast((item) => item.to < offset);
  if (before !== undefined && !text.slice(before.to, offset).includes('\n')) return before;
  return all.find((item) => item.from > offset) ?? before ?? null;
}

/** What a SUBSCRIBE follows; null for any other statement. */
export function subscribedTo(statement: string): string | null {
  return /^subscribe(?:\s+to\b)?\s*([\s\S]+)$/i.exec(withoutLeadingComments(statement))?.[1]?.trim() ?? null;
}

function withoutLeadingComments(text: string): string {
  const first = tokensOf(text).find((item) => item.kind !== 'space' && item.kind !== 'comment');
  return first === undefined ? '' : text.slice(first.from);
}

/** The name as it is, or quoted where it must be. */
export function quoted(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}
