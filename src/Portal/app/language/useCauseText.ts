import { useI18n } from 'vue-i18n';
import type { Alarm, Cause, Labels, Signal } from '@/api/types';
import { metricForm } from '@/format/metrics';
import { useFormat } from '@/format/useFormat';
import { useMetricName } from './useMetricName';
import { useRuleTexts } from './useRuleTexts';

const labelPrefix = 'label.';
/** The seconds since the newest sample: not a stored series, but what the rule on silence looks at. */
const silentMetric = 'silent_seconds';
/** What an alarm of a flow counts: records that do not add up at a hop. */
const gapMetric = 'ledger_gap_records';

/** The labels that tell one series from its sisters: `/data`, or `database=erp, engine=mysql` where there are several. */
function labelText(labels: Labels): string {
  const own = Object.entries(labels).filter(([name]) => name !== '__name__' && name !== 'server');
  return own.length === 1 ? own[0]![1] : own.map(([name, value]) => `${name}=${value}`).join(', ');
}

function labelsOfCause(values: Record<string, string>): Labels {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name.startsWith(labelPrefix)).map(([name, value]) => [name.slice(labelPrefix.length), value]));
}

/** What the rule looked at. Only the English sentence tells it. */
export function signalOf(text: string): Signal {
  if (text.includes('the anomaly score of ')) return 'anomaly';
  return text.includes(' grows by ') ? 'rate' : 'value';
}

interface Condition {
  metric: string;
  labels: Labels;
  value: number;
  threshold: number;
  below: boolean;
  signal: Signal;
}

/** What lowered a score, in the person's language, made from the cause's code and arguments; the server's English text where that cannot be done. */
export function useCauseText() {
  const { t } = useI18n();
  const format = useFormat();
  const metricName = useMetricName();
  const texts = useRuleTexts();

  const say = ({ metric, labels, value, threshold, below, signal }: Condition): string => {
    const words = labelText(labels);
    const name = words === '' ? metricName(metric) : t('cause.series', { metric: metricName(metric), labels: words });
    if (signal === 'anomaly') return t('cause.anomaly', { metric: name });
    if (metric === silentMetric) return t('cause.silentFor', { span: format.duration(value) });
    const { unit } = metricForm(metric);
    if (signal === 'rate') return t('cause.rate', { metric: name, value: format.value(value, 'number'), threshold: format.value(threshold, 'number') });
    if (unit === 'flag') return below ? t('cause.down', { metric: name }) : name;
    return t(below ? 'cause.below' : 'cause.above', { metric: name, value: format.value(value, unit), threshold: format.value(threshold, unit) });
  };

  const cause = (item: Cause): string => {
    const values = item.arguments;
    if (item.code === 'silent') return t('cause.silentFor', { span: format.age(item.since) });
    if (item.code === 'more' && values.count !== undefined) return t('cause.more', { n: Number(values.count) });
    const value = Number(values.value);
    const threshold = Number(values.threshold);
    if (values.metric === undefined || !Number.isFinite(value) || !Number.isFinite(threshold)) return item.text;
    const signal = item.kind === 'anomaly' ? 'anomaly' : signalOf(item.text);
    return say({ metric: values.metric, labels: labelsOfCause(values), value, threshold, below: values.comparison === 'below', signal });
  };

  const alarm = (item: Alarm): string => {
    const metric = item.labels.__name__;
    if (metric === undefined) return item.text;
    if (metric === gapMetric) return t('cause.gap', { n: format.number(item.value, 0), hop: item.labels.hop ?? '', flow: item.labels.channel ?? '' });
    return say({ metric, labels: item.labels, value: item.value, threshold: item.threshold, below: item.comparison === 'below', signal: signalOf(item.text) });
  };

  return { cause, alarm, ruleName: texts.name };
}
