import { onScopeDispose, type Ref } from 'vue';

/**
 * Asks again every so often, while the page is looked at and nothing is under way.
 * @param when Whether there is something to ask now.
 */
export function useReloading(load: { loading: Ref<boolean>; reload: () => Promise<void> }, milliseconds: number, when: () => boolean = () => true): void {
  const timer = setInterval(() => {
    if (!document.hidden && !load.loading.value && when()) void load.reload();
  }, milliseconds);
  onScopeDispose(() => clearInterval(timer));
}
