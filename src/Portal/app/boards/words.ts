// Texts and values of a tile in the person's language.
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { localeTag } from '@/language';
import { dateFormat } from '@/format/times';
import { formatDuration, numberFormat } from '@/format/units';
import { cellText, isNumeric, toNumber } from '@/sql/values';
import type { SqlColumn, SqlValue } from '@/sql/types';
import type { BoardText, TileChart, TileFormat } from './types';

export interface Words {
  language: 'zh' | 'en';
  tag: string;
}

export function useWords() {
  const { locale } = useI18n();
  return computed<Words>(() => ({ language: locale.value === 'zh' ? 'zh' : 'en', tag: localeTag(locale.value) }));
}

export const textOf = (text: BoardText | null | undefined, { language }: Words): string => text?.[language] ?? text?.en ?? '';

/** A value in short: what is large is told in thousands or 万. */
export function shortNumber(value: number | null, format: TileFormat, { tag }: Words): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  switch (format) {
    case 'percent':
      return `${numberFormat(tag, { maximumFractionDigits: size >= 100 ? 0 : 1 }).format(value)}%`;
    case 'seconds':
      return formatDuration(value, tag);
    case 'integer':
      return numberFormat(tag, size >= 1_000_000 ? { notation: 'compact', maximumFractionDigits: 2 } : { maximumFractionDigits: 0 }).format(value);
    case 'money':
      if (size >= 100_000) return numberFormat(tag, { notation: 'compact', minimumFractionDigits: 1, maximumFractionDigits: 2 }).format(value);
      return numberFormat(tag, size >= 1_000 ? { maximumFractionDigits: 0 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
    default:
      return numberFormat(tag, size >= 1_000_000 ? { notation: 'compact', maximumFractionDigits: 2 } : { maximumFractionDigits: size >= 100 ? 0 : size >= 10 ? 1 : 2 }).format(value);
  }
}

/** A value in full, as a tooltip tells it. */
export function wholeNumber(value: number | null, format: TileFormat, unit: string, words: Words): string {
  if (value === null || !Number.isFinite(value)) return '–';
  if (format === 'percent' || format === 'seconds') return shortNumber(value, format, words);
  const digits = format === 'integer' ? 0 : format === 'money' ? 2 : 4;
  const text = numberFormat(words.tag, { minimumFractionDigits: format === 'money' ? 2 : 0, maximumFractionDigits: digits }).format(value);
  return unit === '' ? text : `${text} ${unit}`;
}

export const columnLabel = (name: string, chart: TileChart, words: Words): string => textOf(chart.labels?.[name], words) || name;

/** Columns for the eye: those that the board names, where it names any; others only tell rows apart. */
export function shownColumns(chart: TileChart, columns: readonly SqlColumn[]): number[] {
  const all = columns.map((_, index) => index);
  const named = all.filter((index) => chart.labels?.[columns[index]!.name] !== undefined);
  return named.length > 0 ? named : all;
}

/** A value as the board names it, else as it stands. */
export function valueLabel(value: SqlValue | undefined, chart: TileChart, words: Words): string {
  const text = cellText(value);
  return text === null ? '–' : textOf(chart.values?.[text], words) || text;
}

/** A cell of a table or a feed: named values by their names, times short, numbers by the tile's format. */
export function cellWords(value: SqlValue | undefined, column: SqlColumn, chart: TileChart, words: Words): string {
  const text = cellText(value);
  if (text === null) return '–';
  const named = textOf(chart.values?.[text], words);
  if (named !== '') return named;
  if (/^TIMESTAMP/i.test(column.type)) return clockText(text, column, words);
  // Ids and numbers of bills are no amounts, whatever their type.
  if (isNumeric(column) && !/(^|_)(id|no|code|number)$/i.test(column.name)) {
    const number = toNumber(value);
    const isWhole = number !== null && Number.isInteger(number) && !/money|percent/.test(chart.format ?? '');
    return number === null ? text : shortNumber(number, isWhole ? 'integer' : chart.y?.includes(column.name) ? (chart.format ?? 'number') : Number.isInteger(number) ? 'integer' : 'money', words);
  }
  return text;
}

/** The moment of a text on a clock of UTC that shows what is to be read: a time without a zone as it stands, a moment as the person's clock has it. */
export function instantOf(text: string, column?: SqlColumn): number | null {
  const plain = text.replace(' ', 'T');
  const at = Date.parse(/Z$|[+-]\d\d:?\d\d$/.test(plain) || !plain.includes('T') ? plain : `${plain}Z`);
  if (Number.isNaN(at)) return null;
  return column !== undefined && /^TIMESTAMP_LTZ/i.test(column.type) ? at - new Date(at).getTimezoneOffset() * 60_000 : at;
}

const nearMilliseconds = 20 * 3_600_000;

/** The time of day, with the day where that is another. */
function clockText(text: string, column: SqlColumn, { tag }: Words): string {
  const at = instantOf(text, column);
  if (at === null) return text;
  const isNear = Math.abs(at - Date.now()) < nearMilliseconds;
  return dateFormat(tag, { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'UTC', ...(isNear ? {} : { month: '2-digit', day: '2-digit' }) }).format(at);
}
