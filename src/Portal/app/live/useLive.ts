import { onScopeDispose, ref, watch, type Ref } from 'vue';
import type { Query } from '@/api/client';
import type { Problem } from '@/api/problem';
import { LiveStream, type LiveState } from './stream';

export interface LiveSource {
  url: string;
  query?: Query;
}

/**
 * A live stream bound to a component: opened, changed and closed with `source`, resting while the tab is hidden,
 * paused and resumed by the person.
 */
export function useLive(source: Ref<LiveSource | null>, onEvent: (name: string, data: unknown) => void, onRefused?: (problem: Problem) => void) {
  const state = ref<LiveState>('connecting');
  const pausedByHand = ref(false);
  let stream: LiveStream | null = null;

  const apply = () => {
    if (pausedByHand.value) stream?.pause();
    else if (document.hidden) stream?.pause();
    else stream?.resume();
  };

  watch(
    source,
    (next) => {
      stream?.stop();
      stream = next === null ? null : new LiveStream({ ...next, onEvent, onRefused, onState: (value) => (state.value = value) });
      if (stream !== null) apply();
    },
    { immediate: true },
  );

  const toggle = () => {
    pausedByHand.value = !pausedByHand.value;
    apply();
  };
  document.addEventListener('visibilitychange', apply);
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', apply);
    stream?.stop();
  });
  return { state, paused: pausedByHand, toggle };
}
