import { computed, watch, type WritableComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { recall, remember } from '@/common/memory';
import { useSession } from '@/session/store';

const memory = 'sql.tenant';

/**
 * The tenant that a page is about: the person's own, else the one in the address; null: none is chosen.
 * @param remembers Whether the page cannot do without one: then the one that was chosen last is taken.
 */
export function useTenantQuery(remembers = false): WritableComputedRef<string | null> {
  const route = useRoute();
  const router = useRouter();
  const session = useSession();
  const tenant = computed<string | null>({
    get: () => session.tenant ?? (typeof route.query.tenant === 'string' ? route.query.tenant : remembers ? recall(memory) : null),
    set: (value) => void router.replace({ query: { ...route.query, tenant: value ?? undefined } }),
  });
  if (remembers) watch(tenant, (value) => session.tenant === null && value !== null && remember(memory, value), { immediate: true });
  return tenant;
}
