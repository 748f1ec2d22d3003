/** Where in a text something is wrong. */
export interface Place {
  /** Which statement, from 1; 0: the text as a whole. */
  statement: number;
  line: number;
  column: number;
  /** Characters before it. */
  offset: number;
  length: number;
}

/** What went wrong, as RFC 9457 gives it, or as the browser told it when no answer came. */
export class Problem extends Error {
  constructor(
    /** The HTTP status; 0 when no answer came. */
    readonly status: number,
    readonly title: string,
    readonly detail: string | null = null,
    /** Messages by input field. */
    readonly fields: Readonly<Record<string, readonly string[]>> = {},
    /** Seconds after which trying again makes sense, where the server said so. */
    readonly retryAfterSeconds: number | null = null,
    /** Of a text that cannot be read, as SQL. */
    readonly place: Place | null = null,
    /** What another writer changed meanwhile. */
    readonly differences: readonly unknown[] | null = null,
  ) {
    super(detail ?? title);
    this.name = 'Problem';
  }

  /** The first message about one field, or null. Field names are compared without case. */
  field(name: string): string | null {
    const wanted = name.toLowerCase();
    for (const [key, messages] of Object.entries(this.fields)) if (key.toLowerCase() === wanted) return messages[0] ?? null;
    return null;
  }

  static async fromResponse(response: Response): Promise<Problem> {
    const retryAfter = Number(response.headers.get('Retry-After'));
    const seconds = Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null;
    let body: unknown = null;
    try {
      body = await response.json();
    } catch {
      // Not JSON (a proxy's page, an empty body): the status alone has to do.
    }
    const record = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
    const fields: Record<string, string[]> = {};
    if (typeof record.errors === 'object' && record.errors !== null)
      for (const [key, value] of Object.entries(record.errors)) fields[key] = Array.isArray(value) ? value.map(String) : [String(value)];
    const number = (name: string): number => (typeof record[name] === 'number' ? record[name] : 0);
    const place = number('line') > 0 ? { statement: number('statement'), line: number('line'), column: number('column'), offset: number('offset'), length: number('length') } : null;
    return new Problem(response.status, text(record.title) ?? response.statusText, text(record.detail), fields, seconds, place, Array.isArray(record.differences) ? record.differences : null);
  }

  static from(error: unknown): Problem {
    if (error instanceof Problem) return error;
    return new Problem(0, 'network', error instanceof Error ? error.message : String(error));
  }
}
