import type { Look } from './options';

const still = matchMedia('(prefers-reduced-motion: reduce)');

/** Colours and sizes as they hold where an element stands: a board on a wall has its own. */
export function lookOf(element: HTMLElement): Look {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    series: Array.from({ length: 8 }, (_, index) => token(`series-${index + 1}`)),
    text: token('text-soft'), strong: token('text'), faint: token('line-strong'), grid: token('chart-grid'), surface: token('surface-raised'), font: style.fontFamily, onSeries: token('on-series'), width: element.clientWidth, height: element.clientHeight, good: token('healthy-fill'), bad: token('critical-fill'), accent: token('series-1'),
    scale: Number(token('board-scale')) || 1,
    animated: !still.matches,
  };
}

export const isStill = (): boolean => still.matches;
