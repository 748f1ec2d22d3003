import { useI18n } from 'vue-i18n';
import type { CheckSpec } from './types';

/** When a check runs, in words. */
export function useSchedule(): (spec: CheckSpec) => string {
  const { t } = useI18n();
  return (spec) => (spec.everyMinutes !== null ? t('checks.everyMinutes', { n: spec.everyMinutes }, spec.everyMinutes) : spec.at !== null ? t('checks.daily', { at: spec.at, zone: spec.timeZone }) : t('checks.way.none'));
}
