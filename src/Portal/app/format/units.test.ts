import { describe, expect, test } from 'vitest';
import { metricForm, unitAfter } from './metrics';
import { formatBytes, formatDuration, formatValue } from './units';

describe('numbers with units', () => {
  test.each([
    [0, '0 B'],
    [512, '512 B'],
    [1_536, '1.5 KiB'],
    [1_023.9 * 1_024, '1 MiB'],
    [16 * 2 ** 30, '16 GiB'],
    [250 * 2 ** 30, '250 GiB'],
    [5 * 2 ** 60, '5,120 PiB'],
  ])('%d bytes are %s', (value, text) => expect(formatBytes(value, 'en-GB')).toBe(text));

  test.each([
    [12.345, 'percent', '12.3%'],
    [100, 'percent', '100%'],
    [0, 'percent', '0%'],
    [2_048, 'bytesPerSecond', '2 KiB/s'],
    [3.14159, 'perSecond', '3.14/s'],
    [1_234_567, 'count', '1.2m'],
    [4_031, 'milliseconds', '4,031 ms'],
    [0.84, 'microseconds', '0.8 µs'],
    [412.6, 'microseconds', '413 µs'],
    [4_120, 'microseconds', '4.12 ms'],
    [2_600, 'megahertz', '2.6 GHz'],
  ] as const)('%d as %s is %s', (value, unit, text) => expect(formatValue(value, unit, 'en-GB')).toBe(text));

  test('what is missing or not finite is a dash, not NaN', () => {
    for (const value of [null, undefined, NaN, Infinity]) expect(formatValue(value, 'percent', 'en-GB')).toBe('–');
  });

  test('a duration has its two largest units', () => {
    expect(formatDuration(93_784, 'en-GB')).toBe('1d 2h');
    expect(formatDuration(30, 'en-GB')).toBe('30s');
    expect(formatDuration(3_600, 'en-GB')).toBe('1h');
    expect(formatDuration(90, 'zh-CN')).toBe('1分钟 30秒');
  });

  test('Chinese writes numbers its own way', () => expect(formatValue(1_234_567, 'count', 'zh-CN')).toBe('123.5万'));

  test('a metric that nobody knows takes its unit from its name, as Prometheus names them', () => {
    expect(metricForm('node_filesystem_free_bytes').unit).toBe('bytes');
    expect(metricForm('http_requests_total').unit).toBe('count');
    expect(metricForm('db_cache_hit_percent')).toEqual({ unit: 'percent', max: 100 });
    expect(metricForm('whatever').unit).toBe('number');
  });

  test('a rate of bytes is bytes per second, and a count has no unit', () => {
    expect(unitAfter('bytes', 'rate')).toBe('bytesPerSecond');
    expect(unitAfter('percent', 'count')).toBe('count');
    expect(unitAfter('percent', 'average')).toBe('percent');
  });
});
