import { expect, test } from 'vitest';
import { changesBetween } from './schemas';
import type { SchemaVersion } from './types';

const version = (number: number, ...columns: [string, string][]): SchemaVersion => ({
  number, fingerprint: '0', database: 'shop', table: 't', since: '2030-01-01T00:00:00Z', columns: columns.map(([name, type], index) => ({ name, type, nativeType: type, nullable: index > 0, key: index === 0 ? 1 : 0 })),
});

test('a version shows what became of each column', () => {
  const before = version(1, ['id', 'int64'], ['note', 'text'], ['price', 'decimal(10,2)']);
  const after = version(2, ['id', 'int64'], ['price', 'decimal(23,10)'], ['at', 'timestamp']);
  expect(changesBetween(before, after).map((row) => [row.column.name, row.change])).toEqual([['id', 'same'], ['note', 'removed'], ['price', 'changed'], ['at', 'added']]);
  expect(changesBetween(undefined, before).every((row) => row.change === 'same')).toBe(true);
});
