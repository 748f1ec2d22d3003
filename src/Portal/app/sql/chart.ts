import { isNumeric, isTime, cellText, compareValues, toNumber } from './values';
import type { SqlColumn, SqlRow } from './types';

export type ChartKind = 'line' | 'bar' | 'pie';
export interface ChartChoice {
  kind: ChartKind;
  /** Position of the column along the bottom, or of the slices' names. */
  label: number;
  /** Positions of the columns that are drawn. */
  values: number[];
}
export interface ChartColors {
  series: readonly string[];
  text: string;
  grid: string;
  surface: string;
}

/** More than these cannot be told apart. */
const slicesMax = 12;
const pointsMax = 5_000;
const seriesMax = 8;

/** What may be drawn: at least one column of numbers and a row. */
export function canDraw(columns: readonly SqlColumn[], rows: readonly SqlRow[]): boolean {
  return rows.length > 0 && columns.some(isNumeric);
}

/** A first choice that shows something: times along the bottom as lines, else names as bars. */
export function chooseChart(columns: readonly SqlColumn[]): ChartChoice {
  const time = columns.findIndex(isTime);
  const name = columns.findIndex((column) => !isNumeric(column));
  const label = time >= 0 ? time : name >= 0 ? name : 0;
  const numbers = columns.map((_, index) => index).filter((index) => isNumeric(columns[index]!) && index !== label);
  const values = numbers.length > 0 ? numbers.slice(0, 3) : [label];
  return { kind: time >= 0 ? 'line' : 'bar', label, values };
}

/** Another kind of the same: slices are named by a text rather than by a time, where there is one. */
export function withKind(choice: ChartChoice, kind: ChartKind, columns: readonly SqlColumn[]): ChartChoice {
  const text = columns.findIndex((column) => !isNumeric(column) && !isTime(column));
  return { ...choice, kind, label: kind === 'pie' && text >= 0 && isTime(columns[choice.label]!) ? text : choice.label };
}

/** The options that ECharts draws. Lines over times are put in order of time; what is too much is cut. */
export function chartOptions(columns: readonly SqlColumn[], rows: readonly SqlRow[], choice: ChartChoice, colors: ChartColors, other: string) {
  return choice.kind === 'pie' ? pie(columns, rows, choice, colors, other) : axes(columns, rows, choice, colors);
}

const nameOf = (row: SqlRow, label: number) => cellText(row[label]) ?? '∅';

function axes(columns: readonly SqlColumn[], rows: readonly SqlRow[], choice: ChartChoice, colors: ChartColors) {
  const along = columns[choice.label]!;
  const byTime = choice.kind === 'line' && isTime(along);
  const drawn = rows.slice(0, pointsMax);
  if (byTime || (choice.kind === 'line' && isNumeric(along))) drawn.sort((a, b) => compareValues(a[choice.label], b[choice.label], isNumeric(along)));
  const values = choice.values.slice(0, seriesMax);
  const axisText = { color: colors.text, fontSize: 11, fontFamily: 'inherit', hideOverlap: true };
  return {
    animation: false,
    useUTC: true,
    color: [...colors.series],
    grid: { left: 12, right: 20, top: values.length > 1 ? 36 : 16, bottom: 8, containLabel: true },
    legend: values.length > 1 ? { top: 0, left: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 8, textStyle: { color: colors.text, fontFamily: 'inherit', fontSize: 12 } } : undefined,
    tooltip: { trigger: 'axis', ...tooltip(colors), axisPointer: { type: choice.kind === 'bar' ? 'shadow' : 'line' } },
    xAxis: byTime
      ? { type: 'time', axisLine: { lineStyle: { color: colors.grid } }, axisTick: { show: false }, splitLine: { show: false }, axisLabel: axisText }
      : { type: 'category', data: drawn.map((row) => nameOf(row, choice.label)), axisLine: { lineStyle: { color: colors.grid } }, axisTick: { show: false }, axisLabel: { ...axisText, width: 120, overflow: 'truncate' } },
    yAxis: { type: 'value', scale: choice.kind === 'line', axisLine: { show: false }, splitLine: { lineStyle: { color: colors.grid } }, axisLabel: axisText },
    series: values.map((index) => ({
      name: columns[index]!.name,
      type: choice.kind,
      data: drawn.map((row) => (byTime ? [timeOf(row, choice.label), toNumber(row[index])] : toNumber(row[index]))),
      showSymbol: drawn.length <= 60,
      symbolSize: 5,
      barMaxWidth: 42,
      lineStyle: { width: 1.8 },
      itemStyle: choice.kind === 'bar' ? { borderRadius: [3, 3, 0, 0] } : undefined,
      sampling: choice.kind === 'line' ? 'lttb' : undefined,
    })),
  };
}

function pie(columns: readonly SqlColumn[], rows: readonly SqlRow[], choice: ChartChoice, colors: ChartColors, other: string) {
  const at = choice.values[0] ?? choice.label;
  const sums = new Map<string, number>();
  for (const row of rows) {
    const value = toNumber(row[at]);
    if (value !== null && value > 0) sums.set(nameOf(row, choice.label), (sums.get(nameOf(row, choice.label)) ?? 0) + value);
  }
  const largest = [...sums].sort((a, b) => b[1] - a[1]);
  const shown = largest.length > slicesMax ? largest.slice(0, slicesMax - 1) : largest;
  const rest = largest.slice(shown.length).reduce((sum, [, value]) => sum + value, 0);
  const slices = [...shown, ...(rest > 0 ? [[other, rest] as [string, number]] : [])].map(([name, value]) => ({ name, value }));
  return {
    animation: false,
    color: [...colors.series],
    tooltip: { trigger: 'item', ...tooltip(colors) },
    series: [
      {
        name: columns[at]!.name,
        type: 'pie',
        radius: ['42%', '72%'],
        data: slices,
        label: { color: colors.text, fontFamily: 'inherit', fontSize: 12, formatter: '{b}  {d}%' },
        itemStyle: { borderColor: colors.surface, borderWidth: 2 },
      },
    ],
  };
}

function tooltip(colors: ChartColors) {
  return { backgroundColor: colors.surface, borderColor: colors.grid, textStyle: { color: colors.text, fontFamily: 'inherit', fontSize: 12 }, confine: true };
}

/** Times without a zone are meant as they stand: UTC, as the server writes them. */
function timeOf(row: SqlRow, label: number): number | null {
  const text = cellText(row[label]);
  if (text === null) return null;
  const plain = text.replace(' ', 'T');
  const at = Date.parse(/Z$|[+-]\d\d:?\d\d$/.test(plain) || !plain.includes('T') ? plain : `${plain}Z`);
  return Number.isNaN(at) ? null : at;
}
