import { expect, test } from 'vitest';
import { formatAge, formatClock, formatRelative } from './times';

const now = Date.UTC(2026, 10, 21, 12, 0, 0);

test.each([
  [-3_000, '3 sec ago', '3秒前'],
  [-90_000, '1 min ago', '1分钟前'],
  [-7_200_000, '2 hr ago', '2小时前'],
  [86_400_000, 'tomorrow', '明天'],
])('%d ms from now is said in words', (offset, english, chinese) => {
  expect(formatRelative(now + offset, now, 'en-GB')).toBe(english);
  expect(formatRelative(now + offset, now, 'zh-CN')).toBe(chinese);
});

test('an age has one unit and is never negative', () => {
  expect(formatAge(now - 12 * 60_000, now, 'en-GB')).toBe('12 mins');
  expect(formatAge(now + 5_000, now, 'en-GB')).toBe('0 secs');
});

test('the clock has 24 hours, midnight being 00', () => expect(formatClock(new Date(2026, 0, 1, 0, 5, 9), 'en-GB')).toBe('00:05:09'));
