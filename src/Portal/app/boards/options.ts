// What ECharts draws of a tile.
import type { SqlColumn, SqlRow } from '@/sql/types';
import { cellText } from '@/sql/values';
import { numberAt, ordered, shapeOf, type Shape } from './shape';
import type { TileChart } from './types';
import { columnLabel, instantOf, shortNumber, textOf, valueLabel, wholeNumber, type Words } from './words';

export interface Look {
  series: readonly string[];
  text: string;
  strong: string;
  faint: string;
  grid: string;
  surface: string;
  font: string;
  /** Of letters on a series' colour. */
  onSeries: string;
  width: number;
  height: number;
  good: string;
  bad: string;
  accent: string;
  /** How large letters are, of 1. */
  scale: number;
  animated: boolean;
}

const slicesMax = 10;
const namesMax = 40;
const seriesMax = 10;
const bucketsMax = 500;

export type Option = Record<string, unknown>;

export function tileOption(chart: TileChart, columns: readonly SqlColumn[], rows: readonly SqlRow[], look: Look, words: Words, others: string): Option {
  const shape = shapeOf(chart, columns);
  const drawn = ordered(chart, columns, rows, shape);
  const base: Option = { useUTC: true, animation: look.animated, animationDuration: 500, animationDurationUpdate: 700, animationEasingUpdate: 'cubicOut', color: [...look.series], textStyle: { fontFamily: look.font } };
  const list = drawn.map(({ row }) => row);
  switch (chart.kind) {
    case 'pie':
      return { ...base, ...pie(chart, columns, list, shape, look, words, others) };
    case 'gauge':
      return { ...base, ...gauge(chart, list, shape, look, words) };
    case 'funnel':
      return { ...base, ...funnel(chart, list, shape, look, words) };
    case 'map':
      return { ...base, ...map(chart, list, shape, look, words) };
    default:
      return { ...base, ...axes(chart, columns, list, shape, look, words) };
  }
}

const sized = (look: Look, size: number) => Math.round(size * look.scale);
const letters = (look: Look, size = 11) => ({ color: look.text, fontSize: sized(look, size), fontFamily: look.font });

function tooltip(look: Look, more: Option = {}): Option {
  return { backgroundColor: look.surface, borderColor: look.grid, padding: [8, 12], textStyle: { color: look.strong, fontFamily: look.font, fontSize: sized(look, 12) }, confine: true, ...more };
}

interface Line {
  id: string;
  name: string;
  values: Map<string, number | null>;
}

/** Series of the rows by their x: one a column of values, or one a value of the column that splits them. */
function linesOf(chart: TileChart, columns: readonly SqlColumn[], rows: readonly SqlRow[], shape: Shape, words: Words): { keys: string[]; lines: Line[] } {
  const keys = new Set<string>();
  const lines = new Map<string, Line>();
  const isSplit = shape.series >= 0;
  for (const row of rows) {
    const key = cellText(row[shape.x]) ?? '';
    if (shape.byTime && key === '') continue;
    keys.add(key);
    for (const index of isSplit ? shape.y.slice(0, 1) : shape.y) {
      const id = isSplit ? (cellText(row[shape.series]) ?? '') : String(index);
      let line = lines.get(id);
      if (line === undefined) {
        if (lines.size >= seriesMax) continue;
        lines.set(id, (line = { id, name: isSplit ? valueLabel(row[shape.series], chart, words) : columnLabel(columns[index]!.name, chart, words), values: new Map() }));
      }
      line.values.set(key, numberAt(row, index));
    }
  }
  // Series keep their colours whichever comes first.
  const sorted = isSplit ? [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line) : [...lines.values()];
  return { keys: [...keys], lines: sorted };
}

/** Moments from the first to the last in even steps, where what is summed in a step may be nothing. */
export function buckets(moments: readonly number[]): number[] {
  if (moments.length < 2) return [...moments];
  let step = Infinity;
  for (let index = 1; index < moments.length; index++) step = Math.min(step, moments[index]! - moments[index - 1]!);
  const first = moments[0]!;
  const last = moments[moments.length - 1]!;
  const count = Math.round((last - first) / step) + 1;
  // Dates of months and the like are no even steps.
  if (step <= 0 || count > bucketsMax || moments.some((moment) => Math.abs((moment - first) / step - Math.round((moment - first) / step)) > 1e-6)) return [...moments];
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function axes(chart: TileChart, columns: readonly SqlColumn[], rows: readonly SqlRow[], shape: Shape, look: Look, words: Words): Option {
  const unit = textOf(chart.unit, words);
  const format = chart.format ?? 'number';
  const { keys, lines } = linesOf(chart, columns, rows, shape, words);
  const isBar = chart.kind === 'bar';
  const shown = shape.byTime ? keys : keys.slice(0, namesMax);
  const byMoment = new Map(shape.byTime ? shown.map((key) => [instantOf(key, columns[shape.x]!) ?? 0, key]) : []);
  const moments = shape.byTime ? (chart.kind === 'line' ? [...byMoment.keys()] : buckets([...byMoment.keys()].sort((a, b) => a - b))) : [];
  const empty = chart.kind === 'line' ? null : 0;
  const stacked = chart.isStacked === true;
  const top = lines.length > 1 ? sized(look, 30) : 12;
  const names = shown.map((key) => valueLabel(key, chart, words));
  // Names that do not stand beside each other lean.
  const fits = names.every((name) => lettersWide(name) * 6.3 * look.scale < (look.width - 56) / names.length);
  return {
    grid: { left: 4, right: 14, top, bottom: 2, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    legend: lines.length > 1 ? { top: 0, left: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 4, itemGap: 16, textStyle: letters(look, 11.5), type: 'scroll', pageIconColor: look.text, pageTextStyle: letters(look) } : undefined,
    tooltip: tooltip(look, { trigger: 'axis', axisPointer: { type: isBar ? 'shadow' : 'line', lineStyle: { color: look.faint }, shadowStyle: { color: look.grid, opacity: 0.5 } }, valueFormatter: (value: unknown) => wholeNumber(typeof value === 'number' ? value : null, format, unit, words) }),
    xAxis: shape.byTime
      ? { type: 'time', axisLine: { lineStyle: { color: look.grid } }, axisTick: { show: false }, splitLine: { show: false }, axisLabel: { ...letters(look), hideOverlap: true } }
      : { type: 'category', data: names, axisLine: { lineStyle: { color: look.grid } }, axisTick: { show: false }, axisLabel: { ...letters(look), interval: 0, ...(fits ? {} : { rotate: 36, width: 88 * look.scale, overflow: 'truncate' }) } },
    yAxis: {
      type: 'value', min: chart.min ?? undefined, max: chart.max ?? undefined, scale: chart.kind === 'line', splitNumber: 4, axisLine: { show: false }, splitLine: { lineStyle: { color: look.grid } },
      axisLabel: { ...letters(look), formatter: (value: number) => shortNumber(value, format === 'money' ? 'number' : format, words) },
    },
    // By their ids, what moves is known from what is new.
    series: lines.map((line, index) => ({
      id: `line-${line.id}`,
      name: line.name,
      type: isBar ? 'bar' : 'line',
      stack: stacked ? 'all' : undefined,
      data: shape.byTime ? moments.map((moment) => [moment, byMoment.has(moment) ? (line.values.get(byMoment.get(moment)!) ?? empty) : empty]) : shown.map((key) => line.values.get(key) ?? empty),
      showSymbol: false,
      smooth: 0.25,
      smoothMonotone: 'x',
      barMaxWidth: 26 * look.scale,
      barGap: '12%',
      lineStyle: { width: 2 * look.scale },
      areaStyle: chart.kind === 'area' ? { color: faded(look.series[index % look.series.length]!, stacked ? 0.55 : 0.42) } : undefined,
      itemStyle: isBar ? { borderRadius: stacked && index < lines.length - 1 ? 0 : [4, 4, 0, 0], color: stacked ? undefined : upright(look.series[index % look.series.length]!) } : undefined,
      emphasis: { focus: lines.length > 1 ? 'series' : 'none' },
      markLine: chart.target !== null && chart.target !== undefined && index === 0 ? { silent: true, symbol: 'none', data: [{ yAxis: chart.target }], lineStyle: { color: look.good, type: 'dashed' }, label: { show: false } } : undefined,
    })),
  };
}

/** Chinese signs are twice as wide. */
const lettersWide = (name: string) => [...name].reduce((sum, sign) => sum + (sign.codePointAt(0)! > 0x2e7f ? 1.85 : 1), 0);
const gradient = (from: string, to: string): Option => ({ type: 'linear', x: 0, y: 0, x2: 0, y2: 1, colorStops: [{ offset: 0, color: from }, { offset: 1, color: to }] });
const upright = (color: string) => gradient(color, withAlpha(color, 0.45));
const faded = (color: string, alpha: number) => gradient(withAlpha(color, alpha), withAlpha(color, 0.03));

export function withAlpha(color: string, alpha: number): string {
  const hex = /^#([0-9a-f]{6})$/i.exec(color.trim())?.[1];
  return hex === undefined ? color : `rgba(${parseInt(hex.slice(0, 2), 16)},${parseInt(hex.slice(2, 4), 16)},${parseInt(hex.slice(4, 6), 16)},${alpha})`;
}

const legendLine = 19;
const legendItem = 118;

function pie(chart: TileChart, columns: readonly SqlColumn[], rows: readonly SqlRow[], shape: Shape, look: Look, words: Words, others: string): Option {
  const unit = textOf(chart.unit, words);
  const format = chart.format ?? 'number';
  const at = shape.y[0];
  const known = rows.map((row) => ({ name: valueLabel(row[shape.x], chart, words), value: numberAt(row, at) ?? 0, key: cellText(row[shape.x]) ?? '' })).filter((slice) => slice.value > 0);
  const shown = known.length > slicesMax ? known.slice(0, slicesMax - 1) : known;
  const rest = known.slice(shown.length).reduce((sum, slice) => sum + slice.value, 0);
  const slices = rest > 0 ? [...shown, { name: others, value: rest, key: '' }] : shown;
  const total = slices.reduce((sum, slice) => sum + slice.value, 0);
  // A slice keeps its colour while sizes change places.
  const keys = slices.map((slice) => slice.key).sort();
  // Names stand beside the ring where there is room, else in lines below it.
  const isWide = look.width > 1.55 * look.height;
  const perLine = Math.max(1, Math.floor(look.width / (legendItem * look.scale)));
  const below = isWide ? 0 : Math.ceil(slices.length / perLine) * legendLine * look.scale + 6;
  const center = isWide ? [look.width * 0.3, look.height / 2] : [look.width / 2, (look.height - below) / 2];
  const radius = Math.max(20, Math.min(isWide ? look.width * 0.27 : look.width / 2, (look.height - below) / 2) * 0.94 - 4);
  return {
    tooltip: tooltip(look, { trigger: 'item', valueFormatter: (value: unknown) => wholeNumber(typeof value === 'number' ? value : null, format, unit, words) }),
    title: { text: shortNumber(total, format, words), subtext: unit || (at === undefined ? '' : columnLabel(columns[at]!.name, chart, words)), left: center[0], top: center[1]! - sized(look, 21), textAlign: 'center', itemGap: 3, textStyle: { color: look.strong, fontSize: sized(look, 18), fontWeight: 650, fontFamily: look.font }, subtextStyle: { color: look.text, fontSize: sized(look, 11), fontFamily: look.font } },
    legend: {
      orient: isWide ? 'vertical' : 'horizontal', ...(isWide ? { left: '60%', top: 'middle' } : { left: 'center', bottom: 0 }), icon: 'circle', itemWidth: 8, itemHeight: 8, itemGap: isWide ? 8 : 6, selectedMode: false,
      textStyle: { ...letters(look, 11.5), lineHeight: sized(look, 14), rich: { name: { color: look.text, fontSize: sized(look, 11.5) }, share: { color: look.strong, fontSize: sized(look, 11.5), fontWeight: 600 } } },
      formatter: (name: string) => `{name|${name}}  {share|${shortNumber((100 * (slices.find((slice) => slice.name === name)?.value ?? 0)) / (total || 1), 'percent', words)}}`,
    },
    series: [{
      id: 'pie', type: 'pie', radius: [radius * 0.7, radius], center, padAngle: slices.length > 1 ? 1.5 : 0, minAngle: 3, label: { show: false }, labelLine: { show: false },
      data: slices.map((slice) => ({ name: slice.name, value: slice.value, itemStyle: { color: look.series[keys.indexOf(slice.key) % look.series.length], borderRadius: slices.length > 1 ? 5 : 0 } })),
    }],
  };
}

function gauge(chart: TileChart, rows: readonly SqlRow[], shape: Shape, look: Look, words: Words): Option {
  const format = chart.format ?? 'number';
  const value = numberAt(rows[0], shape.y[0]);
  const min = chart.min ?? 0;
  const max = chart.max ?? 100;
  const target = chart.target ?? null;
  const reached = target === null || value === null ? null : chart.isLowGood ? value <= target : value >= target;
  const color = reached === null ? look.accent : reached ? look.good : look.series[1]!;
  const common = { type: 'gauge', startAngle: 210, endAngle: -30, min, max, center: ['50%', '58%'], radius: '92%' };
  return {
    series: [
      {
        ...common, id: 'gauge', axisTick: { show: false }, splitLine: { show: false }, axisLabel: { show: false }, pointer: { show: false }, anchor: { show: false },
        axisLine: { roundCap: true, lineStyle: { width: 14 * look.scale, color: [[1, look.grid]] } },
        progress: { show: value !== null, roundCap: true, width: 14 * look.scale, itemStyle: { color: { type: 'linear', x: 0, y: 0, x2: 1, y2: 0, colorStops: [{ offset: 0, color: withAlpha(color, 0.35) }, { offset: 1, color }] } } },
        detail: { valueAnimation: look.animated, formatter: (shown: number) => (value === null ? '–' : shortNumber(shown, format, words)), color: look.strong, fontSize: sized(look, 30), fontWeight: 650, fontFamily: look.font, offsetCenter: [0, '4%'] },
        title: { show: target !== null, offsetCenter: [0, '38%'], ...letters(look, 12) },
        data: [{ value: value ?? min, name: target === null ? '' : `◎ ${shortNumber(target, format, words)}` }],
      },
      ...(target === null ? [] : [{ ...common, id: 'target', axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false }, axisLabel: { show: false }, detail: { show: false }, title: { show: false }, silent: true, animation: false, z: 5, pointer: { icon: 'rect', width: 3, length: 18 * look.scale, offsetCenter: [0, '-88%'], itemStyle: { color: look.strong } }, data: [{ value: target }] }]),
    ],
  };
}

function funnel(chart: TileChart, rows: readonly SqlRow[], shape: Shape, look: Look, words: Words): Option {
  const unit = textOf(chart.unit, words);
  const format = chart.format ?? 'number';
  const values = rows.map((row) => numberAt(row, shape.y[0]) ?? 0);
  const first = Math.max(1, values[0] ?? 1);
  const most = Math.max(1, ...values);
  return {
    tooltip: tooltip(look, { trigger: 'item', formatter: (item: { name: string; data: { whole: number } }) => `${item.name} <b>${wholeNumber(item.data.whole, format, unit, words)}</b>` }),
    series: [{
      id: 'funnel', type: 'funnel', sort: 'none', left: '4%', right: '4%', top: 6, bottom: 6, min: 0, max: 1, minSize: '16%', gap: 4,
      label: { position: 'inside', color: look.onSeries, fontFamily: look.font, fontSize: sized(look, 12), fontWeight: 560, formatter: (item: { name: string; data: { whole: number } }) => `${item.name}  ${shortNumber(item.data.whole, format, words)}${item.data.whole === first ? '' : `  ·  ${shortNumber((100 * item.data.whole) / first, 'percent', words)}`}` },
      itemStyle: { borderWidth: 0, borderRadius: 4 },
      // The root keeps small steps wide enough for their names.
      data: rows.map((row, index) => ({ name: valueLabel(row[shape.x], chart, words), value: Math.sqrt(values[index]! / most), whole: values[index]!, itemStyle: { color: look.series[index % look.series.length] } })),
    }],
  };
}

function map(chart: TileChart, rows: readonly SqlRow[], shape: Shape, look: Look, words: Words): Option {
  const unit = textOf(chart.unit, words);
  const format = chart.format ?? 'number';
  const points = rows.flatMap((row) => {
    const place = chart.places?.[cellText(row[shape.x]) ?? ''];
    const value = numberAt(row, shape.y[0]);
    return place === undefined || value === null ? [] : [{ name: valueLabel(row[shape.x], chart, words), value: [place[0]!, place[1]!, value], key: cellText(row[shape.x]) }];
  });
  const most = Math.max(1, ...points.map((point) => point.value[2]!));
  const places = Object.values(chart.places ?? {});
  const span = (index: 0 | 1) => {
    const all = places.map((place) => place[index]!);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const room = Math.max(2, (high - low) * 0.22);
    return { min: Math.floor((low - room) / 2) * 2, max: Math.ceil((high + room) / 2) * 2 };
  };
  const size = (value: number) => (10 + 30 * Math.sqrt(value / most)) * look.scale;
  const sides = labelSides(points.map((point) => {
    const [x, y] = [span(0), span(1)];
    const text = `${point.name}  ${shortNumber(point.value[2]!, format, words)}`;
    return { x: ((point.value[0]! - x.min) / (x.max - x.min)) * look.width, y: (1 - (point.value[1]! - y.min) / (y.max - y.min)) * look.height, radius: size(point.value[2]!) / 2, width: lettersWide(text) * 6.6 * look.scale, height: 17 * look.scale };
  }), look.width, look.height);
  const axis = { type: 'value', axisLine: { show: false }, axisTick: { show: false }, axisLabel: { show: false }, splitNumber: 6, splitLine: { lineStyle: { color: look.grid, type: 'dashed', opacity: 0.8 } } };
  return {
    tooltip: tooltip(look, { trigger: 'item', formatter: (item: { name: string; value: number[] }) => `${item.name} <b>${wholeNumber(item.value[2] ?? null, format, unit, words)}</b>` }),
    grid: { left: 4, right: 4, top: 4, bottom: 4 },
    xAxis: { ...axis, ...span(0) },
    yAxis: { ...axis, ...span(1) },
    series: [{
      id: 'map',
      type: look.animated ? 'effectScatter' : 'scatter',
      rippleEffect: { scale: 2.2, brushType: 'stroke', period: 5, number: 2 },
      symbolSize: (value: number[]) => size(value[2] ?? 0),
      itemStyle: { color: { type: 'radial', x: 0.5, y: 0.5, r: 0.5, colorStops: [{ offset: 0, color: withAlpha(look.accent, 0.95) }, { offset: 1, color: withAlpha(look.accent, 0.35) }] }, shadowBlur: 18, shadowColor: look.accent },
      label: { show: true, position: 'right', distance: 6, color: look.strong, fontFamily: look.font, fontSize: sized(look, 12), fontWeight: 550, formatter: (item: { name: string; value: number[] }) => `${item.name}  {value|${shortNumber(item.value[2] ?? null, format, words)}}`, rich: { value: { color: look.text, fontSize: sized(look, 11) } } },
      data: points.map((point, index) => ({ ...point, label: { position: sides[index] } })),
    }],
  };
}

export interface Circle {
  x: number;
  y: number;
  radius: number;
  /** Of its name. */
  width: number;
  height: number;
}
type Side = 'right' | 'left' | 'bottom' | 'top';

/** At which side of each circle its name stands: the first where it covers no circle and no name and is inside; larger circles choose first. */
export function labelSides(circles: readonly Circle[], width: number, height: number): Side[] {
  const sides = circles.map<Side>(() => 'right');
  const taken = circles.map(({ x, y, radius }) => ({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius }));
  const boxAt = ({ x, y, radius, width: wide, height: high }: Circle, side: Side) => {
    const left = side === 'right' ? x + radius + 6 : side === 'left' ? x - radius - 6 - wide : x - wide / 2;
    const top = side === 'bottom' ? y + radius + 6 : side === 'top' ? y - radius - 6 - high : y - high / 2;
    return { left, right: left + wide, top, bottom: top + high };
  };
  for (const index of circles.map((_, place) => place).sort((a, b) => circles[b]!.radius - circles[a]!.radius)) {
    for (const side of ['right', 'left', 'bottom', 'top'] as const) {
      const box = boxAt(circles[index]!, side);
      const isInside = box.left >= 0 && box.right <= width && box.top >= 0 && box.bottom <= height;
      if (!isInside || taken.some((other, place) => place !== index && box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top)) continue;
      sides[index] = side;
      break;
    }
    taken.push(boxAt(circles[index]!, sides[index]!));
  }
  return sides;
}

export interface Clicked {
  name?: string;
  seriesName?: string;
  data?: unknown;
}

/** The row behind what was clicked in a drawing: by its name, or by its moment and series. */
export function rowAt(chart: TileChart, columns: readonly SqlColumn[], rows: readonly SqlRow[], clicked: Clicked, words: Words): SqlRow | null {
  const shape = shapeOf(chart, columns);
  const list = ordered(chart, columns, rows, shape).map(({ row }) => row);
  if (chart.kind === 'gauge') return list[0] ?? null;
  if (shape.byTime) {
    const moment = Array.isArray(clicked.data) ? clicked.data[0] : null;
    return list.find((row) => instantOf(cellText(row[shape.x]) ?? '', columns[shape.x]!) === moment && (shape.series < 0 || valueLabel(row[shape.series], chart, words) === clicked.seriesName)) ?? null;
  }
  return list.find((row) => valueLabel(row[shape.x], chart, words) === clicked.name && (shape.series < 0 || valueLabel(row[shape.series], chart, words) === clicked.seriesName)) ?? null;
}
