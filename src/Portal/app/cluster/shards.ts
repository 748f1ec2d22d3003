import type { ShardMap } from '@/api/types';

/** Shards whose owner or term is another one now. */
export function movesBetween(before: ShardMap, after: ShardMap): number[] {
  const moved: number[] = [];
  for (let shard = 0; shard < after.owners.length; shard++) if (before.terms[shard] !== after.terms[shard] || ownerOf(before, shard) !== ownerOf(after, shard)) moved.push(shard);
  return moved;
}

/** The id of the silo that owns the shard; null where it is free. */
export function ownerOf(map: ShardMap, shard: number): string | null {
  const place = map.owners[shard] ?? -1;
  return place < 0 ? null : (map.silos[place] ?? null);
}

export interface ShardCount {
  /** Null: free. */
  silo: string | null;
  shards: number;
  termMin: number;
  termMax: number;
}

/** How many shards each silo owns, and their terms; by id, the free ones last. */
export function countByOwner(map: ShardMap): ShardCount[] {
  const counts = new Map<string | null, ShardCount>();
  for (let shard = 0; shard < map.owners.length; shard++) {
    const silo = ownerOf(map, shard);
    const term = map.terms[shard] ?? 0;
    const count = counts.get(silo);
    if (count === undefined) counts.set(silo, { silo, shards: 1, termMin: term, termMax: term });
    else {
      count.shards++;
      count.termMin = Math.min(count.termMin, term);
      count.termMax = Math.max(count.termMax, term);
    }
  }
  return [...counts.values()].sort((a, b) => (a.silo === null ? 1 : b.silo === null ? -1 : a.silo < b.silo ? -1 : 1));
}

export interface ShardGrid {
  columns: number;
  rows: number;
  /** Side of a cell with its gap; seldom a whole number of pixels. */
  pitch: number;
  width: number;
  height: number;
}

/** All shards in rows of a power of two, as wide as there is room. */
export function layOutShards(count: number, width: number): ShardGrid {
  const columns = width >= 900 ? 64 : 32;
  const pitch = Math.max(6, Math.min(20, width / columns));
  const rows = Math.ceil(count / columns);
  return { columns, rows, pitch, width: columns * pitch, height: rows * pitch };
}

/** The shard under a point; -1 outside. */
export function shardAt(grid: ShardGrid, count: number, x: number, y: number): number {
  const column = Math.floor(x / grid.pitch);
  const row = Math.floor(y / grid.pitch);
  const shard = row * grid.columns + column;
  return x < 0 || y < 0 || column >= grid.columns || shard >= count ? -1 : shard;
}
