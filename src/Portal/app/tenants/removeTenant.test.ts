import { afterEach, expect, test, vi } from 'vitest';
import { removeTenant } from './removeTenant';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function setUp(conflicts: number) {
  const asked: string[] = [];
  let left = conflicts;
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const path = url.replace(/^\/api\/v1|\?.*$/g, '');
    asked.push(`${init.method} ${path}`);
    if (init.method === 'GET') return Response.json({ items: [{ id: 'a' }, { id: 'b' }], next: null, total: 2 });
    if (path === '/tenants/acme' && left-- > 0) return Response.json({}, { status: 409 });
    return new Response(null, { status: 204 });
  });
  return asked;
}

test('the sites go before the tenant', async () => {
  const asked = setUp(0);
  await removeTenant('acme', 3);
  expect(asked).toEqual(['GET /tenants/acme/sites', 'DELETE /tenants/acme/sites/a', 'DELETE /tenants/acme/sites/b', 'DELETE /tenants/acme']);
});

test('a tenant that has not yet heard of it is asked again, within a bound', async () => {
  vi.useFakeTimers();
  const asked = setUp(2);
  const done = removeTenant('acme', 3);
  await vi.runAllTimersAsync();
  await done;
  expect(asked.filter((line) => line === 'DELETE /tenants/acme')).toHaveLength(3);
  setUp(99);
  const failing = removeTenant('acme', 3).catch((error: { status: number }) => error.status);
  await vi.runAllTimersAsync();
  expect(await failing).toBe(409);
});
