import { useI18n } from 'vue-i18n';
import en from './en';

const names: Readonly<Record<string, string>> = en.ruleName;
const texts: Readonly<Record<string, string>> = en.ruleText;

/** Names and descriptions of the rules that a fleet begins with, in the person's language; once somebody has worded them anew, as worded. */
export function useRuleTexts() {
  const { t } = useI18n();
  return {
    name: (id: string, name: string): string => (names[id] === name ? t(`ruleName.${id}`) : name),
    description: (id: string, text: string | null): string | null => (text !== null && texts[id] === text ? t(`ruleText.${id}`) : text),
  };
}
