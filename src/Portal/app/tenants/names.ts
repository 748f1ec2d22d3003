import { defineStore } from 'pinia';
import { reactive } from 'vue';
import { api } from '@/api/endpoints';

/** Names of tenants by their ids, as far as some page has met them. */
export const useTenantNames = defineStore('tenant-names', () => {
  const known = reactive(new Map<string, string>());
  const add = (tenants: readonly { id: string; name: string }[]): void => {
    for (const tenant of tenants) known.set(tenant.id, tenant.name);
  };
  /** Asks for a name that is not known yet. */
  async function need(id: string | null): Promise<void> {
    if (id === null || known.has(id)) return;
    known.set(id, id);
    try {
      add([await api.tenants.get(id)]);
    } catch {
      // The id stands in for the name.
    }
  }
  const name = (id: string): string => known.get(id) ?? id;
  return { add, need, name };
});
