import { createI18n } from 'vue-i18n';
import { nextTick, shallowRef, watch } from 'vue';
import type { Language as ElementLanguage } from 'element-plus/es/locale/index.mjs';
import { recall, remember } from '@/common/memory';
import en from './en';

export type Language = 'en' | 'zh';
export const languages: readonly Language[] = ['zh', 'en'];
export type Messages = typeof en;

/** The language a browser would like, if none was chosen. */
export function preferredLanguage(stored: string | null, browser: readonly string[]): Language {
  const chosen = languages.find((known) => known === stored);
  if (chosen !== undefined) return chosen;
  for (const tag of browser) {
    if (tag.toLowerCase().startsWith('zh')) return 'zh';
    if (tag.toLowerCase().startsWith('en')) return 'en';
  }
  return 'en';
}

export const i18n = createI18n({
  legacy: false,
  locale: 'en' as Language,
  fallbackLocale: 'en',
  messages: { en } as Record<Language, Messages>,
  missingWarn: false,
  fallbackWarn: false,
});

/** The texts inside Element Plus' own components. */
export const elementLanguage = shallowRef<ElementLanguage>();

async function load(language: Language): Promise<void> {
  if (language === 'zh') {
    const [messages, element] = await Promise.all([import('./zh'), import('element-plus/es/locale/lang/zh-cn.mjs')]);
    i18n.global.setLocaleMessage('zh', messages.default);
    elementLanguage.value = element.default;
  } else {
    elementLanguage.value = (await import('element-plus/es/locale/lang/en.mjs')).default;
  }
}

export async function setLanguage(language: Language): Promise<void> {
  await load(language);
  i18n.global.locale.value = language;
  remember('language', language);
  await nextTick();
}

export async function startLanguage(): Promise<void> {
  const language = preferredLanguage(recall('language'), navigator.languages);
  await load(language);
  i18n.global.locale.value = language;
  watch(i18n.global.locale, (value) => (document.documentElement.lang = value === 'zh' ? 'zh-CN' : 'en'), { immediate: true });
}

/** The tag by which numbers and times are written. */
export function localeTag(language: string): string {
  return language === 'zh' ? 'zh-CN' : 'en-GB';
}
