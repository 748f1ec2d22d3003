// A segment's expression as a person puts it together: the tree that the server reads, and its text.
import type { SegmentNode, TagKind } from './types';

export const comparisons = ['=', '<>', '<', '<=', '>', '>='] as const;
export const tagNode = (tag: string): SegmentNode => ({ kind: 'tag', tag, comparison: null, value: null, nodes: [] });
export const groupNode = (kind: 'and' | 'or', nodes: SegmentNode[] = []): SegmentNode => ({ kind, tag: null, comparison: null, value: null, nodes });
export const notNode = (node: SegmentNode): SegmentNode => ({ kind: 'not', tag: null, comparison: null, value: null, nodes: [node] });

/** What is drawn at the top is always a group. */
export const asGroup = (node: SegmentNode): SegmentNode => (node.kind === 'and' || node.kind === 'or' ? node : groupNode('and', [node]));

export function isWhole(node: SegmentNode, kinds: ReadonlyMap<string, TagKind>): boolean {
  if (node.kind !== 'tag') return node.nodes.length > 0 && node.nodes.every((inner) => isWhole(inner, kinds));
  const kind = kinds.get(node.tag ?? '');
  if (kind === undefined) return false;
  return node.comparison === null || (kind === 'numeric' ? /^-?\d+(\.\d+)?$/.test((node.value ?? '').trim()) : (node.value ?? '') !== '');
}

export function expressionOf(node: SegmentNode, kinds: ReadonlyMap<string, TagKind>): string {
  switch (node.kind) {
    case 'tag': {
      if (node.comparison === null) return node.tag ?? '';
      const value = node.value ?? '';
      return `${node.tag} ${node.comparison} ${kinds.get(node.tag ?? '') === 'numeric' ? value.trim() : `'${value.replaceAll("'", "''")}'`}`;
    }
    case 'not': {
      const inner = node.nodes[0];
      if (inner === undefined) return '';
      const text = expressionOf(inner, kinds);
      return text === '' ? '' : `NOT ${inner.kind === 'tag' && inner.comparison === null ? text : `(${text})`}`;
    }
    default:
      return node.nodes
        .map((inner) => [inner, expressionOf(inner, kinds)] as const)
        .filter(([, text]) => text !== '')
        .map(([inner, text]) => ((inner.kind === 'and' || inner.kind === 'or') && inner.nodes.length > 1 && node.nodes.length > 1 ? `(${text})` : text))
        .join(node.kind === 'and' ? ' AND ' : ' OR ');
  }
}
