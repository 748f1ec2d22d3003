import { expect, test } from 'vitest';
import { draftOf, readWaves, specOf, withPassword } from './draft';
import { actionsOf, isUnderWay, lookOf, shareOf, withRate, type JobRun, type JobState } from './types';

test('what may be asked follows from the state', () => {
  expect(actionsOf('running')).toEqual(['pause', 'cancel']);
  expect(actionsOf('paused')).toContain('resume');
  expect(actionsOf('failed')).toContain('start');
  expect(actionsOf('cancelling')).toEqual([]);
  const states: JobState[] = ['assessing', 'waiting', 'leased', 'running', 'pausing', 'cancelling'];
  expect(states.every(isUnderWay)).toBe(true);
  expect(isUnderWay('done')).toBe(false);
});

test('throughput is what came since the last look, and has a hole where another attempt began', () => {
  const first = withRate([], 1_000, { at: 0, rows: 0 }, 1_000, 10);
  expect(first).toEqual([[1_000, 1_000]]);
  expect(withRate(first, 10, { at: 1_000, rows: 1_000 }, 2_000, 10)[1]).toEqual([2_000, null]);
  expect(withRate(first, 3_000, { at: 1_000, rows: 1_000 }, 2_000, 1)).toEqual([[2_000, 2_000]]);
  expect(withRate(first, 3_000, null, 2_000, 1)).toEqual(first);
});

test('a job that is done and whose certificate is not equal differs', () => {
  const run: JobRun = { number: 1, startedBy: 'a', startedAt: '', endedAt: '', state: 'done', isGood: false, summary: '', rows: 0, rejects: 0, attempts: 1, hasCertificate: true };
  expect(lookOf({ state: 'done', lastRun: run })).toBe('differs');
  expect(lookOf({ state: 'running', lastRun: run })).toBe('running');
  expect(shareOf(null)).toBe(0);
});

test('a password goes into its address and nowhere else', () => {
  expect(withPassword('mysql://root@db:3306/shop', 'a@b/c')).toBe('mysql://root:a%40b%2Fc@db:3306/shop');
  expect(withPassword('sqlite:/data/x.db', 'secret')).toBe('sqlite:/data/x.db');
  expect(withPassword(' mysql://root:old@db/shop ', '')).toBe('mysql://root:old@db/shop');
  const spec = specOf({ ...draftOf(null), from: 'mysql://a@b/c', to: 'sqlite:x', tables: 'one, two' }, null);
  expect(spec.definition).toMatchObject({ kind: 'migrate', from: 'mysql://a@b/c', tables: ['one', 'two'], parallel: 2, hours: null });
  expect(specOf({ ...draftOf(null), kind: 'verify' }, null).definition).not.toHaveProperty('parallel');
  expect(() => specOf({ ...draftOf(null), kind: 'other', json: '{' }, null)).toThrow();
});

test('a split job names its agent, and only kinds that can be split are', () => {
  const split = { ...draftOf(null), placement: 'split' as const, runsOn: 'berlin/erp-01', from: 'mysql://a@b/c', to: 'postgresql://d@e/f', follow: true };
  expect(specOf(split, null)).toMatchObject({ runsOn: 'berlin/erp-01', isSplit: true, definition: { follow: false } });
  expect(specOf({ ...split, placement: 'agent' }, null)).toMatchObject({ isSplit: false, definition: { follow: true } });
  expect(specOf({ ...split, placement: 'silo' }, null)).toMatchObject({ runsOn: '', isSplit: false });
  expect(specOf({ ...split, kind: 'datax', file: '{"job":{}}', define: ' day = 2024-05-06 \n' }, null)).toMatchObject({ isSplit: false, definition: { kind: 'datax', file: { job: {} }, define: { day: '2024-05-06' } } });
});

test('waves are percentages and tags', () => expect(readWaves('pilot, 5; 25.5% 100', 2)).toEqual([{ percent: 0, tag: 'pilot', hours: 2 }, { percent: 5, tag: '', hours: 2 }, { percent: 25.5, tag: '', hours: 2 }, { percent: 100, tag: '', hours: 2 }]));
