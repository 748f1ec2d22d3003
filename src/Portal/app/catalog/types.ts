// The shapes of /api/v1/catalog, as docs/reference/catalog.md gives them.
import type { Receipt } from '@/flows/types';

export type EntityKind = 'topic' | 'table' | 'view' | 'files';
export type EntityLayer = 'ods' | 'dim' | 'dwd' | 'dws' | 'ads';
export const entityKinds: readonly EntityKind[] = ['topic', 'table', 'view', 'files'];
export const entityLayers: readonly EntityLayer[] = ['ods', 'dim', 'dwd', 'dws', 'ads'];

export interface Entity {
  tenant: string;
  id: string;
  kind: EntityKind;
  name: string;
  layer: EntityLayer;
  owner: string | null;
  description: string | null;
  place: string | null;
  channel: string | null;
  eventAt: string | null;
  changedAt: string | null;
  records: number;
  bytes: number;
  schema: number;
  createdAt: string;
  version: number;
}
export interface SchemaColumn {
  name: string;
  type: string;
  nativeType: string;
  nullable: boolean;
  key: number;
}
export interface SchemaVersion {
  number: number;
  fingerprint: string;
  columns: SchemaColumn[];
  database: string | null;
  table: string | null;
  since: string;
}
export interface EntityView {
  info: Entity;
  upstream: string[];
  downstream: string[];
  schemas: SchemaVersion[];
  receipts: { at: string; about: string; receipt: Receipt }[];
}
export interface Neighbourhood {
  entity: string;
  entities: { id: string; distance: number; info: Entity | null }[];
  links: { from: string; to: string }[];
  cut: boolean;
}
