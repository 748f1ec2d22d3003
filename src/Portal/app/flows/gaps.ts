import type { Gap, WindowState } from './types';

/** How many records a gap is about, of each kind; what is not compared yet counts as its sums say. */
export function countsOf(gap: Gap): { missing: number; doubled: number; altered: number; late: number } {
  // What is awaited still does not count as missing.
  const counts = gap.kind === 'late' && gap.state === 'open' ? { missing: 0, doubled: 0, altered: 0 } : gap.counts ?? { missing: Math.max(gap.records, 0), doubled: Math.max(-gap.records, 0), altered: 0 };
  return { ...counts, late: gap.late };
}

/** Whether sending again could help, and nobody does it already. */
export function canRepair(gap: Gap, now: number, lateSeconds = 120): boolean {
  if (gap.state !== 'open' || (countsOf(gap).missing === 0 && gap.kind !== 'altered')) return false;
  const repair = gap.repair;
  if (repair === null || repair.state === 'done' || repair.state === 'failed') return true;
  return repair.state === 'sent' && now > Date.parse(repair.startedAt) + lateSeconds * 1_000;
}

/** How far a repair came, 0 to 1: sent counts half, arrived whole. */
export function progressOf(gap: Gap): number {
  const repair = gap.repair;
  if (repair === null) return 0;
  if (repair.state === 'done') return 1;
  return repair.wanted === 0 ? 0.02 : Math.min(1, (repair.sent + repair.arrived) / (2 * repair.wanted));
}

/** How many windows of a hop are in each state. */
export function countStates(states: readonly WindowState[]): Record<WindowState, number> {
  const counts = { open: 0, sealed: 0, closed: 0, gap: 0 };
  for (const state of states) counts[state]++;
  return counts;
}

/** When a window begins, Unix milliseconds. */
export const beginsAt = (stamp: number, windowSeconds: number): number => stamp * windowSeconds * 1_000;
