// The shapes of /api/v1/tenants/{tenant}/boards, as docs/reference/api.md gives them.
import type { RowChange, SqlColumn, SqlRow } from '@/sql/types';

export const tileKinds = ['number', 'line', 'area', 'bar', 'rank', 'pie', 'gauge', 'funnel', 'table', 'feed', 'map'] as const;
export type TileKind = (typeof tileKinds)[number];
export const tileFormats = ['number', 'integer', 'money', 'percent', 'seconds'] as const;
export type TileFormat = (typeof tileFormats)[number];

export interface BoardText {
  zh: string;
  en: string;
}
export interface TileChart {
  kind: TileKind;
  x?: string | null;
  y?: string[] | null;
  series?: string | null;
  sort?: string | null;
  limit?: number | null;
  format?: TileFormat;
  unit?: BoardText | null;
  isStacked?: boolean;
  min?: number | null;
  max?: number | null;
  target?: number | null;
  isLowGood?: boolean;
  places?: Record<string, number[]> | null;
  labels?: Record<string, BoardText> | null;
  values?: Record<string, BoardText> | null;
}
export interface TileWhy {
  view: string;
  key: string[];
}
/** A tile as it is shown: through a public link without what it asks. */
export interface ShownTile {
  id: string;
  title: BoardText;
  chart: TileChart;
  width: number;
  height: number;
  note: BoardText | null;
}
export interface BoardTile extends ShownTile {
  query: string;
  drill: string | null;
  why: TileWhy | null;
}
export interface BoardDefinition {
  title: BoardText;
  description: BoardText | null;
  tiles: BoardTile[];
  place: number;
}
export interface BoardInfo {
  id: string;
  tenant: string;
  definition: BoardDefinition;
  version: number;
  changedAt: string;
  changedBy: string;
  links: number;
}
export interface BoardSummary {
  id: string;
  title: BoardText;
  description: BoardText | null;
  place: number;
  tiles: { kind: TileKind; width: number; height: number }[];
  version: number;
  changedAt: string;
  changedBy: string;
}
export interface SharedBoard {
  id: string;
  title: BoardText;
  description: BoardText | null;
  tiles: ShownTile[];
  version: number;
}
export interface BoardLink {
  id: string;
  name: string;
  createdAt: string;
  createdBy: string;
  expiresAt: string | null;
  seenAt: string | null;
}
export interface BoardChange {
  at: string;
  user: string;
  what: 'made' | 'changed' | 'deleted' | 'link-made' | 'link-revoked';
  version: number;
  /** Its id, a space, who it is for. */
  link: string | null;
}
export interface CreatedBoardLink {
  token: string;
  link: BoardLink;
}
export interface BoardProblem {
  tile: string | null;
  field: string;
  message: string;
  line: number;
  column: number;
  offset: number;
  length: number;
}
export interface TileChange {
  tile: string;
  epoch: number;
  columns: SqlColumn[] | null;
  rows: SqlRow[] | null;
  changes: RowChange[] | null;
  problem: string | null;
}
