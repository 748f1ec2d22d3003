import { describe, expect, test } from 'vitest';
import { cellAt, centre, layOut } from './honeycomb';
import { selector } from './match';
import { alignedQuery, chooseStep, lastRanges, readRange, stepMin, writeRange } from './range';
import { binaryScale, largest } from './scale';
import { append, lineKey, linesOf, trim, type Line } from './series';

describe('the step of a query', () => {
  test.each(lastRanges.map((range) => [range.name, range.milliseconds] as const))('%s has neither too many points nor too few', (_name, milliseconds) => {
    const step = chooseStep(milliseconds);
    expect(milliseconds / step).toBeLessThanOrEqual(240);
    expect(step === stepMin || milliseconds / step >= 60).toBe(true);
  });
  test('is never finer than agents send', () => expect(chooseStep(1_000)).toBe(stepMin));
  test('grows beyond its list for very long ranges', () => expect(chooseStep(10 * 365 * 86_400_000)).toBeGreaterThan(86_400_000));
  test('both ends lie on its grid', () => {
    const { from, to, step } = alignedQuery({ kind: 'last', name: '1h', milliseconds: 3_600_000 }, 1_700_000_001_234);
    expect([from % step, to % step]).toEqual([0, 0]);
    expect(to).toBeGreaterThanOrEqual(1_700_000_001_234);
  });
});

test('a range survives the page’s address', () => {
  for (const range of [{ kind: 'last', ...lastRanges[4] } as const, { kind: 'fixed', from: 1_000_000, to: 2_000_000 } as const]) expect(readRange(writeRange(range))).toEqual(range);
  expect(readRange({ from: '5', to: '1' }).kind).toBe('last');
});

describe('series', () => {
  const line = (points: Line['points']): Line => ({ key: 'k', labels: {}, points, weight: 1 });
  test('the order of labels and the server do not make another series', () => expect(lineKey({ server: 'a', b: '2', __name__: 'x' })).toBe(lineKey({ __name__: 'x', b: '2' })));
  test('empty ends of an answer are cut off, gaps inside stay', () => {
    const [found] = linesOf({ start: 0, step: 10, points: 5, resolution: 'raw', series: [{ labels: { __name__: 'x' }, values: [null, 1, null, 3, null] }] });
    expect(found!.points).toEqual([[10, 1], [20, null], [30, 3]]);
  });
  test('live values are averaged within a step and open the next one', () => {
    const own = line([[0, 10]]);
    append(own, 4, 20, 10);
    expect(own.points).toEqual([[0, 15]]);
    append(own, 12, 7, 10);
    append(own, 3, 99, 10);
    expect(own.points).toEqual([[0, 15], [10, 7]]);
  });
  test('a long silence leaves a gap', () => {
    const own = line([[0, 1]]);
    append(own, 100, 2, 10);
    expect(own.points).toEqual([[0, 1], [10, null], [100, 2]]);
  });
  test('what slides out of the window is dropped but for one point', () => {
    const own = line([[0, 1], [10, 2], [20, 3], [30, 4]]);
    trim(own, 25);
    expect(own.points).toEqual([[20, 3], [30, 4]]);
  });
});

describe('the honeycomb', () => {
  test.each([1, 40, 1_000, 5_000])('finds each of %d cells at its centre', (count) => {
    const comb = layOut(count, 600, 240);
    for (let index = 0; index < count; index += Math.ceil(count / 50)) {
      const { x, y } = centre(comb, index);
      expect(cellAt(comb, count, x, y)).toBe(index);
      expect(x + comb.radius * 0.87).toBeLessThanOrEqual(601);
      expect(y + comb.radius).toBeLessThanOrEqual(comb.height);
    }
  });
  test('there is nothing outside', () => expect(cellAt(layOut(3, 600, 240), 3, 590, 200)).toBe(-1));
});

test('ticks of bytes are round in binary prefixes', () => {
  expect(binaryScale(600 * 1_024)).toEqual({ min: 0, max: 600 * 1_024, interval: 200 * 1_024 });
  expect(binaryScale(0).max).toBeGreaterThan(0);
});

test('stacked lines are as high as their sum', () => {
  const lines = [{ points: [[0, 1], [1, 5]] as [number, number][] }, { points: [[0, 2], [1, null]] as [number, number | null][] }];
  expect(largest(lines, true)).toBe(5);
  expect(largest(lines, false)).toBe(5);
  expect(largest([lines[0]!, { points: [[1, 4]] }], true)).toBe(9);
});

test('quotes and backslashes in a label cannot end the selector', () => {
  expect(selector('disk', { mount: 'C:\\"x"', other: '' })).toBe('disk{mount="C:\\\\\\"x\\""}');
  expect(selector('up')).toBe('up');
});
