import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventParser } from './events';
import { LiveStream, retryMaxMilliseconds, silenceMaxMilliseconds, type LiveState } from './stream';

test('events are cut out of whatever pieces the text comes in', () => {
  const parser = new EventParser();
  const text = 'id: 7\nevent: fleet\ndata: {"a":1}\n\n: comment\n\nevent: two\r\ndata: one\r\ndata: more\r\n\r\n';
  const events = [...text].flatMap((character) => parser.push(character));
  expect(events).toEqual([
    { name: 'fleet', data: '{"a":1}', id: '7' },
    // What was seen last stays it until another event says more.
    { name: 'two', data: 'one\nmore', id: '7' },
  ]);
});

test('an event that is not ended waits', () => {
  const parser = new EventParser();
  expect(parser.push('data: half\n')).toEqual([]);
  expect(parser.push('\n')).toEqual([{ name: 'message', data: 'half', id: '' }]);
});

interface Connection {
  send: (text: string) => void;
  end: () => void;
}

function setUp() {
  const connections: Connection[] = [];
  const seen: (string | undefined)[] = [];
  const states: LiveState[] = [];
  const events: [string, unknown][] = [];
  let status = 200;
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    seen.push((init.headers as Record<string, string>)['Last-Event-ID']);
    if (status !== 200) return new Response('{}', { status });
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (own) => void (controller = own) });
    init.signal?.addEventListener('abort', () => {
      try {
        controller.error(new DOMException('', 'AbortError'));
      } catch {
        // It had ended before.
      }
    });
    connections.push({ send: (text) => controller.enqueue(new TextEncoder().encode(text)), end: () => controller.close() });
    return new Response(body, { status: 200 });
  });
  const refused = vi.fn();
  const stream = new LiveStream({ url: '/fleet/live', onEvent: (name, data) => events.push([name, data]), onState: (state) => states.push(state), onRefused: refused });
  return { stream, connections, seen, states, events, refused, setStatus: (next: number) => (status = next) };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(1);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const settle = () => vi.advanceTimersByTimeAsync(0);

test('a stream connects, gives events, and says that it is live', async () => {
  const { stream, connections, states, events } = setUp();
  stream.start();
  await settle();
  connections[0]!.send('event: fleet\ndata: {"score":90}\n\n');
  await settle();
  expect(states).toEqual(['connecting', 'live']);
  expect(events).toEqual([['fleet', { score: 90 }]]);
  stream.stop();
});

test('a stream that comes back says what it saw last', async () => {
  const { stream, connections, seen } = setUp();
  stream.start();
  await settle();
  connections[0]!.send('id: a:17\nevent: changes\ndata: []\n\n');
  await settle();
  stream.pause();
  stream.resume();
  await settle();
  expect(seen).toEqual([undefined, 'a:17']);
  stream.stop();
});

test('a lost connection is opened again, after pauses that double up to a bound', async () => {
  const { stream, connections, states, setStatus } = setUp();
  stream.start();
  await settle();
  setStatus(503);
  connections[0]!.end();
  await settle();
  expect(states.at(-1)).toBe('lost');
  const before = vi.getTimerCount();
  expect(before).toBe(1);
  // 1 s, 2 s, 4 s, ... each attempt fails.
  for (const pause of [1_000, 2_000, 4_000, 8_000, 16_000, retryMaxMilliseconds, retryMaxMilliseconds]) {
    await vi.advanceTimersByTimeAsync(pause - 1);
    expect(connections).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
  }
  setStatus(200);
  await vi.advanceTimersByTimeAsync(retryMaxMilliseconds);
  expect(connections).toHaveLength(2);
  expect(states.at(-1)).toBe('live');
  stream.stop();
});

test('silence longer than the server ever keeps ends the connection, a comment does not', async () => {
  const { stream, connections, states } = setUp();
  stream.start();
  await settle();
  await vi.advanceTimersByTimeAsync(silenceMaxMilliseconds - 1);
  connections[0]!.send(': still here\n\n');
  await vi.advanceTimersByTimeAsync(silenceMaxMilliseconds - 1);
  expect(states.at(-1)).toBe('live');
  await vi.advanceTimersByTimeAsync(1);
  await settle();
  expect(states.at(-1)).toBe('lost');
  stream.stop();
});

test('a refusal is final', async () => {
  const { stream, states, refused, setStatus } = setUp();
  setStatus(404);
  stream.start();
  await settle();
  expect(refused).toHaveBeenCalledOnce();
  expect(states.at(-1)).toBe('refused');
  expect(vi.getTimerCount()).toBe(0);
});

test('a paused stream holds no connection, and comes back when asked', async () => {
  const { stream, connections, states } = setUp();
  stream.start();
  await settle();
  stream.pause();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(connections).toHaveLength(1);
  expect(states.at(-1)).toBe('paused');
  stream.resume();
  await settle();
  expect(connections).toHaveLength(2);
  stream.stop();
});
