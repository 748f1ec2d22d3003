import { open, signIn } from './browser.js';
import { degradedCluster, threeSilos } from './scripted.js';

/** The address of every page, with a tenant, a site and a server that exist (the worst server that still sends, so that there is something to see). */
export async function findPages(browser) {
  const page = await open(browser);
  await signIn(page);
  const { tenant, site, server, silo } = await page.evaluate(async () => {
    const rows = (await (await fetch('/api/v1/servers?limit=500')).json()).items;
    const row = rows.find((item) => item.health.status !== 'silent' && item.health.causes.length > 0) ?? rows.find((item) => item.health.status !== 'silent') ?? rows[0];
    const { self, silos } = await (await fetch('/api/v1/cluster')).json();
    return { tenant: row.tenant, site: row.site, server: row.id, silo: self ?? silos[0].id };
  });
  await page.context().close();
  const serverPath = `/servers/${tenant}/${site}/${server}`;
  const settle = (page) => page.waitForTimeout(500);
  return [
    { name: 'fleet', path: '/' },
    { name: 'servers', path: '/servers' },
    { name: 'server-charts', path: serverPath },
    { name: 'server-processes', path: `${serverPath}?tab=processes` },
    { name: 'server-databases', path: `${serverPath}?tab=databases` },
    { name: 'server-logs', path: `${serverPath}?tab=logs` },
    { name: 'server-explorer', path: `${serverPath}?tab=explorer&range=1h` },
    { name: 'server-facts', path: `${serverPath}?tab=facts` },
    { name: 'tenants', path: '/tenants' },
    { name: 'tenant', path: `/tenants/${tenant}` },
    { name: 'site', path: `/tenants/${tenant}/sites/${site}` },
    { name: 'alarms', path: '/alarms' },
    { name: 'alarms-resolved', path: '/alarms?tab=resolved' },
    { name: 'silences', path: `/alarms?tab=silences&tenant=${tenant}` },
    { name: 'webhooks', path: `/alarms?tab=webhooks&tenant=${tenant}` },
    { name: 'flows', path: '/flows' },
    { name: 'pipelines', path: `/pipelines?tenant=${tenant}` },
    { name: 'catalog', path: '/catalog' },
    { name: 'sql', path: `/sql?tenant=${tenant}` },
    { name: 'boards', path: '/boards' },
    { name: 'jobs', path: '/jobs' },
    { name: 'new-job', path: '/jobs/-/new' },
    { name: 'configurations', path: '/configuration' },
    { name: 'rules', path: '/rules' },
    { name: 'rule', path: '/rules/edit/cpu-high' },
    { name: 'licences', path: '/licences' },
    { name: 'reviews', path: '/reviews' },
    { name: 'users', path: '/users' },
    { name: 'cluster', path: '/cluster' },
    { name: 'cluster-grains', path: '/cluster?tab=grains' },
    { name: 'cluster-methods', path: '/cluster?tab=methods' },
    { name: 'cluster-reminders', path: '/cluster?tab=reminders' },
    { name: 'cluster-history', path: '/cluster?tab=history' },
    { name: 'silo', path: `/cluster/silos/${silo}` },
    { name: 'about', path: '/about' },
    { name: 'not-found', path: '/no/such/page' },
    {
      name: 'palette', path: '/',
      act: async (page) => {
        await page.keyboard.press('Control+k');
        await page.waitForSelector('dialog[open] input');
        await page.keyboard.type(server.slice(0, 3));
        await settle(page);
      },
    },
    { name: 'tenant-dialog', path: '/tenants', act: async (page) => (await page.click('[data-test=new-tenant]'), settle(page)) },
    { name: 'silence-dialog', path: '/alarms', act: async (page) => ((await page.locator('[data-test=silence]').count()) > 0 && (await page.locator('[data-test=silence]').first().click()), settle(page)) },
    { name: 'user-dialog', path: '/users', act: async (page) => (await page.click('[data-test=new-user]'), settle(page)) },
  ];
}

/** The cluster's pages with several silos, in good order and not: the server in front of the real one says so. */
export const scriptedPages = [
  { name: 'silos3', path: '/cluster', state: threeSilos },
  { name: 'silos3-grains', path: '/cluster?tab=grains', state: threeSilos },
  { name: 'silos3-methods', path: '/cluster?tab=methods', state: threeSilos },
  { name: 'silos3-reminders', path: '/cluster?tab=reminders', state: threeSilos },
  { name: 'silos3-history', path: '/cluster?tab=history', state: threeSilos },
  { name: 'silos3-silo', path: '/cluster/silos/erp-3@2', state: threeSilos },
  { name: 'silos3-degraded', path: '/cluster', state: degradedCluster },
  {
    name: 'silos3-leave', path: '/cluster', state: degradedCluster,
    act: async (page) => {
      await page.click('[data-silo="erp-3@2"] [data-test=restart]');
      await page.waitForSelector('[data-test=confirm-word]');
    },
  },
];

/** A server that sends now: its key and its page. */
export async function aliveServer(page) {
  const row = await page.evaluate(async () => {
    const rows = (await (await fetch('/api/v1/servers?limit=500')).json()).items.filter((item) => item.health.status !== 'silent');
    // The machine that the process runs on is watched by the real agent: its values move for certain.
    return rows.find((item) => item.tenant === 'this-machine') ?? rows[0];
  });
  if (row === undefined) throw new Error('no server sends samples');
  return { key: row.key, tenant: row.tenant, path: `/servers/${row.key}` };
}
