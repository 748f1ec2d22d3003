import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Role } from '@/api/types';
import { safeNext } from '@/router';
import { useSession } from './store';

const user = (role: Role, tenant: string | null = null) => ({ name: 'u', displayName: 'U', role, tenant, createdAt: '', lastSignInAt: null, version: 1 });

beforeEach(() => setActivePinia(createPinia()));
afterEach(() => vi.unstubAllGlobals());

test('nobody signed in is known after one question, without an error', async () => {
  vi.stubGlobal('fetch', async () => Response.json({}, { status: 401 }));
  const session = useSession();
  await session.load();
  expect(session.known).toBe(true);
  expect(session.user).toBeNull();
});

test('signing out forgets the person even when the server cannot be reached', async () => {
  const session = useSession();
  session.user = user('administrator');
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('offline')));
  await expect(session.signOut()).rejects.toThrow();
  expect(session.user).toBeNull();
});

test.each([
  ['viewer', false, false, false],
  ['tenantAdministrator', false, true, true],
  ['operator', true, true, false],
  ['administrator', true, true, true],
] as const)('%s sees the actions of that role', (role, tenants, tenant, users) => {
  const session = useSession();
  session.user = user(role, role === 'tenantAdministrator' ? 'acme' : null);
  expect([session.can('manageTenants'), session.can('manageTenant', 'acme'), session.can('manageUsers')]).toEqual([tenants, tenant, users]);
});

test('a tenant’s administrator may not touch another tenant', () => {
  const session = useSession();
  session.user = user('tenantAdministrator', 'acme');
  expect(session.can('manageTenant', 'other')).toBe(false);
});

test('after sign-in only this portal’s own pages are gone to', () => {
  expect(safeNext('/servers?x=1')).toBe('/servers?x=1');
  for (const bad of ['https://evil.example', '//evil.example', '/\\evil.example', undefined, ['/a']]) expect(safeNext(bad)).toBe('/');
});
