import { computed, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { localeTag } from '@/language';
import { formatAge, formatClock, formatDay, formatDayClock, formatExact, formatRelative } from './times';
import { formatBytes, formatDuration, formatNumber, formatValue, type Unit } from './units';

type Time = number | string | Date;

// One clock for the whole page: relative times stay together and cost one timer.
const now = ref(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 5_000);

/** Numbers and times in the person's language; reactive, so a change of language writes them anew. */
export function useFormat() {
  const { locale } = useI18n();
  const tag = computed(() => localeTag(locale.value));
  return {
    tag,
    now,
    value: (value: number | null | undefined, unit: Unit) => formatValue(value, unit, tag.value),
    number: (value: number, digits?: number) => formatNumber(value, tag.value, digits),
    bytes: (value: number) => formatBytes(value, tag.value),
    duration: (seconds: number) => formatDuration(seconds, tag.value),
    exact: (at: Time) => formatExact(at, tag.value),
    clock: (at: Time, seconds = true) => formatClock(at, tag.value, seconds),
    day: (at: Time) => formatDay(at, tag.value),
    dayClock: (at: Time) => formatDayClock(at, tag.value),
    relative: (at: Time) => formatRelative(at, Math.max(now.value, Date.now()), tag.value),
    age: (at: Time) => formatAge(at, Math.max(now.value, Date.now()), tag.value),
  };
}
