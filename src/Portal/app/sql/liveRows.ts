import type { RowChange, SqlRow } from './types';

/** A row on the screen: its number stays while its cells change. */
export interface LiveRow {
  id: number;
  cells: SqlRow;
  /** Epoch of each cell's last change; 0 for what the snapshot brought. */
  changedAt: number[];
}

/** At most this many pairs are looked at to find which deleted row became which new one. */
const pairsMax = 40_000;

/** A result that changes in place. A row that leaves together with one that comes is taken for the same, changed: by key where there is one, else by the most equal cells. */
export class LiveRows {
  #rows: LiveRow[] = [];
  #places = new Map<string, LiveRow[]>();
  #next = 1;
  #batch = 0;

  /** @param key Positions of the key's columns; empty: none is known. */
  constructor(private readonly key: readonly number[] = []) {}

  get rows(): readonly LiveRow[] {
    return this.#rows;
  }

  get batch(): number {
    return this.#batch;
  }

  reset(rows: readonly SqlRow[]): void {
    this.#rows = [];
    this.#places = new Map();
    this.#batch = 0;
    for (const cells of rows) this.#add(cells, 0);
  }

  apply(changes: readonly RowChange[]): void {
    this.#batch++;
    const weights = new Map<string, { row: SqlRow; weight: number }>();
    for (const { row, weight } of changes) {
      const name = JSON.stringify(row);
      const known = weights.get(name);
      if (known === undefined) weights.set(name, { row, weight });
      else known.weight += weight;
    }
    const gone: SqlRow[] = [];
    const come: SqlRow[] = [];
    for (const { row, weight } of weights.values()) for (let i = 0; i < Math.abs(weight); i++) (weight < 0 ? gone : come).push(row);
    const rest = this.key.length > 0 ? this.#pairByKey(gone, come) : this.#pairByCells(gone, come);
    const removed = new Set<LiveRow>();
    for (const row of rest.gone) {
      const leaving = this.#take(row);
      if (leaving !== undefined) removed.add(leaving);
    }
    if (removed.size > 0) this.#rows = this.#rows.filter((row) => !removed.has(row));
    for (const row of rest.come) this.#add(row, this.#batch);
  }

  #pairByKey(gone: SqlRow[], come: SqlRow[]) {
    const nameOf = (row: SqlRow) => JSON.stringify(this.key.map((index) => row[index]));
    const leaving = new Map(gone.map((row) => [nameOf(row), row]));
    const added = come.filter((row) => {
      const old = leaving.get(nameOf(row));
      if (old === undefined || !this.#change(old, row)) return true;
      leaving.delete(nameOf(row));
      return false;
    });
    const still = new Set(leaving.values());
    return { gone: gone.filter((row) => still.has(row)), come: added };
  }

  #pairByCells(gone: SqlRow[], come: SqlRow[]) {
    if (gone.length * come.length > pairsMax) return { gone, come };
    const left = [...gone];
    const added: SqlRow[] = [];
    for (const row of come) {
      let best = -1;
      let most = 0;
      left.forEach((old, index) => {
        const equal = old.reduce<number>((sum, cell, at) => sum + (JSON.stringify(cell) === JSON.stringify(row[at]) ? 1 : 0), 0);
        if (equal > most) [best, most] = [index, equal];
      });
      if (best >= 0 && this.#change(left[best]!, row)) left.splice(best, 1);
      else added.push(row);
    }
    return { gone: left, come: added };
  }

  /** @returns Whether the old row was there. */
  #change(old: SqlRow, cells: SqlRow): boolean {
    const row = this.#take(old);
    if (row === undefined) return false;
    row.changedAt = cells.map((cell, index) => (JSON.stringify(cell) === JSON.stringify(row.cells[index]) ? row.changedAt[index]! : this.#batch));
    row.cells = cells;
    this.#keep(row);
    return true;
  }

  #add(cells: SqlRow, at: number): void {
    const row: LiveRow = { id: this.#next++, cells, changedAt: cells.map(() => at) };
    this.#rows.push(row);
    this.#keep(row);
  }

  #keep(row: LiveRow): void {
    const name = JSON.stringify(row.cells);
    const same = this.#places.get(name);
    if (same === undefined) this.#places.set(name, [row]);
    else same.push(row);
  }

  #take(cells: SqlRow): LiveRow | undefined {
    const name = JSON.stringify(cells);
    const same = this.#places.get(name);
    const row = same?.pop();
    if (same?.length === 0) this.#places.delete(name);
    return row;
  }
}
