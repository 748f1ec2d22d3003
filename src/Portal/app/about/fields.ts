/** The leaves of nested values by their paths, in their order; lists and empty values are left out. */
export function flatten(value: Record<string, unknown>, prefix = ''): { path: string; value: unknown }[] {
  return Object.entries(value).flatMap(([name, item]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (item === null || item === undefined || Array.isArray(item)) return [];
    return typeof item === 'object' ? flatten(item as Record<string, unknown>, path) : [{ path, value: item }];
  });
}

/** `samplesPerSecond` as words: `Samples per second`. */
export function wordsOf(path: string): string {
  const text = path.replace(/\./g, ' · ').replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
