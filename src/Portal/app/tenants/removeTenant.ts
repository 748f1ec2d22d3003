import { all, api } from '@/api/endpoints';
import { Problem } from '@/api/problem';

const sitesMax = 10_000;
const attemptsMax = 5;
const pauseMilliseconds = 400;

/** Deletes a tenant with its sites: the server takes a tenant only when nothing is left in it. What was begun is gone also when the rest fails. */
export async function removeTenant(tenant: string, version: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { items } = await all((cursor) => api.sites.list(tenant, { limit: 500, cursor }), sitesMax);
    for (const site of items) await api.sites.delete(tenant, site.id);
    try {
      return await api.tenants.delete(tenant, version);
    } catch (error) {
      // The tenant hears of its sites' end a moment later.
      if (Problem.from(error).status !== 409 || attempt === attemptsMax) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    }
  }
}
