export type Unit = 'percent' | 'bytes' | 'bytesPerSecond' | 'perSecond' | 'count' | 'seconds' | 'milliseconds' | 'microseconds' | 'megahertz' | 'number' | 'flag' | 'ratio';

const binaryPrefixes = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

const formats = new Map<string, Intl.NumberFormat>();

export function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let format = formats.get(key);
  if (format === undefined) formats.set(key, (format = new Intl.NumberFormat(locale, options)));
  return format;
}

/** Digits after the point so that about three digits count. */
function digitsFor(value: number): number {
  const size = Math.abs(value);
  return size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2;
}

export function formatNumber(value: number, locale: string, digits: number = digitsFor(value)): string {
  return numberFormat(locale, { maximumFractionDigits: digits }).format(value);
}

/** Bytes with binary prefixes: 1536 is 1.5 KiB. */
export function formatBytes(value: number, locale: string): string {
  let size = Math.abs(value);
  let prefix = 0;
  while (size >= 1023.5 && prefix < binaryPrefixes.length - 1) {
    size /= 1024;
    prefix++;
  }
  const digits = prefix === 0 ? 0 : size >= 99.95 ? 0 : 1;
  return `${formatNumber(Math.sign(value) * size, locale, digits)} ${binaryPrefixes[prefix]}`;
}

/** A span of time in its two largest units: 93784 s is `1 d 2 h`. */
export function formatDuration(seconds: number, locale: string): string {
  const unit = (value: number, name: string) => numberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'narrow', maximumFractionDigits: 0 }).format(value);
  const size = Math.abs(seconds);
  if (size < 1) return numberFormat(locale, { style: 'unit', unit: 'millisecond', unitDisplay: 'short', maximumFractionDigits: 0 }).format(seconds * 1000);
  const whole = Math.round(size);
  const steps: [number, string][] = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ];
  const first = steps.findIndex(([length]) => whole >= length);
  const [length, name] = steps[first] ?? [1, 'second'];
  const rest = whole % length;
  const next = steps[first + 1];
  const text = unit(Math.floor(whole / length), name);
  if (next === undefined || Math.floor(rest / next[0]) === 0) return text;
  return `${text} ${unit(Math.floor(rest / next[0]), next[1])}`;
}

/** A value with its unit, for people. */
export function formatValue(value: number | null | undefined, unit: Unit, locale: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  switch (unit) {
    case 'percent':
      return `${formatNumber(value, locale, Math.abs(value) >= 99.95 || value === 0 ? 0 : 1)}%`;
    case 'ratio':
      return formatNumber(value, locale, 2);
    case 'bytes':
      return formatBytes(value, locale);
    case 'bytesPerSecond':
      return `${formatBytes(value, locale)}/s`;
    case 'perSecond':
      return `${formatNumber(value, locale)}/s`;
    case 'seconds':
      return formatDuration(value, locale);
    case 'milliseconds':
      return Math.abs(value) < 10_000 ? `${formatNumber(value, locale)} ms` : formatDuration(value / 1000, locale);
    case 'microseconds':
      return Math.abs(value) < 1_000 ? `${formatNumber(value, locale, Math.abs(value) < 10 ? 1 : 0)} µs` : formatValue(value / 1_000, 'milliseconds', locale);
    case 'megahertz':
      return `${formatNumber(value / 1000, locale, 2)} GHz`;
    case 'count':
      return numberFormat(locale, Math.abs(value) >= 1_000_000 ? { notation: 'compact', maximumFractionDigits: 1 } : { maximumFractionDigits: 1 }).format(value);
    case 'flag':
    case 'number':
      return formatNumber(value, locale);
  }
}
