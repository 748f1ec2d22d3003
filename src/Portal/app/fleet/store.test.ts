import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Fleet, Health, ServerRow } from '@/api/types';
import { mergeHealth, useFleet } from './store';

const health = (server: string, score: number, computedAt: string): Health => ({ server, score, status: score >= 80 ? 'healthy' : 'critical', causes: [], unwellSince: null, lastSampleAt: null, headline: {}, series: 0, computedAt });
const row = (key: string, score: number): ServerRow => ({ key, tenant: 'acme', tenantName: 'Acme', site: 's', siteName: 'Site', id: key.split('/')[2]!, operatingSystem: null, health: health(key, score, '2026-01-01T00:00:00Z') });
const counts = { healthy: 1, degraded: 0, critical: 1, silent: 0, all: 2 };

beforeEach(() => setActivePinia(createPinia()));
afterEach(() => vi.unstubAllGlobals());

test('newer health replaces older, never the other way round', () => {
  const rows = [row('acme/s/a', 100), row('acme/s/b', 100)];
  expect(mergeHealth(rows, [health('acme/s/b', 10, '2025-12-31T00:00:00Z')])).toBe(rows);
  expect(mergeHealth(rows, [health('acme/s/b', 10, '2026-01-02T00:00:00Z')]).map((item) => item.health.score)).toEqual([100, 10]);
});

test('the live summary reaches the rows of the grid', async () => {
  vi.stubGlobal('fetch', async () => Response.json({ items: [row('acme/s/a', 100), row('acme/s/b', 100)], next: null, total: 2 }));
  const store = useFleet();
  await store.loadRows();
  store.apply({ score: 50, counts, tenants: [], worst: [health('acme/s/a', 20, '2026-02-01T00:00:00Z')], computedAt: '2026-02-01T00:00:00Z' } satisfies Fleet);
  expect(store.rows?.[0]?.health.score).toBe(20);
  expect(store.names.sites.get('acme/s')).toBe('Site');
});

test('a failure is kept as a problem, and the next success clears it', async () => {
  const store = useFleet();
  vi.stubGlobal('fetch', async () => Response.json({ title: 'Overloaded' }, { status: 503 }));
  await store.load();
  expect(store.problem?.status).toBe(503);
  vi.stubGlobal('fetch', async () => Response.json({ score: 100, counts, tenants: [], worst: [], computedAt: '' }));
  await store.load();
  expect(store.problem).toBeNull();
});
