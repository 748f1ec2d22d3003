import type { PipelineInfo } from './types';

export interface PipelineGroup {
  /** The file; null: nobody said. */
  origin: string | null;
  pipelines: PipelineInfo[];
}

const worse: Record<PipelineInfo['status'], number> = { failed: 0, paused: 1, backfilling: 2, running: 3 };

/** Pipelines by the file they came from, in the order of files, those of none last; within a file those that need somebody first. */
export function groupsOf(pipelines: readonly PipelineInfo[], wanted: string): PipelineGroup[] {
  const text = wanted.trim().toLowerCase();
  const groups = new Map<string | null, PipelineInfo[]>();
  for (const pipeline of pipelines) {
    if (![pipeline.name, pipeline.origin ?? '', ...pipeline.reads].some((part) => part.toLowerCase().includes(text))) continue;
    const group = groups.get(pipeline.origin);
    if (group === undefined) groups.set(pipeline.origin, [pipeline]);
    else group.push(pipeline);
  }
  return [...groups]
    .sort(([a], [b]) => (a === null ? 1 : b === null ? -1 : a.localeCompare(b)))
    .map(([origin, own]) => ({ origin, pipelines: own.sort((a, b) => Number(needsSomebody(b)) - Number(needsSomebody(a)) || worse[a.status] - worse[b.status] || a.name.localeCompare(b.name)) }));
}

export const needsSomebody = (pipeline: PipelineInfo): boolean => pipeline.status === 'failed' || pipeline.problem !== null;

/** A pipeline's neighbours for a picture: what it reads on the left, itself, what it writes or who reads it on the right. */
export function neighboursOf(info: PipelineInfo, readBy: readonly string[]): { nodes: { id: string; level: number }[]; links: { from: string; to: string }[] } {
  const right = info.writes === null ? [...readBy] : [info.writes];
  // A sink may be called as a table that is read; each side has its own boxes.
  return {
    nodes: [...info.reads.map((name) => ({ id: `< ${name}`, level: 0 })), { id: info.name, level: 1 }, ...right.map((name) => ({ id: `> ${name}`, level: 2 }))],
    links: [...info.reads.map((name) => ({ from: `< ${name}`, to: info.name })), ...right.map((name) => ({ from: info.name, to: `> ${name}` }))],
  };
}
