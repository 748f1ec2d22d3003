import { expect, test } from 'vitest';
import { check, countFires, furtherMatchers, metricOf, selectorOf } from './condition';

const rule = { comparison: 'above' as const, threshold: 85, recovery: 80, forSeconds: 30 };
const points = (values: (number | null)[]) => values.map((value, index) => [index * 10_000, value] as [number, number | null]);

test('a rule fires once for as long as it holds, hysteresis included', () => {
  expect(countFires(points([90, 90, 90, 90, 82, 90, 90, 90, 90]), rule)).toBe(1);
  expect(countFires(points([90, 90, 90, 90, 79, 90, 90, 90, 90]), rule)).toBe(2);
});

test('it must hold without a break for its whole duration', () => {
  expect(countFires(points([90, 90, 70, 90, 90, 70]), rule)).toBe(0);
  expect(countFires(points([90]), { ...rule, forSeconds: 0 })).toBe(1);
});

test('below works the other way round, and gaps change nothing', () => {
  expect(countFires(points([0, null, 0, 1, 0]), { comparison: 'below', threshold: 1, recovery: null, forSeconds: 20 })).toBe(1);
});

test('the form says what is missing', () => {
  const whole = { name: 'x', metric: 'm', comparison: 'above' as const, threshold: 1, recovery: null, forSeconds: 0, penalty: null };
  expect(check(whole)).toEqual({});
  expect(check({ ...whole, name: ' ', metric: '', threshold: null, forSeconds: -1, penalty: 101 })).toEqual({ name: 'needName', metric: 'needMetric', threshold: 'needThreshold', forSeconds: 'badFor', penalty: 'badPenalty' });
  expect(check({ ...whole, recovery: 2 })).toEqual({ recovery: 'badRecovery' });
  expect(check({ ...whole, comparison: 'below', recovery: 0 })).toEqual({ recovery: 'badRecovery' });
});

test('matchers become a selector', () => {
  const matchers = [{ label: '__name__', kind: 'equal' as const, value: 'disk' }, { label: 'mount', kind: 'notMatches' as const, value: '/snap/.*' }];
  expect(metricOf({ matchers })).toBe('disk');
  expect(selectorOf(metricOf({ matchers }), furtherMatchers({ matchers }))).toBe('disk{mount!~"/snap/.*"}');
});
