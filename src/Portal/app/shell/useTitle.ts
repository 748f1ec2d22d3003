import { watchEffect } from 'vue';

/** The document's title, in the person's language. */
export function useTitle(title: () => string): void {
  watchEffect(() => (document.title = `${title()} · Orrery`));
}
