export type Range = { kind: 'last'; name: string; milliseconds: number } | { kind: 'fixed'; from: number; to: number };

const minute = 60_000;
export const lastRanges = [
  { name: '5m', milliseconds: 5 * minute },
  { name: '15m', milliseconds: 15 * minute },
  { name: '1h', milliseconds: 60 * minute },
  { name: '6h', milliseconds: 360 * minute },
  { name: '24h', milliseconds: 1_440 * minute },
  { name: '7d', milliseconds: 10_080 * minute },
] as const;

export const rangeDefault = lastRanges[1];

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400].map((seconds) => seconds * 1_000);
/** Agents send every few seconds: finer steps would only draw gaps. */
export const stepMin = 5_000;

/** The finest round step with which a range has no more points than a chart of that many pixels can show. */
export function chooseStep(milliseconds: number, pointsMax = 240): number {
  const wanted = Math.max(stepMin, milliseconds / pointsMax);
  return steps.find((step) => step >= wanted) ?? Math.ceil(wanted / 86_400_000) * 86_400_000;
}

/** Reads a range from the page's address: `range=1h`, or `from` and `to` in milliseconds. */
export function readRange(query: Record<string, unknown>): Range {
  const from = Number(query.from);
  const to = Number(query.to);
  if (query.from !== undefined && query.to !== undefined && Number.isFinite(from) && Number.isFinite(to) && to > from) return { kind: 'fixed', from, to };
  return { kind: 'last', ...(lastRanges.find((range) => range.name === query.range) ?? rangeDefault) };
}

export function writeRange(range: Range): Record<string, string> {
  if (range.kind === 'fixed') return { from: String(Math.round(range.from)), to: String(Math.round(range.to)) };
  return range.name === rangeDefault.name ? {} : { range: range.name };
}

export function lengthOf(range: Range): number {
  return range.kind === 'last' ? range.milliseconds : range.to - range.from;
}

/** The times of a query: both ends lie on the grid of the step, so that an answer's points stay where they are when it is asked again. */
export function alignedQuery(range: Range, now: number = Date.now()): { from: number; to: number; step: number } {
  const step = chooseStep(lengthOf(range));
  const end = range.kind === 'fixed' ? range.to : now;
  return { from: Math.floor((end - lengthOf(range)) / step) * step, to: Math.ceil(end / step) * step, step };
}
