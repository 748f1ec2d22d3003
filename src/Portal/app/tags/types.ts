// The shapes of /api/v1/tenants/{tenant}/types, as docs/reference/api.md gives them.
export const tagKinds = ['boolean', 'enumerated', 'numeric', 'dated'] as const;
export type TagKind = (typeof tagKinds)[number];

export interface TagTitle {
  zh: string;
  en: string;
}
export interface TagFacts {
  relation: string;
  key: string;
}
export interface ObjectType {
  id: string;
  title: TagTitle;
  facts: TagFacts[];
  version: number;
}
export interface TagRule {
  relation?: string | null;
  condition?: string | null;
  value?: string | null;
  query?: string | null;
  isList?: boolean;
}
export interface TagDraft {
  title: TagTitle;
  kind: TagKind;
  rule: TagRule;
  owner: string | null;
  parent: string | null;
  validFrom: string | null;
  validUntil: string | null;
}
export interface Tag extends TagDraft {
  id: string;
  owner: string;
  isValid: boolean;
  view: string;
  size: number;
  problem: string | null;
  version: number;
  changedBy: string;
  changedAt: string;
}
export interface TagImpact {
  tags: string[];
  segments: string[];
  views: string[];
  webhooks: number;
}
export interface SizePoint {
  at: string;
  size: number;
}
export interface TagView {
  info: Tag;
  impact: TagImpact;
  versions: { version: number; draft: TagDraft; user: string; at: string }[];
  history: SizePoint[];
}
export interface TagTrial {
  size: number;
  entering: number;
  leaving: number;
  samples: string[];
  enteringSamples: string[];
  leavingSamples: string[];
  impact: TagImpact;
}
export interface ObjectTag {
  tag: string;
  value: string | null;
  since: string;
}
export interface ObjectTags {
  object: string;
  isKnown: boolean;
  tags: ObjectTag[];
}
export interface TagReason {
  tag: string;
  holds: boolean;
  since: string | null;
  value: string | null;
  rows: { relation: string; values: Record<string, string | null> }[];
}
export interface TagSpread {
  bins: { from: string; to: string | null; objects: number }[];
  others: number;
}
export interface TagMember {
  object: string;
  value?: string | null;
  isMember?: boolean;
}
export interface TagPeers {
  peers: { object: string; likeness: number; shared: string[] }[];
  considered: number;
}
export interface TagTimeline {
  moments: { kind: 'tag' | 'segment'; name: string; event: 'enter' | 'leave'; value: string | null; at: string }[];
  from: string | null;
}
export interface SegmentNode {
  kind: 'and' | 'or' | 'not' | 'tag';
  tag: string | null;
  comparison: string | null;
  value: string | null;
  nodes: SegmentNode[];
}
export interface SegmentDraft {
  title: TagTitle;
  expression: string;
  owner: string | null;
}
export interface Segment extends SegmentDraft {
  id: string;
  owner: string;
  size: number;
  version: number;
  changedBy: string;
  changedAt: string;
}
export interface SegmentHook {
  id: string;
  url: string;
  isSigned: boolean;
  delivered: number;
  status: string | null;
  retryAt: string | null;
}
export interface SegmentView {
  info: Segment;
  tree: SegmentNode;
  history: SizePoint[];
  topic: string;
  webhooks: SegmentHook[];
}
export interface SegmentTrial {
  size: number;
  objects: number;
  samples: string[];
  tree: SegmentNode;
}
export interface SegmentEvent {
  id: number;
  segment: string;
  object: string;
  event: 'enter' | 'leave';
  at: string;
}

/** A title in the person's language. */
export const titleIn = (title: TagTitle, locale: string): string => (locale === 'zh' ? title.zh : title.en);

/** Tags with those that stand under them, each with its depth; those whose parent is gone stand at the top. */
export function inOrder(tags: readonly Tag[]): { tag: Tag; depth: number }[] {
  const known = new Set(tags.map((tag) => tag.id));
  const below = (parent: string | null, depth: number): { tag: Tag; depth: number }[] =>
    tags.filter((tag) => (tag.parent !== null && known.has(tag.parent) ? tag.parent : null) === parent).flatMap((tag) => [{ tag, depth }, ...below(tag.id, depth + 1)]);
  return below(null, 0);
}
