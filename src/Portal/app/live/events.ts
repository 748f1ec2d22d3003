export interface ServerEvent {
  name: string;
  data: string;
  /** What to say was seen last when coming back; empty: nothing. */
  id: string;
}

/**
 * Cuts a stream of text into server-sent events. Comments give no event, yet the caller sees that bytes came.
 * An event that is not ended by an empty line waits for more text.
 */
export class EventParser {
  #buffer = '';
  #name = '';
  #id = '';
  #data: string[] = [];

  push(text: string): ServerEvent[] {
    this.#buffer += text;
    const events: ServerEvent[] = [];
    for (;;) {
      const match = /\r\n|\n|\r(?!$)/.exec(this.#buffer);
      if (match === null) return events;
      const line = this.#buffer.slice(0, match.index);
      this.#buffer = this.#buffer.slice(match.index + match[0].length);
      if (line !== '') {
        this.#line(line);
        continue;
      }
      if (this.#data.length > 0) events.push({ name: this.#name === '' ? 'message' : this.#name, data: this.#data.join('\n'), id: this.#id });
      this.#name = '';
      this.#data = [];
    }
  }

  #line(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') this.#id = value;
    else if (field === 'event') this.#name = value;
    else if (field === 'data') this.#data.push(value);
  }
}
