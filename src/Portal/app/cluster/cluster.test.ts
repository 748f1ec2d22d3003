import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cluster, ShardMap, Silo, SiloFigures } from '@/api/types';
import { emptySeries, extend, historyMilliseconds } from './series';
import { countByOwner, layOutShards, movesBetween, shardAt } from './shards';
import { nameOf, useCluster } from './store';

const map: ShardMap = { silos: ['a@1', 'b@2'], owners: [0, 1, 1, -1], terms: [1, 2, 5, 3] };

describe('shards', () => {
  test('are counted by owner with the span of their terms, free ones last', () =>
    expect(countByOwner(map)).toEqual([
      { silo: 'a@1', shards: 1, termMin: 1, termMax: 1 },
      { silo: 'b@2', shards: 2, termMin: 2, termMax: 5 },
      { silo: null, shards: 1, termMin: 3, termMax: 3 },
    ]));

  test('have moved when their owner or their term is another, whatever the order of silos', () => {
    expect(movesBetween(map, { silos: ['b@2', 'a@1'], owners: [1, 0, 0, -1], terms: [1, 2, 5, 3] })).toEqual([]);
    expect(movesBetween(map, { silos: ['b@2', 'c@1'], owners: [1, 0, 0, 0], terms: [2, 2, 6, 4] })).toEqual([0, 2, 3]);
  });

  test('are found under the pointer, and none beside the map', () => {
    const grid = layOutShards(1024, 640);
    expect(grid).toMatchObject({ columns: 32, rows: 32, pitch: 20 });
    expect(shardAt(grid, 1024, 5, 5)).toBe(0);
    expect(shardAt(grid, 1024, 639, 639)).toBe(1023);
    expect(shardAt(grid, 1024, 641, 5)).toBe(-1);
    expect(shardAt(grid, 1024, 5, -1)).toBe(-1);
    expect(layOutShards(1024, 1200).columns).toBe(64);
  });
});

const figures = (intervalSeconds: number, cpuPercent: number) => ({ intervalSeconds, cpuPercent, latencyMicroseconds: null }) as SiloFigures;

describe('lines', () => {
  test('skip averages over what nobody watched, show a gap where a silo did not answer, and forget', () => {
    let series = extend(emptySeries(), 1_000, figures(2, 10));
    series = extend(series, 3_000, null);
    series = extend(series, 5_000, figures(2, 30));
    expect(series.cpu).toEqual([[1_000, 10], [3_000, null], [5_000, 30]]);
    expect(extend(series, 4_000 + historyMilliseconds, figures(2, 1)).cpu.map(([at]) => at)).toEqual([5_000, 4_000 + historyMilliseconds]);
    expect(extend(emptySeries(), 1, figures(500, 10)).cpu).toEqual([[1, null]]);
  });
});

describe('the store', () => {
  beforeEach(() => setActivePinia(createPinia()));
  const silo = (id: string, state: Silo['state']) => ({ id, name: nameOf(id), state, figures: figures(2, 5) }) as Silo;

  test('marks shards that move while one looks, and not those that were there at first', () => {
    const store = useCluster();
    store.take('shards', map);
    expect(store.movedAt.size).toBe(0);
    store.take('shards', { ...map, owners: [1, 1, 1, 1], terms: [2, 2, 5, 4] });
    expect([...store.movedAt.keys()]).toEqual([0, 3]);
    expect(store.movesSeen).toBe(2);
  });

  test('takes a reading once, however often it comes', () => {
    const store = useCluster();
    const cluster = { at: '2026-05-04T08:00:00Z', silos: [silo('a@1', 'active')], totals: {} } as unknown as Cluster;
    store.take('cluster', cluster);
    store.take('cluster', { ...cluster });
    expect(store.series.get('a@1')?.cpu).toEqual([[Date.parse(cluster.at), 5]]);
  });

  test('gives a silo that was started anew the colour it had', () => {
    const store = useCluster();
    const cluster = (silos: Silo[]) => ({ at: '2026-05-04T08:00:00Z', silos, totals: {} }) as unknown as Cluster;
    store.take('cluster', cluster([silo('a@1', 'active'), silo('b@1', 'active')]));
    const before = store.colorOf('b@1');
    store.take('cluster', cluster([silo('a@1', 'active'), silo('b@2', 'active'), silo('b@1', 'dead')]));
    expect(store.colorOf('b@2')).toBe(before);
    expect(store.live.map((item) => item.id)).toEqual(['a@1', 'b@2']);
    expect(store.ended.map((item) => item.id)).toEqual(['b@1']);
  });
});
