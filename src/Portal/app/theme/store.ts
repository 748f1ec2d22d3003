import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import { recall, remember } from '@/common/memory';

export type ThemeChoice = 'light' | 'dark' | 'system';
export const themeChoices: readonly ThemeChoice[] = ['light', 'dark', 'system'];

/** Which theme holds. The choice is kept in this browser under the name that public/theme-boot.js reads before the first paint. */
export const useTheme = defineStore('theme', () => {
  const stored = recall('theme');
  const choice = ref<ThemeChoice>(themeChoices.find((known) => known === stored) ?? 'system');
  const media = matchMedia('(prefers-color-scheme: dark)');
  const systemDark = ref(media.matches);
  media.addEventListener('change', (event) => (systemDark.value = event.matches));

  const dark = computed(() => choice.value === 'dark' || (choice.value === 'system' && systemDark.value));
  watch(dark, (value) => document.documentElement.classList.toggle('dark', value), { immediate: true, flush: 'sync' });
  watch(choice, (value) => remember('theme', value));
  return { choice, dark };
});

/** A token's value as the theme has it now, for what is drawn on a canvas. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
