// Where tiles lie: row by row, each in the first place that is free for it.
import type { TileKind } from './types';

export interface Sized {
  chart?: { kind: TileKind };
  kind?: TileKind;
  width: number;
  height: number;
}
export interface Place {
  column: number;
  row: number;
  width: number;
  height: number;
}

export const columnsWide = 12;
export const columnsMedium = 6;
export const columnsNarrow = 2;

/** A tile's width where there are fewer columns: figures stay small, what has an axis gets room. */
export function widthIn(tile: Sized, columns: number): number {
  if (columns === columnsWide) return Math.min(tile.width, columnsWide);
  const isFigure = (tile.chart?.kind ?? tile.kind) === 'number';
  if (columns === columnsNarrow) return isFigure ? 1 : 2;
  return isFigure ? 2 : tile.width >= 5 ? 6 : 3;
}

export function place(tiles: readonly Sized[], columns: number): { places: Place[]; rows: number } {
  const taken: boolean[][] = [];
  const isFree = (row: number, column: number, width: number, height: number) => {
    for (let y = row; y < row + height; y++) for (let x = column; x < column + width; x++) if (taken[y]?.[x]) return false;
    return true;
  };
  const places = tiles.map((tile) => {
    const width = widthIn(tile, columns);
    const { height } = tile;
    for (let row = 0; ; row++)
      for (let column = 0; column + width <= columns; column++) {
        if (!isFree(row, column, width, height)) continue;
        for (let y = row; y < row + height; y++) for (let x = column; x < column + width; x++) (taken[y] ??= [])[x] = true;
        return { column, row, width, height };
      }
  });
  return { places, rows: taken.length };
}
