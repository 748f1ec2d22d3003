import { useI18n } from 'vue-i18n';
import type { Alarm, Cause } from '@/api/types';
import { metricForm } from '@/format/metrics';
import { useFormat } from '@/format/useFormat';
import { useMetricName } from './useMetricName';

const spokenArguments = new Set(['metric', 'name', 'value', 'threshold', 'comparison', 'labels', 'rule', 'ruleName', 'signal', 'score', 'lastSampleAt', '__name__', 'server', 'seconds', 'since']);

/** The labels that tell one series from its sisters, `mount=/data`. */
function labelText(values: Record<string, string>): string {
  const own = Object.entries(values).filter(([name]) => !spokenArguments.has(name));
  const parts = own.map(([name, value]) => `${name}=${value}`);
  if (values.labels !== undefined && values.labels !== '' && values.labels !== '{}') parts.push(values.labels.replace(/^\{|\}$/g, ''));
  return parts.join(', ');
}

/** What lowered a score, in the person's language, made from the cause's code and arguments; the server's English text where that cannot be done. */
export function useCauseText() {
  const { t, te } = useI18n();
  const format = useFormat();
  const metricName = useMetricName();

  const ruleName = (id: string, name: string) => (te(`ruleName.${id}`) ? t(`ruleName.${id}`) : name);

  const comparison = (metric: string, labels: string, value: number, threshold: number, below: boolean, signal: string | undefined) => {
    const unit = signal === 'anomaly' ? 'ratio' : metricForm(metric).unit;
    const name = labels === '' ? metricName(metric) : t('cause.series', { metric: metricName(metric), labels });
    if (signal === 'anomaly') return t('cause.anomaly', { metric: name });
    if (unit === 'flag' && below) return t('cause.down', { metric: name });
    return t(below ? 'cause.below' : 'cause.above', { metric: name, value: format.value(value, unit), threshold: format.value(threshold, unit) });
  };

  const cause = (item: Cause): string => {
    const values = item.arguments;
    const metric = values.metric ?? values.name ?? values.__name__;
    if (item.kind === 'silent') return values.lastSampleAt !== undefined ? t('cause.silentSince', { at: format.relative(values.lastSampleAt) }) : t('cause.silent');
    if (metric === undefined) return item.text;
    if (item.kind === 'anomaly') {
      const labels = labelText(values);
      return t('cause.anomaly', { metric: labels === '' ? metricName(metric) : t('cause.series', { metric: metricName(metric), labels }) });
    }
    const value = Number(values.value);
    const threshold = Number(values.threshold);
    if (!Number.isFinite(value) || !Number.isFinite(threshold)) return item.text;
    const below = values.comparison === undefined ? value < threshold : values.comparison.toLowerCase() === 'below';
    return comparison(metric, labelText(values), value, threshold, below, values.signal);
  };

  const alarm = (item: Alarm): string => {
    const metric = item.labels.__name__;
    if (metric === undefined) return item.text;
    return comparison(metric, labelText(item.labels), item.value, item.threshold, item.comparison === 'below', item.threshold <= 1 && item.text.includes('anomal') ? 'anomaly' : undefined);
  };

  return { cause, alarm, ruleName };
}
