import type { Status } from '@/api/types';

/** The status that a score alone means; a silent server is told by its health, not by its score. */
export function statusOf(score: number): Exclude<Status, 'silent'> {
  return score >= 80 ? 'healthy' : score >= 50 ? 'degraded' : 'critical';
}

export const statuses: readonly Status[] = ['critical', 'degraded', 'silent', 'healthy'];
