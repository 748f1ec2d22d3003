import { computed, onScopeDispose, ref, shallowRef, triggerRef, watch, type Ref } from 'vue';
import { isAbort } from '@/api/client';
import { api } from '@/api/endpoints';
import { Problem } from '@/api/problem';
import type { LatestValue } from '@/api/types';
import { alignedQuery, chooseStep, lengthOf, type Range } from '@/charts/range';
import { append, lineKey, linesOf, trim, type Line } from '@/charts/series';

/** Up to this length live values are appended as they come; longer ranges are asked for again once a step has passed. */
const liveLengthMax = 3_600_000;

/**
 * The series of one server's charts over one range: asked for in one query, then kept alive by the server's live stream.
 * `lines` is one shallow list; `by` gives a metric's lines.
 */
export function useServerSeries(server: string, metrics: Ref<readonly string[]>, range: Ref<Range>) {
  const lines = shallowRef<Line[]>([]);
  const loaded = ref(false);
  const problem = shallowRef<Problem | null>(null);
  const to = ref(Date.now());
  const from = computed(() => (range.value.kind === 'fixed' ? range.value.from : to.value - range.value.milliseconds));
  const step = computed(() => chooseStep(lengthOf(range.value)));
  let abort: AbortController | null = null;
  let lastValueAt = 0;

  async function load(): Promise<void> {
    abort?.abort();
    const own = (abort = new AbortController());
    const asked = alignedQuery(range.value);
    try {
      const answer = await api.metrics.query(
        { server, match: metrics.value, ...asked, fn: 'average', limit: 1_000 },
        own.signal,
      );
      if (abort !== own) return;
      lines.value = linesOf(answer);
      to.value = range.value.kind === 'fixed' ? range.value.to : Date.now();
      problem.value = null;
      loaded.value = true;
    } catch (error) {
      if (isAbort(error) || abort !== own) return;
      problem.value = Problem.from(error);
    }
  }

  function take(values: readonly LatestValue[]): void {
    if (range.value.kind === 'fixed' || lengthOf(range.value) > liveLengthMax || !loaded.value) return;
    const byKey = new Map(lines.value.map((line) => [line.key, line]));
    for (const value of values) {
      const key = lineKey(value.labels);
      let line = byKey.get(key);
      if (line === undefined) {
        line = { key, labels: value.labels, points: [], weight: 1 };
        lines.value.push(line);
        byKey.set(key, line);
      }
      append(line, value.at, value.value, step.value);
      lastValueAt = Math.max(lastValueAt, value.at);
    }
    // The window's end follows this browser's clock, yet never falls behind the samples.
    to.value = Math.max(Date.now(), lastValueAt);
    for (const line of lines.value) trim(line, from.value);
    triggerRef(lines);
  }

  watch([range, metrics], () => {
    loaded.value = false;
    void load();
  });
  void load();
  const timer = setInterval(() => {
    const long = lengthOf(range.value) > liveLengthMax;
    if (range.value.kind === 'last' && !document.hidden && (problem.value !== null || (long && Date.now() - to.value > step.value))) void load();
  }, 10_000);
  onScopeDispose(() => {
    clearInterval(timer);
    abort?.abort();
  });

  const by = computed(() => {
    const groups = new Map<string, Line[]>();
    for (const line of lines.value) {
      const name = line.labels.__name__ ?? '';
      const group = groups.get(name);
      if (group) group.push(line);
      else groups.set(name, [line]);
    }
    return groups;
  });
  return { lines, by, from, to, step, loaded, problem, load, take };
}
