import type { Comparison, Matcher, Rule, Severity } from '@/api/types';
import type { Point } from '@/charts/series';

export const nameLabel = '__name__';
export const forSecondsMax = 86_400;
export const penaltyDefault: Readonly<Record<Severity, number>> = { information: 10, warning: 25, critical: 50 };

export function metricOf(rule: { matchers: readonly Matcher[] }): string {
  return rule.matchers.find((matcher) => matcher.label === nameLabel && matcher.kind === 'equal')?.value ?? '';
}

export function furtherMatchers(rule: { matchers: readonly Matcher[] }): Matcher[] {
  return rule.matchers.filter((matcher) => !(matcher.label === nameLabel && matcher.kind === 'equal'));
}

const signs = { equal: '=', notEqual: '!=', matches: '=~', notMatches: '!~' } as const;

/** The matchers as a selector of the query language. */
export function selectorOf(metric: string, matchers: readonly Matcher[]): string {
  const parts = matchers.filter((matcher) => matcher.label.trim() !== '').map((matcher) => `${matcher.label.trim()}${signs[matcher.kind]}"${matcher.value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`);
  return parts.length === 0 ? metric : `${metric}{${parts.join(',')}}`;
}

export interface RuleProblems {
  name?: 'needName';
  metric?: 'needMetric';
  threshold?: 'needThreshold';
  recovery?: 'badRecovery';
  forSeconds?: 'badFor';
  penalty?: 'badPenalty';
}

/** What a rule's form still lacks. */
export function check(rule: { name: string; metric: string; comparison: Comparison; threshold: number | null | undefined; recovery: number | null | undefined; forSeconds: number | null | undefined; penalty: number | null | undefined }): RuleProblems {
  const problems: RuleProblems = {};
  if (rule.name.trim() === '') problems.name = 'needName';
  if (rule.metric.trim() === '') problems.metric = 'needMetric';
  if (typeof rule.threshold !== 'number' || !Number.isFinite(rule.threshold)) problems.threshold = 'needThreshold';
  else if (typeof rule.recovery === 'number' && (rule.comparison === 'above' ? rule.recovery > rule.threshold : rule.recovery < rule.threshold)) problems.recovery = 'badRecovery';
  if (typeof rule.forSeconds !== 'number' || rule.forSeconds < 0 || rule.forSeconds > forSecondsMax) problems.forSeconds = 'badFor';
  if (typeof rule.penalty === 'number' && (rule.penalty < 0 || rule.penalty > 100)) problems.penalty = 'badPenalty';
  return problems;
}

/**
 * How often a rule would have fired over these points: it must hold without a break for `forSeconds`, and ends when the value
 * is on the other side of the recovery. An estimate: points are averages over their step.
 */
export function countFires(points: readonly Point[], rule: Pick<Rule, 'comparison' | 'threshold' | 'recovery' | 'forSeconds'>): number {
  const beyond = (value: number, limit: number) => (rule.comparison === 'above' ? value > limit : value < limit);
  let fires = 0;
  let since: number | null = null;
  let firing = false;
  for (const [at, value] of points) {
    if (value === null) continue;
    if (firing) {
      if (!beyond(value, rule.recovery ?? rule.threshold)) {
        firing = false;
        since = null;
      }
      continue;
    }
    if (!beyond(value, rule.threshold)) since = null;
    else {
      since ??= at;
      if (at - since >= rule.forSeconds * 1_000) {
        firing = true;
        fires++;
      }
    }
  }
  return fires;
}
