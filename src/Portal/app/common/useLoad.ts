import { onScopeDispose, ref, shallowRef, watch, type WatchSource } from 'vue';
import { isAbort } from '@/api/client';
import { Problem } from '@/api/problem';

/**
 * Loads data when `sources` change and when asked again. While it loads again, the old data stays;
 * an answer that was overtaken by a newer question is thrown away.
 */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, sources: WatchSource[] = []) {
  const data = shallowRef<T | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const loading = ref(true);
  let current: AbortController | null = null;

  async function run(): Promise<void> {
    current?.abort();
    const abort = new AbortController();
    current = abort;
    loading.value = true;
    try {
      const result = await load(abort.signal);
      if (current !== abort) return;
      data.value = result;
      problem.value = null;
    } catch (error) {
      if (current !== abort || isAbort(error)) return;
      problem.value = Problem.from(error);
    } finally {
      if (current === abort) loading.value = false;
    }
  }

  /** Forgets the data: what comes next is something else. */
  async function reset(): Promise<void> {
    data.value = null;
    problem.value = null;
    await run();
  }

  if (sources.length > 0) watch(sources, () => void reset());
  void run();
  onScopeDispose(() => current?.abort());
  return { data, problem, loading, reload: run };
}
