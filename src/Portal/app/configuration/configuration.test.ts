import { expect, test } from 'vitest';
import { readWaves } from './types';

test('Waves are read as a person writes them, in either punctuation', () => {
  expect(readWaves('pilot:30, 10:60，100：5')).toEqual([{ percent: 0, minutes: 30, tag: 'pilot' }, { percent: 10, minutes: 60, tag: null }, { percent: 100, minutes: 5, tag: null }]);
  expect(readWaves('')).toEqual([]);
  for (const wrong of ['10', '10:0', ':5', '10:x', '1:2:3']) expect(readWaves(wrong)).toBeNull();
});
