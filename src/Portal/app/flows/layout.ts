export interface GraphNode {
  id: string;
  /** Which column; links lead to greater ones. */
  level: number;
}
export interface GraphLink {
  from: string;
  to: string;
}
export interface Box {
  id: string;
  x: number;
  y: number;
}
export interface Line {
  from: string;
  to: string;
  path: string;
  /** Where its label stands. */
  x: number;
  y: number;
}
export interface Sizes {
  width: number;
  nodeWidth: number;
  /** How narrow a node may be made so that levels fit one below the other. */
  nodeWidthMin: number;
  nodeHeight: number;
  /** Between levels, where labels stand. */
  gap: number;
  /** Between nodes of a level. */
  space: number;
}
export interface Layout {
  width: number;
  height: number;
  vertical: boolean;
  nodeWidth: number;
  boxes: Box[];
  lines: Line[];
}

/** The level of each node by its longest way from a node without anything before it. */
export function levelsOf(nodes: readonly { id: string; upstream: readonly string[] }[]): GraphNode[] {
  const level = new Map<string, number>();
  for (const node of nodes) level.set(node.id, Math.max(-1, ...node.upstream.map((id) => level.get(id) ?? -1)) + 1);
  return nodes.map((node) => ({ id: node.id, level: level.get(node.id)! }));
}

/** Levels side by side where they fit, else one below the other where each fits, else side by side to be scrolled. */
export function layOut(nodes: readonly GraphNode[], links: readonly GraphLink[], wanted: Sizes): Layout {
  const levels = arrange(nodes, links);
  const most = Math.max(1, ...levels.map((level) => level.length));
  const fits = levels.length * (wanted.nodeWidth + wanted.gap) - wanted.gap <= wanted.width;
  const share = (wanted.width - (most - 1) * wanted.space) / most;
  const sizes = fits || share < wanted.nodeWidthMin ? wanted : { ...wanted, nodeWidth: Math.min(wanted.nodeWidth, share) };
  const beside = most * (sizes.nodeWidth + sizes.space) - sizes.space;
  const vertical = !fits && beside <= sizes.width;
  const pitch = (vertical ? sizes.nodeWidth : sizes.nodeHeight) + sizes.space;
  const breadth = vertical ? sizes.width : most * pitch - sizes.space;
  // What is left over goes between the levels, so that a short flow fills its panel without growing its boxes.
  const gap = vertical || levels.length < 2 ? sizes.gap : Math.min(sizes.gap * 2.2, Math.max(sizes.gap, (sizes.width - levels.length * sizes.nodeWidth) / (levels.length - 1)));
  const step = (vertical ? sizes.nodeHeight : sizes.nodeWidth) + gap;
  const boxes = levels.flatMap((level, depth) =>
    level.map((id, index) => {
      const along = depth * step;
      const beginning = (breadth - (level.length * pitch - sizes.space)) / 2 + index * pitch;
      return vertical ? { id, x: beginning, y: along } : { id, x: along, y: beginning };
    }),
  );
  const length = Math.max(0, levels.length * step - gap);
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const lines = links.flatMap((link) => {
    const from = byId.get(link.from);
    const to = byId.get(link.to);
    return from === undefined || to === undefined ? [] : [lineBetween(link, from, to, sizes, vertical)];
  });
  return { width: vertical ? sizes.width : Math.max(length, 0), height: vertical ? length : breadth, vertical, nodeWidth: sizes.nodeWidth, boxes, lines };
}

/** Nodes by level; within one in the order of the middle of what they come from, so that lines cross less. */
function arrange(nodes: readonly GraphNode[], links: readonly GraphLink[]): string[][] {
  const least = Math.min(...nodes.map((node) => node.level));
  const levels: string[][] = [];
  for (const node of nodes) (levels[node.level - least] ??= []).push(node.id);
  const filled = levels.filter((level) => level !== undefined && level.length > 0);
  const place = new Map<string, number>();
  for (const level of filled) {
    const middle = new Map(
      level.map((id, index) => {
        const places = links.filter((link) => link.to === id && place.has(link.from)).map((link) => place.get(link.from)!);
        return [id, places.length === 0 ? index / level.length : places.reduce((sum, at) => sum + at, 0) / places.length];
      }),
    );
    level.sort((a, b) => middle.get(a)! - middle.get(b)!);
    level.forEach((id, index) => place.set(id, (index + 0.5) / level.length));
  }
  return filled;
}

function lineBetween(link: GraphLink, from: Box, to: Box, sizes: Sizes, vertical: boolean): Line {
  const [x1, y1] = vertical ? [from.x + sizes.nodeWidth / 2, from.y + sizes.nodeHeight] : [from.x + sizes.nodeWidth, from.y + sizes.nodeHeight / 2];
  const [x2, y2] = vertical ? [to.x + sizes.nodeWidth / 2, to.y] : [to.x, to.y + sizes.nodeHeight / 2];
  const bend = vertical ? (y2 - y1) / 2 : (x2 - x1) / 2;
  const path = vertical ? `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}` : `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  return { ...link, path, x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
}
