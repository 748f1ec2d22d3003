import { expect, test } from 'vitest';
import { isLate, numbersOf, readOptions, textOf, writeOptions, type Review } from './types';

const review = (more: Partial<Review> = {}): Review => ({
  number: 1, form: 'till', formVersion: 2, subject: null, at: '2026-01-01T00:00:00Z', context: { version: null, module: null, language: null }, tags: [], sentiment: { label: 'neutral', score: 0, keywords: [] },
  moderation: { state: 'pending', reason: null, by: null, at: null }, reply: null, task: null, version: 1,
  answers: [{ question: 's', kind: 'stars', number: 3, text: null, choices: [], image: null }, { question: 'n', kind: 'nps', number: 9, text: null, choices: [], image: null }, { question: 't', kind: 'text', number: null, text: 'slow', choices: [], image: null }], ...more,
});

test('options are read as they are written', () => {
  const options = readOptions('pos 收银 | Till\nstock Stock');
  expect(options).toEqual([{ id: 'pos', title: { zh: '收银', en: 'Till' } }, { id: 'stock', title: { zh: 'Stock', en: 'Stock' } }]);
  expect(writeOptions(options!)).toBe('pos 收银 | Till\nstock Stock');
  expect(readOptions('Not an id')).toBeNull();
});

test('a review is said in a line', () => expect([numbersOf(review()), textOf(review())]).toEqual(['★★★ · NPS 9', 'slow']));

test('a review is late from its moment on, until it is done', () => {
  const due = Date.parse('2026-01-02T00:00:00Z'), task = { owner: 'ann', dueAt: '2026-01-02T00:00:00Z', doneAt: null };
  expect([isLate(review(), due), isLate(review({ task }), due - 1), isLate(review({ task }), due), isLate(review({ task: { ...task, doneAt: '2026-01-01T12:00:00Z' } }), due)]).toEqual([false, false, true, false]);
});
