import { expect, it } from 'vitest';
import { readDatabases, writeDatabases } from './types';

it('reads databases, a line each, and says where one cannot be read', () => {
  const text = 'sqlserver db-1/AIS001\nmysql 10.0.0.1:3306/shop';
  expect(readDatabases(text)).toEqual([{ kind: 'sqlserver', server: 'db-1', name: 'AIS001', sizeBytes: null }, { kind: 'mysql', server: '10.0.0.1:3306', name: 'shop', sizeBytes: null }]);
  expect(writeDatabases(readDatabases(text)!)).toBe(text);
  expect(readDatabases('access db/one')).toBeNull();
  expect(readDatabases('mysql shop')).toBeNull();
});
