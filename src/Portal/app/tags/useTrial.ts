import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import { isAbort } from '@/api/client';
import { Problem } from '@/api/problem';

const typingMilliseconds = 400;

/** What a draft would do, asked a moment after the last change; an answer that was overtaken is thrown away. `key` is null where there is nothing to ask yet. */
export function useTrial<T>(key: () => string | null, ask: (signal: AbortSignal) => Promise<T>) {
  const trial = shallowRef<T | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const busy = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort: AbortController | null = null;

  async function run(): Promise<void> {
    const own = (abort = new AbortController());
    try {
      const found = await ask(own.signal);
      if (abort !== own) return;
      trial.value = found;
      problem.value = null;
    } catch (error) {
      if (abort !== own || isAbort(error)) return;
      trial.value = null;
      problem.value = Problem.from(error);
    }
    busy.value = false;
  }

  watch(key, (next) => {
    clearTimeout(timer);
    abort?.abort();
    abort = null;
    problem.value = null;
    busy.value = next !== null;
    if (next === null) trial.value = null;
    else timer = setTimeout(() => void run(), typingMilliseconds);
  }, { immediate: true });
  onScopeDispose(() => {
    clearTimeout(timer);
    abort?.abort();
  });
  return { trial, problem, busy };
}
