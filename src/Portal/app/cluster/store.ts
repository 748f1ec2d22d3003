import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { api } from '@/api/endpoints';
import { Problem } from '@/api/problem';
import type { Cluster, ClusterEvent, GrainTypeRow, MethodRow, Reminders, ShardMap, Silo } from '@/api/types';
import { emptySeries, extend, isFresh, totalsOf, type SeriesOf } from './series';
import { movesBetween } from './shards';

/** How long a shard that has moved stays marked. */
export const markMilliseconds = 6_000;

/** The cluster as its pages show it. Lines go on while the person walks from page to page. */
export const useCluster = defineStore('cluster', () => {
  const cluster = shallowRef<Cluster | null>(null);
  const shards = shallowRef<ShardMap | null>(null);
  const grains = shallowRef<GrainTypeRow[] | null>(null);
  const methods = shallowRef<MethodRow[] | null>(null);
  const reminders = shallowRef<Reminders | null>(null);
  const history = shallowRef<ClusterEvent[] | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const series = shallowRef(new Map<string, SeriesOf>());
  const totals = shallowRef(emptySeries());
  /** When each shard last moved, by this browser's clock. */
  const movedAt = shallowRef(new Map<number, number>());
  const movesSeen = ref(0);

  const silos = computed(() => cluster.value?.silos ?? []);
  const live = computed(() => silos.value.filter(isLive));
  const ended = computed(() => silos.value.filter((silo) => !isLive(silo)));
  /** Silos have their colours by name, so that one keeps its colour when it is started anew. */
  const colors = computed(() => {
    const names = [...new Set([...silos.value.map((silo) => silo.name), ...(shards.value?.silos ?? []).map(nameOf)])].sort();
    return new Map(names.map((name, index) => [name, (index % 8) + 1]));
  });
  const colorOf = (silo: string) => colors.value.get(nameOf(silo)) ?? 1;

  function takeCluster(next: Cluster): void {
    // The stream and a page's own question may bring the same reading.
    const isNew = cluster.value === null || Date.parse(next.at) > Date.parse(cluster.value.at);
    cluster.value = next;
    problem.value = null;
    if (!isNew) return;
    const at = Date.parse(next.at);
    const known = new Map<string, SeriesOf>();
    for (const silo of next.silos) {
      if (!isLive(silo)) continue;
      const before = series.value.get(silo.id) ?? emptySeries();
      known.set(silo.id, silo.figures !== null && !isFresh(silo.figures) ? before : extend(before, at, silo.figures));
    }
    series.value = known;
    const sum = totalsOf(next);
    if (sum !== null) totals.value = extend(totals.value, at, sum);
  }

  function takeShards(next: ShardMap): void {
    const moved = shards.value === null ? [] : movesBetween(shards.value, next);
    const now = Date.now();
    if (moved.length > 0) {
      movedAt.value = new Map([...[...movedAt.value].filter(([, at]) => now - at < markMilliseconds), ...moved.map((shard) => [shard, now] as const)]);
      movesSeen.value += moved.length;
    }
    shards.value = next;
  }

  function take(name: string, data: unknown): void {
    if (name === 'cluster') takeCluster(data as Cluster);
    else if (name === 'shards') takeShards(data as ShardMap);
    else if (name === 'grains') grains.value = data as GrainTypeRow[];
    else if (name === 'methods') methods.value = data as MethodRow[];
    else if (name === 'reminders') reminders.value = data as Reminders;
    else if (name === 'history') history.value = data as ClusterEvent[];
  }

  /** For where the stream does not come through. */
  async function load(part: string | null): Promise<void> {
    try {
      const [summary, map] = await Promise.all([api.cluster.get(), api.cluster.shards()]);
      takeCluster(summary);
      takeShards(map);
      if (part === 'grains') grains.value = await api.cluster.grains();
      else if (part === 'methods') methods.value = await api.cluster.methods();
      else if (part === 'reminders') reminders.value = await api.cluster.reminders();
      else if (part === 'history') history.value = await api.cluster.history();
    } catch (error) {
      problem.value = Problem.from(error);
    }
  }

  return { cluster, shards, grains, methods, reminders, history, problem, series, totals, movedAt, movesSeen, silos, live, ended, colorOf, take, load };
});

export const isLive = (silo: Silo): boolean => silo.state === 'active' || silo.state === 'suspect' || silo.state === 'draining';

/** 0.4.0+1a2b3c4 of a build that names its whole commit. */
export const shortBuild = (build: string): string => build.replace(/\+([0-9a-f]{7})[0-9a-f]*$/, '+$1');

/** erp-3 of erp-3@7. */
export const nameOf = (silo: string): string => silo.slice(0, Math.max(0, silo.lastIndexOf('@'))) || silo;
