/** A selector for one metric with labels that must be equal: `disk_used_percent{mount="/data"}`. */
export function selector(metric: string, labels: Readonly<Record<string, string>> = {}): string {
  const parts = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}="${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`);
  return parts.length === 0 ? metric : `${metric}{${parts.join(',')}}`;
}
