import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildUrl, http, path, setUnauthorizedListener } from './client';
import { all, api } from './endpoints';
import { Problem } from './problem';

const fetched = vi.fn<typeof fetch>();
const answer = (status: number, body?: unknown, headers: Record<string, string> = {}) => new Response(body === undefined ? null : JSON.stringify(body), { status, headers });

beforeEach(() => vi.stubGlobal('fetch', fetched));
afterEach(() => {
  vi.unstubAllGlobals();
  fetched.mockReset();
});
const sent = () => ({ url: String(fetched.mock.calls[0]![0]), init: fetched.mock.calls[0]![1]!, headers: fetched.mock.calls[0]![1]!.headers as Record<string, string> });

test('every request carries the header that a foreign page cannot send', async () => {
  fetched.mockImplementation(async () => answer(200, {}));
  await http.get('/fleet');
  await http.post('/tenants', { id: 'a' });
  for (const [, init] of fetched.mock.calls) expect((init!.headers as Record<string, string>)['X-Orrery-Request']).toBe('1');
});

test('a change of a known version is sent with If-Match in quotes', async () => {
  fetched.mockResolvedValue(answer(200, {}));
  await api.tenants.update('acme', { name: 'Acme', note: null }, 7);
  expect(sent().headers['If-Match']).toBe('"7"');
  expect(sent().init.method).toBe('PUT');
});

test('a new rule has no If-Match and keeps its id out of the body', async () => {
  fetched.mockResolvedValue(answer(200, {}));
  await api.rules.set('acme', { id: 'cpu', name: 'CPU', matchers: [], signal: 'value', comparison: 'above', threshold: 1, recovery: null, forSeconds: 0, severity: 'warning', penalty: null, enabled: true, description: null }, null);
  expect(sent().url).toBe('/api/v1/tenants/acme/rules/cpu');
  expect(sent().headers['If-Match']).toBeUndefined();
  expect(JSON.parse(String(sent().init.body))).not.toHaveProperty('id');
});

test('parts of a path are escaped, the slashes of a key are not', () => expect(path('servers', 'acme/berlin/erp 1', 'logs')).toBe('/servers/acme/berlin/erp%201/logs'));

test('empty query values are left out and lists are repeated', () => expect(buildUrl('/x', { a: '', b: null, c: undefined, d: 0, match: ['one', 'two'] })).toBe('/api/v1/x?d=0&match=one&match=two'));

test('problem details become a problem with the messages of its fields', async () => {
  fetched.mockResolvedValue(answer(400, { title: 'Invalid input', detail: 'The id is bad.', errors: { Id: ['Use a-z.'] } }));
  const problem = await http.post('/tenants').catch((error: unknown) => error as Problem);
  expect(problem).toBeInstanceOf(Problem);
  expect(problem).toMatchObject({ status: 400, title: 'Invalid input', detail: 'The id is bad.' });
  expect((problem as Problem).field('id')).toBe('Use a-z.');
});

test('a page that is no JSON still gives its status', async () => {
  fetched.mockResolvedValue(new Response('<html>', { status: 502, statusText: 'Bad Gateway' }));
  await expect(http.get('/fleet')).rejects.toMatchObject({ status: 502, title: 'Bad Gateway' });
});

test('an overloaded server says when to come back', async () => {
  fetched.mockResolvedValue(answer(503, {}, { 'Retry-After': '4' }));
  await expect(http.get('/fleet')).rejects.toMatchObject({ retryAfterSeconds: 4 });
});

test('no answer at all is a problem of the network', async () => {
  fetched.mockRejectedValue(new TypeError('Failed to fetch'));
  await expect(http.get('/fleet')).rejects.toMatchObject({ status: 0, title: 'network' });
});

test('a lost session is told once, but not by the sign-in itself', async () => {
  const lost = vi.fn();
  setUnauthorizedListener(lost);
  fetched.mockImplementation(async () => answer(401, {}));
  await http.post('/session', {}).catch(() => null);
  expect(lost).not.toHaveBeenCalled();
  await http.get('/fleet').catch(() => null);
  expect(lost).toHaveBeenCalledOnce();
});

test('no content is undefined', async () => {
  fetched.mockResolvedValue(answer(204));
  await expect(http.delete('/tenants/a')).resolves.toBeUndefined();
});

test('all pages of a list are fetched until the bound', async () => {
  const load = vi.fn(async (cursor: string | null) => ({ items: [1, 2], next: cursor === null ? 'a' : cursor === 'a' ? 'b' : null, total: 6 }));
  await expect(all(load, 100)).resolves.toEqual({ items: [1, 2, 1, 2, 1, 2], total: 6, complete: true });
  await expect(all(load, 3)).resolves.toMatchObject({ complete: false });
});
