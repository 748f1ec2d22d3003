import { describe, expect, it } from 'vitest';
import { daysLeft, readModules, shareOfTime, stateOf, writeModules, type LicenceSummary } from './types';

const at = (text: string) => Date.parse(text);
const licence = (more: Partial<LicenceSummary> = {}): LicenceSummary => ({ key: 'acme/erp', customer: 'Acme', product: 'galaxy', validFrom: '2026-01-01T00:00:00Z', expires: '2026-12-31T00:00:00Z', graceDays: 14, users: 5, modules: 1, revision: 2, revokedRevision: 1, version: 3, usersInUse: 0, isOver: false, ...more });

describe('licences', () => {
  it('hold from their first moment through their grace, and not once their newest revision is revoked', () => {
    expect(['2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z', '2026-12-31T00:00:00Z', '2027-01-14T00:00:00Z'].map((time) => stateOf(licence(), at(time)))).toEqual(['future', 'active', 'grace', 'expired']);
    expect(stateOf(licence({ revokedRevision: 2 }), at('2026-06-01T00:00:00Z'))).toBe('revoked');
    expect(stateOf(licence({ expires: null }), at('2126-06-01T00:00:00Z'))).toBe('active');
  });

  it('say how much of their time is left', () => {
    expect(daysLeft('2026-12-31T00:00:00Z', at('2026-12-30T12:00:00Z'))).toBe(1);
    expect(daysLeft('2026-12-31T00:00:00Z', at('2027-12-30T12:00:00Z'))).toBe(0);
    expect(daysLeft(null, 0)).toBeNull();
    expect(shareOfTime('2026-01-01T00:00:00Z', '2026-01-11T00:00:00Z', at('2026-01-06T00:00:00Z'))).toBe(0.5);
  });

  it('have modules that are written a line each', () => {
    expect(readModules(' finance 10 \n\npos\n')).toEqual([{ name: 'finance', users: 10 }, { name: 'pos', users: null }]);
    expect(writeModules([{ name: 'finance', users: 10 }, { name: 'pos', users: null }])).toBe('finance 10\npos');
    expect(readModules('Finance and more')).toBeNull();
  });
});
