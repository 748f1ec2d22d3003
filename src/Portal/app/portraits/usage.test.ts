import { expect, test } from 'vitest';
import type { RelationInfo } from '@/sql/types';
import { pointsOf, sourcesOf, usageQuery } from './usage';

const relation = (name: string, key: string[], columns: [string, string][], kind: RelationInfo['kind'] = 'table') => ({ name, kind, key, columns: columns.map(([column, type]) => ({ name: column, type })) }) as RelationInfo;

test('what has the key and a time is over time; facts, sinks and tags are not', () => {
  const relations = [
    relation('facts', ['member_id'], [['member_id', 'BIGINT'], ['last_order', 'TIMESTAMP(3)']]), relation('orders', ['id'], [['id', 'BIGINT'], ['member_id', 'BIGINT'], ['create_time', 'TIMESTAMP(3)'], ['pay_amount', 'DECIMAL(12, 2)'], ['shop_id', 'INT']]),
    relation('visits', [], [['member_id', 'BIGINT'], ['at', 'TIMESTAMP(3)']]), relation('shops', ['shop_id'], [['shop_id', 'INT']]), relation('out', [], [['member_id', 'BIGINT'], ['at', 'TIMESTAMP(3)']], 'sink'), relation('tag_member_x', [], [['member_id', 'BIGINT'], ['at', 'TIMESTAMP(3)']]),
  ];
  expect(sourcesOf(relations, 'member_id')).toEqual([{ relation: 'orders', key: 'member_id', times: ['create_time'], numbers: ['pay_amount'] }, { relation: 'visits', key: 'member_id', times: ['at'], numbers: [] }]);
});

test('an id stands in the query as a text, whatever it holds', () => {
  const query = usageQuery({ relation: 'a`b', key: 'k', times: ['at'], numbers: [] }, "x' OR 1 = 1 --", 'at', null, 'day');
  expect(query).toContain("= 'x'' OR 1 = 1 --'");
  expect(query).toContain('FROM `a``b`');
  expect(query).toMatch(/LIMIT 500$/);
});

test('between steps with rows the line goes down to none', () => {
  const at = (text: string) => new Date(text).getTime();
  expect(pointsOf([['2026-01-01 05', 2], ['2026-01-01 01', 3], ['2026-01-01 02', 1]], 1, 'hour')).toEqual([[at('2026-01-01T00:00'), 0], [at('2026-01-01T01:00'), 3], [at('2026-01-01T02:00'), 1], [at('2026-01-01T03:00'), 0], [at('2026-01-01T04:00'), 0], [at('2026-01-01T05:00'), 2], [at('2026-01-01T06:00'), 0]]);
});
