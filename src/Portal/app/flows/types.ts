// The shapes of /api/v1/ledger, as docs/reference/ledger.md gives them.

export type HopKind = 'agent' | 'objects' | 'capture' | 'log' | 'lander' | 'view' | 'sink';
export type GapKind = 'missing' | 'doubled' | 'altered' | 'late';
export type WindowState = 'open' | 'sealed' | 'closed' | 'gap';

export interface Receipt {
  records: number;
  bytes: number;
  hash: string;
  firstMilliseconds: number;
  lastMilliseconds: number;
}
export interface ChannelSummary {
  tenant: string;
  id: string;
  title: string;
  windowSeconds: number;
  hops: number;
  openWindows: number;
  closedWindows: number;
  openGaps: number;
  gapRecords: number;
  lagSeconds: number | null;
  recordsPerSecond: number;
  lastReportAt: string | null;
}
export interface Hop {
  name: string;
  kind: HopKind;
  account: 'none' | 'count' | 'content';
  entity: string | null;
  instances: number;
  took: Receipt;
  gave: Receipt;
  rejected: Receipt;
  tookPerSecond: number;
  gavePerSecond: number;
  lagSeconds: number | null;
  lastReportAt: string | null;
  openGaps: number;
  repairs: boolean;
}
export interface Edge {
  from: string;
  to: string;
  recordsPerSecond: number;
  waiting: number;
  lagSeconds: number | null;
  openGaps: number;
}
export interface WindowHop {
  hop: string;
  state: WindowState;
  took: number;
  gave: number;
  rejected: number;
  missing: number;
}
export interface FlowWindow {
  stamp: number;
  beginsAt: string;
  state: WindowState;
  origins: number;
  hops: WindowHop[];
}
export interface GapRepair {
  state: 'comparing' | 'sending' | 'sent' | 'done' | 'failed';
  wanted: number;
  sent: number;
  arrived: number;
  by: string;
  startedAt: string;
  reason: string | null;
}
export interface Gap {
  id: string;
  hop: string;
  inside: boolean;
  origin: string;
  stamp: number;
  stampFirst: number;
  kind: GapKind;
  state: 'open' | 'closed' | 'accepted';
  records: number;
  counts: { missing: number; doubled: number; altered: number } | null;
  late: number;
  openedAt: string;
  closedAt: string | null;
  repair: GapRepair | null;
  acceptedBy: string | null;
  note: string | null;
}
export interface Channel {
  summary: ChannelSummary;
  hops: Hop[];
  edges: Edge[];
  windows: FlowWindow[];
  gaps: Gap[];
  origins: number;
}
