import { expect, test } from 'vitest';
import { groupsOf, neighboursOf } from './groups';
import type { PipelineInfo } from './types';

const pipeline = (name: string, origin: string | null, more: Partial<PipelineInfo> = {}): PipelineInfo => ({
  name, origin, kind: 'materializedView', reads: ['orders'], writes: null, connector: null, status: 'running', problem: null, recordsPerSecond: 0, changesPerSecond: 0, lagRecords: 0, lagSeconds: null, freshnessSeconds: null, rows: 0, stateBytes: 0, rejected: 0, sink: null, hasCandidate: false, isHeld: false, ...more,
});

test('pipelines stand under their files, those of none last, and those that need somebody first', () => {
  const groups = groupsOf([pipeline('b', null), pipeline('z', '02.sql', { status: 'failed', problem: 'x' }), pipeline('a', '02.sql'), pipeline('c', '01.sql')], '');
  expect(groups.map((group) => [group.origin, group.pipelines.map((one) => one.name)])).toEqual([['01.sql', ['c']], ['02.sql', ['z', 'a']], [null, ['b']]]);
});

test('the filter looks at names, files and what is read', () => {
  const all = [pipeline('totals', '02-orders.sql'), pipeline('stock', '05-stock.sql', { reads: ['ods_stock'] })];
  expect(groupsOf(all, ' ORDERS ').flatMap((group) => group.pipelines.map((one) => one.name))).toEqual(['totals']);
  expect(groupsOf(all, 'ods_').flatMap((group) => group.pipelines.map((one) => one.name))).toEqual(['stock']);
});

test('the picture has what is read on the left and what is written on the right, also where both are called alike', () => {
  const { nodes, links } = neighboursOf(pipeline('orders#1', null, { kind: 'insert', writes: 'orders' }), []);
  expect(nodes).toEqual([{ id: '< orders', level: 0 }, { id: 'orders#1', level: 1 }, { id: '> orders', level: 2 }]);
  expect(links).toEqual([{ from: '< orders', to: 'orders#1' }, { from: 'orders#1', to: '> orders' }]);
});
