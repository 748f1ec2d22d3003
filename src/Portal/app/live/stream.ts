import { buildUrl, type Query } from '@/api/client';
import { Problem } from '@/api/problem';
import { EventParser } from './events';

export type LiveState = 'connecting' | 'live' | 'paused' | 'lost' | 'refused';

export interface StreamOptions {
  url: string;
  query?: Query;
  onEvent: (name: string, data: unknown) => void;
  onState: (state: LiveState) => void;
  /** The server refuses for good (not understood, signed out, gone): nothing is tried again. */
  onRefused?: (problem: Problem) => void;
}

/** A silent connection is dead after this: the server sends a comment every 15 s. */
export const silenceMaxMilliseconds = 40_000;
export const retryFirstMilliseconds = 1_000;
export const retryMaxMilliseconds = 30_000;

/**
 * Server-sent events over fetch rather than EventSource: so a refused request can be told from a lost one, silence is noticed,
 * and pauses between attempts grow.
 *
 * State: connecting -> live -> lost -> connecting ... ; pause() and resume() at any time; stop() ends it for good.
 * `lost` lasts from the moment a connection ends until the next one stands; `refused` ends it, as stop() does.
 */
export class LiveStream {
  readonly #options: StreamOptions;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #stopped = false;
  #state: LiveState | null = null;
  #seen = '';

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#stopped || this.#abort !== null) return;
    clearTimeout(this.#timer);
    void this.#run();
  }

  pause(): void {
    if (this.#stopped) return;
    this.#end();
    this.#set('paused');
  }

  resume(): void {
    this.#failures = 0;
    this.start();
  }

  stop(): void {
    this.#stopped = true;
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#timer);
    const abort = this.#abort;
    this.#abort = null;
    abort?.abort();
  }

  #set(state: LiveState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState(state);
  }

  async #run(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    if (this.#state !== 'lost') this.#set('connecting');
    let watchdog: ReturnType<typeof setTimeout> | undefined;
    const feed = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => abort.abort(), silenceMaxMilliseconds);
    };
    try {
      feed();
      const response = await fetch(buildUrl(this.#options.url, this.#options.query), {
        // Where the server knows what came since, it goes on from there instead of beginning anew.
        headers: { Accept: 'text/event-stream', 'X-Orrery-Request': '1', ...(this.#seen === '' ? {} : { 'Last-Event-ID': this.#seen }) },
        credentials: 'same-origin',
        cache: 'no-store',
        signal: abort.signal,
      });
      if (!response.ok) {
        const problem = await Problem.fromResponse(response);
        if ([400, 401, 403, 404].includes(problem.status)) {
          if (this.#abort === abort) this.stop();
          this.#set('refused');
          this.#options.onRefused?.(problem);
          return;
        }
        throw problem;
      }
      if (response.body === null) throw new Problem(0, 'network');
      this.#set('live');
      await this.#read(response.body, abort, feed);
    } catch {
      // The end of a connection is the normal case here; what follows tries again and shows it.
    } finally {
      clearTimeout(watchdog);
    }
    if (this.#stopped || this.#abort !== abort) return;
    this.#abort = null;
    this.#set('lost');
    const pause = Math.min(retryMaxMilliseconds, retryFirstMilliseconds * 2 ** this.#failures++);
    // Half of the pause is random, so that a thousand portals do not come back in the same instant.
    this.#timer = setTimeout(() => this.start(), pause / 2 + (Math.random() * pause) / 2);
  }

  async #read(body: ReadableStream<Uint8Array>, abort: AbortController, feed: () => void): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const parser = new EventParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      feed();
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        if (this.#abort !== abort) return;
        // Only an event proves that the stream works: a server that accepts and drops is not asked every second.
        this.#failures = 0;
        this.#options.onEvent(event.name, JSON.parse(event.data));
        this.#seen = event.id;
      }
    }
  }
}
