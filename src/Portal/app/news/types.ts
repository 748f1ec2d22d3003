import type { Difference } from '@/configuration/types';

export type NewsState = 'draft' | 'waiting' | 'approved' | 'sending' | 'sent' | 'recalled';
export type NewsChannel = 'portal' | 'sdk' | 'email' | 'webhook';
export const channels: readonly NewsChannel[] = ['portal', 'sdk', 'email', 'webhook'];
export const portalUsers = 'portal-users';

export interface NewsText {
  language: string;
  title: string;
  markdown: string;
}

export interface NewsAudience {
  type: string;
  segment: string | null;
  objects: string[] | null;
  isEverybody: boolean;
  isFrozen: boolean;
}

export interface NewsDraft {
  texts: NewsText[];
  audience: NewsAudience;
  schedule: { at: string | null; zone: string; isEachZone: boolean };
  channels: NewsChannel[];
  alternative: { percent: number; texts: NewsText[] } | null;
  isUrgent: boolean;
}

export interface NewsFile {
  name: string;
  type: string;
  bytes: number;
  hash: string;
}

export interface News {
  tenant: string;
  id: string;
  draft: NewsDraft;
  attachments: NewsFile[];
  state: NewsState;
  version: number;
  changedBy: string;
  changedAt: string;
  submittedBy: string | null;
  approvedBy: string | null;
  approvedAt: string | null;
  reason: string | null;
  size: number;
  wave: number;
  next: string | null;
  sentAt: string | null;
}

export interface NewsSummary {
  id: string;
  titles: Record<string, string>;
  state: NewsState;
  audience: NewsAudience;
  channels: NewsChannel[];
  size: number;
  version: number;
  changedBy: string;
  changedAt: string;
  next: string | null;
}

export interface AudienceSize {
  size: number;
  of: number;
  samples: string[];
}

export interface FunnelRow {
  channel: NewsChannel;
  variant: string;
  sent: number;
  delivered: number;
  read: number;
  clicked: number;
  failed: number;
  doubtful: number;
  unreachable: number;
}

export interface Funnel {
  audience: number;
  waiting: number;
  capped: number;
  pending: number;
  rows: FunnelRow[];
  winner: string | null;
}

export interface NewsItem {
  article: string;
  title: string;
  /** Made safe by the server. */
  html: string;
  language: string;
  at: string;
  isRead: boolean;
  isWithdrawn: boolean;
  attachments: NewsFile[];
}

export interface Inbox {
  items: NewsItem[];
  unread: number;
}

export interface NewsVersion {
  version: number;
  draft: NewsDraft;
  user: string;
  at: string;
}

export interface NewsReach {
  emailTag: string | null;
  zoneTag: string | null;
  languageTag: string | null;
  isPortalUsers: boolean;
}

export interface NewsSettings {
  capCount: number;
  capDays: number;
  quietFrom: string | null;
  quietUntil: string | null;
  reach: Record<string, NewsReach>;
  webhookUrl: string | null;
  webhookSecret?: string | null;
  hasWebhookSecret: boolean;
  version: number;
}

/** Where two writers differ, as the server tells it. */
export interface NewsDifference {
  field: string;
  from: string | null;
  to: string | null;
}

export const asDifferences = (differences: NewsDifference[]): Difference[] => differences.map((each) => ({ path: each.field, from: each.from, to: each.to }));

export function emptyDraft(): NewsDraft {
  return {
    texts: ['zh', 'en'].map((language) => ({ language, title: '', markdown: '' })),
    audience: { type: portalUsers, segment: null, objects: null, isEverybody: true, isFrozen: false },
    schedule: { at: null, zone: Intl.DateTimeFormat().resolvedOptions().timeZone, isEachZone: false },
    channels: ['portal'], alternative: null, isUrgent: false,
  };
}

/** What is sent: languages without a title are left out. */
export function written(draft: NewsDraft): NewsDraft {
  const filled = (texts: NewsText[]) => texts.filter((text) => text.title.trim() !== '');
  return { ...draft, texts: filled(draft.texts), alternative: draft.alternative === null ? null : { ...draft.alternative, texts: filled(draft.alternative.texts) } };
}

/** Of a part in a whole, for a bar: 0 to 100. */
export const percent = (part: number, whole: number): number => (whole <= 0 ? 0 : Math.min(100, Math.round((part / whole) * 1000) / 10));

export const titleOf = (titles: Record<string, string>, language: string): string => titles[language] ?? Object.values(titles)[0] ?? '';
