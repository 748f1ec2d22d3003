import { expect, test, vi } from 'vitest';
import { effectScope, ref } from 'vue';
import { flatten, wordsOf } from '@/about/fields';
import { makePassword } from '@/users/makePassword';
import { isId, toId } from './ids';
import { useLoad } from './useLoad';

test('ids are made from names, and checked as the server checks them', () => {
  expect(toId('Acme Façade GmbH & Co.')).toBe('acme-facade-gmbh-co.');
  expect(toId('华信食品')).toBe('');
  expect(isId('a.b_c-1')).toBe(true);
  for (const bad of ['', '-a', 'A', 'a b', 'a'.repeat(65)]) expect(isId(bad)).toBe(false);
});

test('made passwords are long enough and differ', () => {
  const made = new Set(Array.from({ length: 50 }, makePassword));
  expect(made.size).toBe(50);
  for (const password of made) expect(password).toMatch(/^[A-Za-z2-9]{18}$/);
});

test('nested figures are shown by their paths', () => {
  expect(flatten({ a: 1, b: { c: 2, d: null }, e: [1] })).toEqual([{ path: 'a', value: 1 }, { path: 'b.c', value: 2 }]);
  expect(wordsOf('log.samplesPerSecond')).toBe('Log · samples per second');
});

test('an answer that was overtaken by a newer question is thrown away', async () => {
  const answers: ((value: string) => void)[] = [];
  const source = ref(1);
  const scope = effectScope();
  const load = scope.run(() => useLoad(() => new Promise<string>((resolve) => answers.push(resolve)), [source]))!;
  source.value = 2;
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]!('new');
  answers[0]!('old');
  await vi.waitFor(() => expect(load.data.value).toBe('new'));
  expect(load.loading.value).toBe(false);
  scope.stop();
});

test('a failure while data is shown keeps the data', async () => {
  const scope = effectScope();
  let fail = false;
  const load = scope.run(() => useLoad(async () => (fail ? Promise.reject(new Error('x')) : 'data')))!;
  await vi.waitFor(() => expect(load.data.value).toBe('data'));
  fail = true;
  await load.reload();
  expect(load.data.value).toBe('data');
  expect(load.problem.value).not.toBeNull();
  scope.stop();
});
