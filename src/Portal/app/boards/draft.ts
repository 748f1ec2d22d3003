// A board while it is edited.
import type { BoardDefinition, BoardProblem, BoardTile, TileChart } from './types';

export function emptyBoard(): BoardDefinition {
  return { title: { zh: '', en: '' }, description: null, place: 100, tiles: [newTile([])] };
}

export function newTile(tiles: readonly BoardTile[]): BoardTile {
  let number = tiles.length + 1;
  while (tiles.some((tile) => tile.id === `tile-${number}`)) number++;
  return { id: `tile-${number}`, title: { zh: `图块 ${number}`, en: `Tile ${number}` }, query: '', chart: { kind: 'bar', y: [], format: 'number' }, width: 4, height: 4, drill: null, why: null, note: null };
}

/** Without what is null or as it is when left out: what a file would hold. */
export function toFile(id: string, board: BoardDefinition): string {
  const pruned = (value: object): object => Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null && item !== undefined && item !== false && !(Array.isArray(item) && item.length === 0)));
  const chart = (options: TileChart) => pruned({ ...options, format: options.format === 'number' ? null : options.format });
  return JSON.stringify({ id, ...pruned({ ...board, tiles: board.tiles.map((tile) => pruned({ ...tile, chart: chart(tile.chart), why: tile.why === null ? null : { ...tile.why } })) }) }, null, 2);
}

/** What a text holds; throws what JSON says of it. */
export function fromFile(text: string): { id: string | null; board: BoardDefinition } {
  const read = JSON.parse(text) as Partial<BoardDefinition> & { id?: string };
  const tiles = (read.tiles ?? []).map((tile, index) => ({ ...newTile([]), ...tile, id: tile.id ?? `tile-${index + 1}`, chart: { ...(tile.chart ?? { kind: 'table' as const }) }, drill: tile.drill ?? null, why: tile.why ?? null, note: tile.note ?? null, width: tile.width ?? 3, height: tile.height ?? 2 }));
  return { id: read.id ?? null, board: { title: { zh: read.title?.zh ?? '', en: read.title?.en ?? '' }, description: read.description ?? null, place: read.place ?? 100, tiles } };
}

/** What is wrong with a field of a tile; the field's name begins behind the tile's place. */
export function problemsAt(problems: readonly BoardProblem[], place: number, field: string): string | undefined {
  const found = problems.filter((problem) => problem.field === `tiles[${place}].${field}` || problem.field.startsWith(`tiles[${place}].${field}.`));
  return found.length === 0 ? undefined : found.map((problem) => problem.message).join('\n');
}
