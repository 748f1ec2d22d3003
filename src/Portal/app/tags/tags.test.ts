import { expect, test } from 'vitest';
import { emptyGroup, fromSql, isWhole, toSql, type FactColumn, type Group } from './condition';
import { inParts, readCsv, toMembers } from './members';
import { expressionOf, groupNode, isWhole as isWholeSegment, notNode, tagNode } from './segment';
import { Problem } from '@/api/problem';
import { inOrder, type Tag, type TagKind } from './types';

const columns: FactColumn[] = [{ name: 'orders', sort: 'number' }, { name: 'city', sort: 'text' }, { name: 'last_order', sort: 'time' }, { name: 'is_vip', sort: 'flag' }, { name: 'order', sort: 'number' }];

test.each([
  "orders >= 5", "orders BETWEEN 1 AND 9", "orders IN (1, 2, 3)", "city = 'O''Hare'", "city LIKE '%ar%'", "city LIKE 'Pa%'", 'city IS NULL', 'last_order IS NOT NULL', 'is_vip IS TRUE',
  "last_order <= NOW() - INTERVAL '30' DAY", "last_order - INTERVAL '8' HOUR <= NOW() - INTERVAL '10' MINUTE", "last_order > NOW() - INTERVAL '1' MONTH", "last_order >= TIMESTAMP '2026-01-31 00:00:00'",
  "orders >= 5 AND (city = 'Paris' OR last_order IS NULL)", "NOT (orders < 5 OR city = 'Rome')", "orders < -2.5 OR NOT (city IN ('a', 'b') AND orders > 1)",
])('%s is put together and written again as it was', (sql) => {
  const read = fromSql(sql, columns);
  expect(read).not.toBeNull();
  expect(toSql(read!, columns)).toBe(sql);
});

test.each(['orders * 2 > 5', 'orders >= spent', 'nothing = 1', "UPPER(city) = 'X'", 'orders >= 5 AND', "city LIKE '%a_b%'", "city IN ('a,b')", "orders = 'x'", '(((orders > 1 OR (orders < 0 AND (city = \'a\' OR (orders = 1 AND city = \'b\'))))))', '1 = 1; DROP TABLE x'])('%s stays SQL', (sql) => expect(fromSql(sql, columns)).toBeNull());

test('a name that SQL reads otherwise is quoted only where it has to be', () => {
  const group: Group = { ...emptyGroup(), parts: [{ column: 'ein Name', test: '=', value: "x'; DROP", upper: '', unit: 'DAY', ahead: 0 }] };
  expect(toSql(group, [{ name: 'ein Name', sort: 'text' }])).toBe("`ein Name` = 'x''; DROP'");
});

test('a condition is whole when its values fit their columns', () => {
  const leaf = (column: string, of: 'noneFor' | '=' | 'between' | '>=', value: string, upper = '') => ({ column, test: of, value, upper, unit: 'DAY' as const, ahead: 0 });
  expect([leaf('orders', '=', '5'), leaf('orders', '=', 'x'), leaf('orders', 'between', '1', ''), leaf('last_order', 'noneFor', '30'), leaf('last_order', 'noneFor', '0'), leaf('last_order', '>=', 'yesterday'), leaf('gone', '=', '1')].map((part) => isWhole(part, columns))).toEqual([true, false, false, true, false, false, false]);
  expect(isWhole(emptyGroup(), columns)).toBe(false);
});

test('a segment is written with the parentheses that it needs', () => {
  const kinds = new Map<string, TagKind>([['vip', 'boolean'], ['spent', 'numeric'], ['level', 'enumerated']]);
  const compared = (tag: string, comparison: string, value: string) => ({ ...tagNode(tag), comparison, value });
  const tree = groupNode('and', [tagNode('vip'), notNode(tagNode('vip')), groupNode('or', [compared('spent', '>=', ' 1000 '), compared('level', '=', "it's")]), notNode(groupNode('or', [tagNode('vip'), compared('spent', '<', '2')]))]);
  expect(expressionOf(tree, kinds)).toBe("vip AND NOT vip AND (spent >= 1000 OR level = 'it''s') AND NOT (vip OR spent < 2)");
  expect(isWholeSegment(tree, kinds)).toBe(true);
  expect(isWholeSegment(groupNode('and', [compared('spent', '>', 'much')]), kinds)).toBe(false);
});

test('a CSV file is read with its lines, whatever separates and quotes', () => {
  expect(readCsv('\uFEFFa;b\r\n1;"x;""y""\nz"\r\n\r\n3;4')).toEqual([{ line: 1, cells: ['a', 'b'] }, { line: 2, cells: ['1', 'x;"y"\nz'] }, { line: 5, cells: ['3', '4'] }]);
  expect(readCsv('a,"b')).toBeNull();
  expect(readCsv('')).toEqual([]);
});

test('members are told what is wrong by line', () => {
  const { members, problems } = toMembers(readCsv('object,value\n1,5\n2,many\n,3\n4,,0\n5,1,1,9')!, 'numeric', (fault, cell) => `${fault} ${cell}`);
  expect(members.map(({ line, object, value, isMember }) => [line, object, value, isMember])).toEqual([[2, '1', '5', true], [5, '4', null, false]]);
  expect(problems).toEqual([{ line: 3, text: 'value many' }, { line: 4, text: 'object ' }, { line: 6, text: 'cells 4' }]);
});

test('what the server refuses of a part is told by its line', async () => {
  const rows = Array.from({ length: 5_002 }, (_, at) => ({ line: at + 2 }));
  const sent: number[] = [];
  const refused = await inParts(rows, (part) => (part.length === 2 ? Promise.reject(new Problem(400, 'Bad', 'no', { 'members[1].value': ['no'] })) : Promise.resolve()), (count) => sent.push(count));
  expect([refused, sent]).toEqual([{ line: 5_003, text: 'no' }, [5_000]]);
});

test('tags stand under their parents, and those whose parent is gone at the top', () => {
  const tag = (id: string, parent: string | null) => ({ id, parent }) as Tag;
  expect(inOrder([tag('a', 'b'), tag('b', null), tag('c', 'gone')]).map(({ tag: { id }, depth }) => `${id}${depth}`)).toEqual(['b0', 'a1', 'c0']);
});
