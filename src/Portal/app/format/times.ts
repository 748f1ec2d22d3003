import { numberFormat } from './units';

const formats = new Map<string, Intl.DateTimeFormat>();

export function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let format = formats.get(key);
  if (format === undefined) formats.set(key, (format = new Intl.DateTimeFormat(locale, { hourCycle: 'h23', ...options })));
  return format;
}

/** Date and time to the second, with the zone: what a tooltip shows. */
export function formatExact(at: number | string | Date, locale: string): string {
  return dateFormat(locale, { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' }).format(new Date(at));
}

export function formatClock(at: number | string | Date, locale: string, seconds = true): string {
  return dateFormat(locale, { hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}) }).format(new Date(at));
}

export function formatDay(at: number | string | Date, locale: string): string {
  return dateFormat(locale, { year: 'numeric', month: 'short', day: 'numeric' }).format(new Date(at));
}

export function formatDayClock(at: number | string | Date, locale: string): string {
  return dateFormat(locale, { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' }).format(new Date(at));
}

const relativeFormats = new Map<string, Intl.RelativeTimeFormat>();

/** How long ago (or ahead) in one unit: `3 min ago`. */
export function formatRelative(at: number | string | Date, now: number, locale: string): string {
  let format = relativeFormats.get(locale);
  if (format === undefined) relativeFormats.set(locale, (format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })));
  const seconds = Math.round((new Date(at).getTime() - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 60) return format.format(seconds, 'second');
  if (size < 3_600) return format.format(Math.trunc(seconds / 60), 'minute');
  if (size < 86_400) return format.format(Math.trunc(seconds / 3_600), 'hour');
  if (size < 30 * 86_400) return format.format(Math.trunc(seconds / 86_400), 'day');
  if (size < 365 * 86_400) return format.format(Math.trunc(seconds / (30 * 86_400)), 'month');
  return format.format(Math.trunc(seconds / (365 * 86_400)), 'year');
}

/** `12 min`: how long something has lasted, in one unit. */
export function formatAge(at: number | string | Date, now: number, locale: string): string {
  const seconds = Math.max(0, Math.round((now - new Date(at).getTime()) / 1000));
  const [value, unit] = seconds < 60 ? [seconds, 'second'] : seconds < 3_600 ? [seconds / 60, 'minute'] : seconds < 86_400 ? [seconds / 3_600, 'hour'] : [seconds / 86_400, 'day'];
  return numberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }).format(Math.floor(value));
}
