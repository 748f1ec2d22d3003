import type { RouteLocationRaw } from 'vue-router';

/** The page of a server by its key, `tenant/site/server`; of a flow where an alarm names one, `tenant/~channel`, of a pipeline, `tenant/~:pipeline`, of a check, `tenant/~~check`, or of a review, `tenant/~!number`. */
export function serverRoute(key: string, query: Record<string, string> = {}): RouteLocationRaw {
  const [tenant = '', site = '', server = ''] = key.split('/');
  if (site.startsWith('~~')) return { name: 'check', params: { tenant, check: site.slice(2) } };
  if (site.startsWith('~:')) return { name: 'pipeline', params: { tenant, pipeline: site.slice(2) } };
  if (site.startsWith('~!')) return { name: 'review', params: { tenant, review: site.slice(2) } };
  if (site.startsWith('~')) return { name: 'flow', params: { tenant, channel: site.slice(1) } };
  return { name: 'server', params: { tenant, site, server }, query };
}

/** The page of a site by its key, `tenant/site`. */
export function siteRoute(key: string): RouteLocationRaw {
  const [tenant = '', site = ''] = key.split('/');
  return { name: 'site', params: { tenant, site } };
}

export const siteOf = (serverKey: string): string => serverKey.slice(0, serverKey.lastIndexOf('/'));
export const leafOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1).replace(/^~[~:!]?/, '');
