import { createApp, defineComponent } from 'vue';
import { expect, test } from 'vitest';
import type { Alarm, Cause } from '@/api/types';
import { i18n } from '.';
import { useCauseText } from './useCauseText';
import zh from './zh';

i18n.global.setLocaleMessage('zh', zh);

function speak<T>(language: 'en' | 'zh', say: (texts: ReturnType<typeof useCauseText>) => T): T {
  i18n.global.locale.value = language;
  let result!: T;
  const app = createApp(defineComponent({ setup: () => ((result = say(useCauseText())), () => null) })).use(i18n);
  app.mount(document.createElement('div'));
  app.unmount();
  return result;
}
const cause = (change: Partial<Cause>): Cause => ({ kind: 'alarm', text: 'fallback', code: 'cpu-high', arguments: {}, penalty: 25, since: new Date().toISOString(), severity: 'warning', alarm: 'a1', ...change });

test('a cause is said in both languages from its arguments', () => {
  const item = cause({ arguments: { name: 'CPU is busy', metric: 'cpu_usage_percent', value: '93.2', threshold: '85', comparison: 'above' } });
  expect(speak('en', (texts) => texts.cause(item))).toBe('CPU usage is 93.2%, above 85%');
  expect(speak('zh', (texts) => texts.cause(item))).toBe('CPU 使用率为 93.2%，高于 85%');
});

test('labels tell which of the series it is', () => {
  const many = cause({ arguments: { metric: 'db_locks_waiting', value: '9', threshold: '5', comparison: 'above', 'label.database': 'erp', 'label.engine': 'mysql' } });
  expect(speak('en', (texts) => texts.cause(many))).toBe('Waiting for locks (database=erp, engine=mysql) is 9, above 5');
  const item = cause({ arguments: { name: 'A disk fills up', metric: 'disk_used_percent', value: '91', threshold: '85', comparison: 'above', 'label.mount': '/data' } });
  expect(speak('en', (texts) => texts.cause(item))).toBe('Disk space used (/data) is 91%, above 85%');
});

test('a watched process that is down is not called a value below one', () => {
  const item = cause({ arguments: { metric: 'process_up', value: '0', threshold: '1', comparison: 'below', 'label.process': 'sqlservr' } });
  expect(speak('en', (texts) => texts.cause(item))).toBe('Watched process (sqlservr): down');
});

test('silence, anomalies and the rest of a long list have their own words', () => {
  expect(speak('zh', (texts) => texts.cause(cause({ kind: 'silent', code: 'silent', arguments: { minutes: '3' }, since: new Date(Date.now() - 180_000).toISOString() })))).toBe('已有 3分钟没有数据');
  expect(speak('en', (texts) => texts.cause(cause({ kind: 'anomaly', arguments: { metric: 'memory_used_percent', value: '0.95', threshold: '0.9', comparison: 'above' } })))).toBe('Memory used behaves unusually');
  expect(speak('en', (texts) => texts.cause(cause({ code: 'more', arguments: { count: '4' } })))).toBe('and 4 more alarms');
});

test('what cannot be said in the language is said as the server wrote it', () => {
  expect(speak('zh', (texts) => texts.cause(cause({ text: 'Something new.' })))).toBe('Something new.');
  expect(speak('zh', (texts) => texts.cause(cause({ text: 'Odd.', arguments: { metric: 'x', value: 'not a number', threshold: '1' } })))).toBe('Odd.');
});

test('a growth and an anomaly score are told from the alarm’s sentence', () => {
  const alarm = { labels: { __name__: 'db_deadlocks_total' }, value: 2, threshold: 1, comparison: 'above', text: 'Deadlocks: db_deadlocks_total grows by 2 a second, above 1' } as unknown as Alarm;
  expect(speak('en', (texts) => texts.alarm(alarm))).toBe('Deadlocks grows by 2 a second, threshold 1');
});

test('names of the first rules are translated until somebody words them anew', () => {
  expect(speak('zh', (texts) => texts.ruleName('cpu-high', 'CPU is busy'))).toBe('CPU 繁忙');
  expect(speak('zh', (texts) => texts.ruleName('cpu-high', 'Too hot'))).toBe('Too hot');
});
