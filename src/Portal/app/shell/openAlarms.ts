import { defineStore } from 'pinia';
import { onScopeDispose, ref } from 'vue';
import { api } from '@/api/endpoints';

/** How many alarms are open: the number beside the navigation's entry. Refreshed twice a minute and after every change made here. */
const useStore = defineStore('open-alarms', () => {
  const count = ref(0);
  async function refresh(): Promise<void> {
    try {
      count.value = (await api.alarms.list({ open: true, limit: 1 })).total;
    } catch {
      // A badge is not worth a message: pages that show alarms say what is wrong. The last number stays.
    }
  }
  return { count, refresh };
});

export function useOpenAlarms() {
  const store = useStore();
  void store.refresh();
  const timer = setInterval(() => {
    if (!document.hidden) void store.refresh();
  }, 30_000);
  onScopeDispose(() => clearInterval(timer));
  return store;
}

export const useOpenAlarmCount = useStore;
