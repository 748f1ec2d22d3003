import { computed, onScopeDispose, ref, watch, type Ref } from 'vue';
import { useLive } from '@/live/useLive';
import { useCluster } from './store';

/** Between questions where the stream does not come through. */
const pollMilliseconds = 5_000;

/** Keeps the cluster's store alive while a page of it is shown; `part` is what the page shows beyond silos and shards. */
export function useClusterLive(part: Ref<string | null>) {
  const store = useCluster();
  const refused = ref(false);
  const source = computed(() => (refused.value ? null : { url: '/cluster/live', query: { parts: part.value } }));
  const live = useLive(source, store.take, (problem) => {
    refused.value = true;
    store.problem = problem;
  });
  void store.load(part.value);
  watch(part, (next) => {
    if (live.state.value !== 'live' || live.paused.value) void store.load(next);
  });
  const timer = setInterval(() => {
    if (!document.hidden && !live.paused.value && live.state.value !== 'live' && !refused.value) void store.load(part.value);
  }, pollMilliseconds);
  onScopeDispose(() => clearInterval(timer));
  return { store, live };
}
