import { onScopeDispose, ref, shallowReactive, type Ref } from 'vue';
import type { Problem } from '@/api/problem';
import { useLive, type LiveSource } from '@/live/useLive';
import { LiveRows } from '@/sql/liveRows';
import type { SqlColumn, SqlRow } from '@/sql/types';
import { numberAt, ordered, shapeOf } from './shape';
import type { ShownTile, TileChange } from './types';

/** What a tile shows at this moment; another object after each change. */
export interface TileState {
  columns: readonly SqlColumn[];
  rows: readonly SqlRow[];
  /** Numbers that stay with the rows while their cells change. */
  ids: readonly number[];
  /** Whether a cell changed in the newest step, and the number of that step. */
  flash: (row: number, column: number) => number;
  problem: string | null;
  /** Steps since the tile began. */
  changes: number;
  /** Of a figure: its values since the page was opened. */
  history: readonly [at: number, value: number][];
}

const historyMax = 240;
const quiet = () => 0;

/** The live rows of a board's tiles. All that one event changes is shown in one frame. */
export function useBoardLive(source: Ref<LiveSource | null>, tiles: Ref<readonly ShownTile[]>, onChanged: () => void, onRefused?: (problem: Problem) => void) {
  const states = shallowReactive(new Map<string, TileState>());
  const rows = new Map<string, LiveRows>();
  const changedAt = ref<number | null>(null);
  let waiting: TileChange[] = [];
  let frame = 0;

  function apply(change: TileChange): void {
    const before = states.get(change.tile);
    if (change.problem !== null) {
      states.set(change.tile, { columns: before?.columns ?? [], rows: before?.rows ?? [], ids: before?.ids ?? [], flash: quiet, problem: change.problem, changes: before?.changes ?? 0, history: before?.history ?? [] });
      return;
    }
    const tile = tiles.value.find((known) => known.id === change.tile);
    if (tile === undefined) return;
    let own = rows.get(change.tile);
    if (change.columns !== null && change.rows !== null) {
      rows.set(change.tile, (own = new LiveRows()));
      own.reset(change.rows);
    } else own?.apply(change.changes ?? []);
    if (own === undefined) return;
    const { batch } = own;
    const list = own.rows;
    const columns = change.columns ?? before?.columns ?? [];
    const cells = list.map((row) => row.cells);
    states.set(change.tile, {
      columns, rows: cells, ids: list.map((row) => row.id), problem: null, changes: (before?.changes ?? -1) + 1,
      flash: (row, column) => (batch > 0 && list[row]?.changedAt[column] === batch ? batch : 0),
      history: tile.chart.kind === 'number' ? remembered(before?.history ?? [], tile, columns, cells) : [],
    });
  }

  function show(): void {
    const changes = waiting;
    waiting = [];
    for (const change of changes) apply(change);
    if (changes.length > 0) changedAt.value = Date.now();
  }

  const live = useLive(source, (name, data) => {
    if (name === 'board') return onChanged();
    if (name !== 'tiles') return;
    waiting.push(...(data as TileChange[]));
    cancelAnimationFrame(frame);
    // A tab out of sight draws no frames; what is in it is right all the same.
    if (document.hidden) show();
    else frame = requestAnimationFrame(show);
  }, onRefused);
  onScopeDispose(() => cancelAnimationFrame(frame));

  function forget(): void {
    states.clear();
    rows.clear();
  }
  return { states, changedAt, forget, ...live };
}

function remembered(history: TileState['history'], tile: ShownTile, columns: readonly SqlColumn[], rows: readonly SqlRow[]): TileState['history'] {
  const shape = shapeOf(tile.chart, columns);
  const value = numberAt(ordered(tile.chart, columns, rows, shape).at(-1)?.row, shape.y[0]);
  if (value === null) return history;
  const last = history.at(-1);
  // Where nothing changed for a while the line goes on level, not slanted.
  const next: [number, number][] = last !== undefined && last[1] !== value && Date.now() - last[0] > 2_000 ? [...history, [Date.now() - 1_000, last[1]], [Date.now(), value]] : [...history, [Date.now(), value]];
  return next.slice(-historyMax);
}
