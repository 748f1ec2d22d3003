import { describe, expect, it } from 'vitest';
import { readModules, readVersions, writeModules, writeVersions } from './types';

describe('products as people write them', () => {
  it('reads versions with release, end of support and a note', () => {
    expect(readVersions('9.2 2025-03-01 2028-12-31 long term\n\n8.0 - 2026-01-01\n7.0')).toEqual([
      { id: '9.2', releasedAt: '2025-03-01T00:00:00Z', supportEnds: '2028-12-31T00:00:00Z', note: 'long term' },
      { id: '8.0', releasedAt: null, supportEnds: '2026-01-01T00:00:00Z', note: null },
      { id: '7.0', releasedAt: null, supportEnds: null, note: null },
    ]);
  });
  it('says where a day cannot be read', () => expect(readVersions('9.2 next year')).toBeNull());
  it('writes what it reads', () => {
    const versions = '9.2 2025-03-01 2028-12-31 long term\n8.0 - -', modules = 'finance Finance\npos Tills and shops';
    expect(writeVersions(readVersions(versions)!)).toBe(versions);
    expect(writeModules(readModules(modules))).toBe(modules);
  });
});
