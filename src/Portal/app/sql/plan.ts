import type { GraphLink, GraphNode } from '@/flows/layout';
import type { SqlOperator } from './types';

export interface PlanGraph {
  nodes: GraphNode[];
  links: (GraphLink & { tone?: 'live' })[];
}

/** Operators as boxes, each after all that it reads; what flows now is drawn as flowing. */
export function planGraph(plan: readonly SqlOperator[]): PlanGraph {
  const byId = new Map(plan.map((operator) => [operator.id, operator]));
  const ordered = inOrder(plan, byId);
  const nodes = lastLevels(ordered);
  const links = ordered.flatMap((operator) => {
    const inputs = [...new Set(operator.inputs)].filter((id) => byId.has(id));
    return inputs.map((id) => ({ from: String(id), to: String(operator.id), tone: byId.get(id)!.ratePerSecond > 0 ? ('live' as const) : undefined }));
  });
  return { nodes, links };
}

/** As late as what reads an operator lets it stand, so that no line passes behind a box. Levels are below 0; the end's is 0. */
function lastLevels(ordered: readonly SqlOperator[]): GraphNode[] {
  const level = new Map<number, number>();
  for (const operator of [...ordered].reverse()) {
    const own = level.get(operator.id) ?? 0;
    level.set(operator.id, own);
    for (const input of operator.inputs) level.set(input, Math.min(level.get(input) ?? 0, own - 1));
  }
  return ordered.map((operator) => ({ id: String(operator.id), level: level.get(operator.id)! }));
}

/** Inputs first. A plan that leads back to itself, which no server sends, is cut where it does. The stack is our own: plans may be deep. */
function inOrder(plan: readonly SqlOperator[], byId: ReadonlyMap<number, SqlOperator>): SqlOperator[] {
  const done: SqlOperator[] = [];
  const seen = new Set<number>();
  for (const root of plan) {
    const open: { operator: SqlOperator; next: number }[] = [];
    const enter = (operator: SqlOperator) => {
      if (seen.has(operator.id)) return;
      seen.add(operator.id);
      open.push({ operator, next: 0 });
    };
    enter(root);
    for (let top = open[0]; top !== undefined; top = open[open.length - 1]) {
      const input = top.operator.inputs[top.next++];
      if (input === undefined) {
        done.push(top.operator);
        open.pop();
        continue;
      }
      const operator = byId.get(input);
      if (operator !== undefined) enter(operator);
    }
  }
  return done;
}

export interface PlanTotals {
  stateBytes: number;
  stateRows: number;
  ratePerSecond: number;
}

/** What the whole keeps, and what its sources bring. */
export function totalsOf(plan: readonly SqlOperator[]): PlanTotals {
  return plan.reduce<PlanTotals>(
    (sum, operator) => ({
      stateBytes: sum.stateBytes + operator.stateBytes,
      stateRows: sum.stateRows + operator.stateRows,
      ratePerSecond: sum.ratePerSecond + (operator.inputs.length === 0 ? operator.ratePerSecond : 0),
    }),
    { stateBytes: 0, stateRows: 0, ratePerSecond: 0 },
  );
}

/** 0 to 1: how much of the plan's state stands in an operator. */
export function shareOf(operator: SqlOperator, totals: PlanTotals): number {
  return totals.stateBytes === 0 ? 0 : operator.stateBytes / totals.stateBytes;
}
