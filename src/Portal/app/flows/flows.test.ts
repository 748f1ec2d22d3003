import { describe, expect, test } from 'vitest';
import { canRepair, countStates, countsOf, progressOf } from './gaps';
import { layOut, levelsOf } from './layout';
import type { Gap } from './types';

const gap = (more: Partial<Gap>): Gap => ({
  id: '1', hop: 'lander', inside: false, origin: 'site', stamp: 7, stampFirst: 7, kind: 'missing', state: 'open', records: 3, counts: null, late: 0, openedAt: '2030-01-01T00:00:00Z', closedAt: null, repair: null, acceptedBy: null, note: null, ...more,
});
const repair = (more: object) => ({ state: 'sent' as const, wanted: 4, sent: 4, arrived: 0, by: 'ops', startedAt: '2030-01-01T00:00:00Z', reason: null, ...more });

describe('gaps', () => {
  test('count by their sums until both sides were compared', () => {
    expect(countsOf(gap({}))).toEqual({ missing: 3, doubled: 0, altered: 0, late: 0 });
    expect(countsOf(gap({ kind: 'late' }))).toEqual({ missing: 0, doubled: 0, altered: 0, late: 0 });
    expect(countsOf(gap({ records: -2 }))).toEqual({ missing: 0, doubled: 2, altered: 0, late: 0 });
    expect(countsOf(gap({ counts: { missing: 4, doubled: 1, altered: 2 }, late: 5 }))).toEqual({ missing: 4, doubled: 1, altered: 2, late: 5 });
  });

  test('can be sent again while something lacks and nobody does it', () => {
    const now = Date.parse('2030-01-01T00:01:00Z');
    expect(canRepair(gap({}), now)).toBe(true);
    expect(canRepair(gap({ records: -1 }), now)).toBe(false);
    expect(canRepair(gap({ kind: 'late' }), now)).toBe(false);
    expect(canRepair(gap({ state: 'closed' }), now)).toBe(false);
    expect(canRepair(gap({ repair: repair({ state: 'sending' }) }), now)).toBe(false);
    expect(canRepair(gap({ repair: repair({}) }), now)).toBe(false);
    expect(canRepair(gap({ repair: repair({}) }), now + 120_000)).toBe(true);
    expect(canRepair(gap({ repair: repair({ state: 'failed' }) }), now)).toBe(true);
  });

  test('show how far a repair came', () => {
    expect(progressOf(gap({}))).toBe(0);
    expect(progressOf(gap({ repair: repair({ sent: 2 }) }))).toBe(0.25);
    expect(progressOf(gap({ repair: repair({ arrived: 4 }) }))).toBe(1);
    expect(progressOf(gap({ repair: repair({ state: 'done', arrived: 0 }) }))).toBe(1);
  });

  test('windows are counted by state', () => expect(countStates(['closed', 'closed', 'gap', 'open'])).toEqual({ closed: 2, gap: 1, open: 1, sealed: 0 }));
});

describe('the picture', () => {
  const hops = [
    { id: 'agent', upstream: [] },
    { id: 'other', upstream: [] },
    { id: 'log', upstream: ['agent', 'other'] },
    { id: 'lander', upstream: ['log'] },
    { id: 'view', upstream: ['agent', 'log'] },
  ];
  const links = hops.flatMap((hop) => hop.upstream.map((from) => ({ from, to: hop.id })));
  const sizes = { nodeWidth: 100, nodeWidthMin: 80, nodeHeight: 50, gap: 40, space: 10 };

  test('puts a hop behind all that it takes from', () => expect(levelsOf(hops).map((node) => node.level)).toEqual([0, 0, 1, 2, 2]));

  test('lies where it is wide and stands where it is narrow', () => {
    const wide = layOut(levelsOf(hops), links, { ...sizes, width: 1_000 });
    expect(wide.vertical).toBe(false);
    expect(wide.height).toBe(110);
    expect(wide.boxes.find((box) => box.id === 'log')!.y).toBe(30);
    const narrow = layOut(levelsOf(hops), links, { ...sizes, width: 220 });
    expect(narrow).toMatchObject({ vertical: true, width: 220, height: 230 });
    expect(layOut(levelsOf(hops), links, { ...sizes, width: 180 })).toMatchObject({ vertical: true, nodeWidth: 85 });
    for (const box of narrow.boxes) expect(box.x >= 0 && box.x + 100 <= 220).toBe(true);
  });

  test('is scrolled where neither fits', () => expect(layOut(levelsOf(hops), links, { ...sizes, width: 120 })).toMatchObject({ vertical: false, width: 380 }));

  test('leaves out lines to what it does not show', () => expect(layOut([{ id: 'a', level: -1 }], [{ from: 'a', to: 'b' }], { ...sizes, width: 500 })).toMatchObject({ lines: [], boxes: [{ id: 'a', x: 0, y: 0 }] }));
});
