import { describe, expect, test } from 'vitest';
import { changedColumns, columnOrder, wrongRows, type CheckResult } from './types';

const result: CheckResult = {
  name: 'ads', state: 'different', reason: null, rows: 2, rowsExpected: 2, missing: 1, surplus: 0, different: 1, columns: ['day', 'shop', 'name', 'total'], key: ['shop'],
  differences: [
    { kind: 'different', expected: ['d', 's1', 'n', '3'], actual: ['d', 's1', 'n', '2'] },
    { kind: 'missing', expected: ['d', 's2', null, '1'], actual: null },
  ],
};

describe('differences', () => {
  test('show the key first, then what differs', () => {
    expect(columnOrder(result)).toEqual([1, 3, 0, 2]);
  });
  test('mark only columns of rows that both sides have', () => {
    expect([...changedColumns(result.differences[0]!)]).toEqual([3]);
    expect(changedColumns(result.differences[1]!).size).toBe(0);
  });
  test('count every row once', () => {
    expect(wrongRows(result)).toBe(2);
  });
});
