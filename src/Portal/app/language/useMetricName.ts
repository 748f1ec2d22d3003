import { useI18n } from 'vue-i18n';

/** A metric's name for people: `CPU usage` for known ones, else the name itself. */
export function useMetricName() {
  const { t, te } = useI18n();
  return (metric: string) => (te(`metric.${metric}`) || te(`metric.${metric}`, 'en') ? t(`metric.${metric}`) : metric);
}
