import { useI18n } from 'vue-i18n';
import type { Comparison, Signal } from '@/api/types';
import { metricForm } from '@/format/metrics';
import type { Unit } from '@/format/units';
import { useFormat } from '@/format/useFormat';
import { useMetricName } from '@/language/useMetricName';

interface Condition {
  metric: string;
  signal: Signal;
  comparison: Comparison;
  threshold: number;
  recovery: number | null;
  forSeconds: number;
  labels: string;
}

export function ruleUnit(metric: string, signal: Signal): Unit {
  if (signal === 'anomaly') return 'ratio';
  const { unit } = metricForm(metric);
  return signal !== 'rate' ? unit : unit === 'bytes' ? 'bytesPerSecond' : 'perSecond';
}

/** A rule's condition as a sentence. */
export function useRuleWords() {
  const { t } = useI18n();
  const format = useFormat();
  const metricName = useMetricName();

  const series = (rule: Condition) => {
    const name = rule.labels === '' ? metricName(rule.metric) : t('cause.series', { metric: metricName(rule.metric), labels: rule.labels });
    return rule.signal === 'anomaly' ? t('rules.anomalyOf', { metric: name }) : rule.signal === 'rate' ? t('rules.rateOf', { metric: name }) : name;
  };
  const isFlag = (rule: Condition) => rule.signal === 'value' && rule.comparison === 'below' && ruleUnit(rule.metric, rule.signal) === 'flag';
  const fires = (rule: Condition) => {
    const words = { series: series(rule), comparison: t(`rules.comparisons.${rule.comparison}`), threshold: format.value(rule.threshold, ruleUnit(rule.metric, rule.signal)), duration: format.duration(rule.forSeconds) };
    if (isFlag(rule)) return t('rules.firesDown', words);
    return t(rule.forSeconds > 0 ? 'rules.fires' : 'rules.firesAtOnce', words);
  };
  const recovers = (rule: Condition) => {
    if (isFlag(rule)) return t('rules.recoversUp');
    const unit = ruleUnit(rule.metric, rule.signal);
    const value = format.value(rule.recovery ?? rule.threshold, unit);
    // At the threshold itself nothing fires: it is already well.
    return t('rules.recovers', { recovery: t(rule.comparison === 'above' ? 'rules.orEqual' : 'rules.orMore', { value }) });
  };
  return { fires, recovers };
}
