import { defineStore } from 'pinia';
import { onScopeDispose, ref } from 'vue';
import { api } from '@/api/endpoints';

/** How many news are not read: the number at the bell. Refreshed twice a minute, and after every reading. */
export const useUnread = defineStore('unread-news', () => {
  const count = ref(0);
  async function refresh(): Promise<void> {
    try {
      count.value = (await api.inbox.unread()).unread;
    } catch {
      // A badge is not worth a message. The last number stays.
    }
  }
  return { count, refresh };
});

export function useFollowedUnread() {
  const store = useUnread();
  void store.refresh();
  const timer = setInterval(() => {
    if (!document.hidden) void store.refresh();
  }, 30_000);
  onScopeDispose(() => clearInterval(timer));
  return store;
}
