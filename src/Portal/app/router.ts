import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { Problem } from '@/api/problem';
import { useSession } from './session/store';

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's name in the messages. */
    title?: string;
    open?: boolean;
  }
}

const pages: RouteRecordRaw[] = [
  { path: '', name: 'fleet', component: () => import('./fleet/OverviewPage.vue'), meta: { title: 'nav.fleet' } },
  { path: 'tenants', name: 'tenants', component: () => import('./tenants/TenantsPage.vue'), meta: { title: 'nav.tenants' } },
  { path: 'tenants/:tenant', name: 'tenant', component: () => import('./tenants/TenantPage.vue'), props: true, meta: { title: 'nav.tenants' } },
  { path: 'tenants/:tenant/sites/:site', name: 'site', component: () => import('./tenants/SitePage.vue'), props: true, meta: { title: 'nav.tenants' } },
  { path: 'servers', name: 'servers', component: () => import('./servers/ServersPage.vue'), meta: { title: 'nav.servers' } },
  { path: 'servers/:tenant/:site/:server', name: 'server', component: () => import('./servers/ServerPage.vue'), props: true, meta: { title: 'nav.servers' } },
  { path: 'flows', name: 'flows', component: () => import('./flows/FlowsPage.vue'), meta: { title: 'nav.flows' } },
  { path: 'flows/:tenant/:channel', name: 'flow', component: () => import('./flows/FlowPage.vue'), props: true, meta: { title: 'nav.flows' } },
  { path: 'pipelines', name: 'pipelines', component: () => import('./pipelines/PipelinesPage.vue'), meta: { title: 'nav.pipelines' } },
  { path: 'pipelines/:tenant/:pipeline', name: 'pipeline', component: () => import('./pipelines/PipelinePage.vue'), props: true, meta: { title: 'nav.pipelines' } },
  { path: 'catalog', name: 'catalog', component: () => import('./catalog/CatalogPage.vue'), meta: { title: 'nav.catalog' } },
  { path: 'catalog/:tenant/:entity', name: 'entity', component: () => import('./catalog/EntityPage.vue'), props: true, meta: { title: 'nav.catalog' } },
  { path: 'sql', name: 'sql', component: () => import('./sql/SqlPage.vue'), meta: { title: 'nav.sql' } },
  { path: 'sql/:tenant/:relation', name: 'relation', component: () => import('./sql/RelationPage.vue'), props: true, meta: { title: 'nav.sql' } },
  { path: 'boards', name: 'boards', component: () => import('./boards/BoardsPage.vue'), meta: { title: 'nav.boards' } },
  { path: 'boards/:tenant/:board', name: 'board', component: () => import('./boards/BoardPage.vue'), props: true, meta: { title: 'nav.boards' } },
  // No board's id is a hyphen.
  { path: 'boards/:tenant/-/new', name: 'new-board', component: () => import('./boards/EditBoardPage.vue'), props: true, meta: { title: 'nav.boards' } },
  { path: 'boards/:tenant/:board/edit', name: 'edit-board', component: () => import('./boards/EditBoardPage.vue'), props: true, meta: { title: 'nav.boards' } },
  { path: 'tags', name: 'tags', component: () => import('./tags/TagsPage.vue'), meta: { title: 'nav.tags' } },
  { path: 'tags/:tenant/:type/:tag', name: 'tag', component: () => import('./tags/TagPage.vue'), props: true, meta: { title: 'nav.tags' } },
  // No tag's and no segment's id is a hyphen.
  { path: 'tags/:tenant/:type/-/new', name: 'new-tag', component: () => import('./tags/EditTagPage.vue'), props: true, meta: { title: 'nav.tags' } },
  { path: 'tags/:tenant/:type/:tag/edit', name: 'edit-tag', component: () => import('./tags/EditTagPage.vue'), props: true, meta: { title: 'nav.tags' } },
  { path: 'segments/:tenant/:type/:segment', name: 'segment', component: () => import('./tags/SegmentPage.vue'), props: true, meta: { title: 'nav.tags' } },
  { path: 'segments/:tenant/:type/-/new', name: 'new-segment', component: () => import('./tags/EditSegmentPage.vue'), props: true, meta: { title: 'nav.tags' } },
  { path: 'segments/:tenant/:type/:segment/edit', name: 'edit-segment', component: () => import('./tags/EditSegmentPage.vue'), props: true, meta: { title: 'nav.tags' } },
  { path: 'portraits/:tenant', name: 'customer', component: () => import('./portraits/CustomerPage.vue'), props: true, meta: { title: 'nav.tenants' } },
  { path: 'portraits/:tenant/:type/:object', name: 'portrait', component: () => import('./portraits/PortraitPage.vue'), props: true, meta: { title: 'nav.tags' } },
  { path: 'checks', name: 'checks', component: () => import('./checks/ChecksPage.vue'), meta: { title: 'nav.checks' } },
  { path: 'checks/:tenant/:check', name: 'check', component: () => import('./checks/CheckPage.vue'), props: true, meta: { title: 'nav.checks' } },
  { path: 'jobs', name: 'jobs', component: () => import('./jobs/JobsPage.vue'), meta: { title: 'nav.jobs' } },
  // No tenant's id is a hyphen.
  { path: 'jobs/-/new', name: 'new-job', component: () => import('./jobs/WizardPage.vue'), meta: { title: 'nav.jobs' } },
  { path: 'jobs/-/agents', name: 'agents', component: () => import('./jobs/AgentsPage.vue'), meta: { title: 'agents.title' } },
  { path: 'jobs/:tenant/:job', name: 'job', component: () => import('./jobs/JobPage.vue'), props: true, meta: { title: 'nav.jobs' } },
  { path: 'jobs/:tenant/:job/edit', name: 'edit-job', component: () => import('./jobs/WizardPage.vue'), props: true, meta: { title: 'nav.jobs' } },
  { path: 'configuration', name: 'configurations', component: () => import('./configuration/ConfigurationsPage.vue'), meta: { title: 'nav.configurations' } },
  { path: 'configuration/:space/:document', name: 'configuration', component: () => import('./configuration/ConfigurationPage.vue'), props: true, meta: { title: 'nav.configurations' } },
  { path: 'alarms', name: 'alarms', component: () => import('./alarms/AlarmsPage.vue'), meta: { title: 'nav.alarms' } },
  { path: 'rules', name: 'rules', component: () => import('./rules/RulesPage.vue'), meta: { title: 'nav.rules' } },
  { path: 'rules/edit/:rule?', name: 'rule', component: () => import('./rules/RulePage.vue'), props: true, meta: { title: 'nav.rules' } },
  { path: 'news', name: 'news', component: () => import('./news/NewsListPage.vue'), meta: { title: 'nav.news' } },
  // No tenant's id is a hyphen.
  { path: 'news/-/inbox', name: 'inbox', component: () => import('./news/InboxPage.vue'), meta: { title: 'news.inbox' } },
  { path: 'news/:tenant/-/new', name: 'new-article', component: () => import('./news/EditArticlePage.vue'), props: true, meta: { title: 'nav.news' } },
  { path: 'news/:tenant/:article', name: 'article', component: () => import('./news/ArticlePage.vue'), props: true, meta: { title: 'nav.news' } },
  { path: 'news/:tenant/:article/edit', name: 'edit-article', component: () => import('./news/EditArticlePage.vue'), props: true, meta: { title: 'nav.news' } },
  { path: 'licences', name: 'licences', component: () => import('./licences/LicencesPage.vue'), meta: { title: 'nav.licences' } },
  { path: 'licences/:tenant/:licence', name: 'licence', component: () => import('./licences/LicencePage.vue'), props: true, meta: { title: 'nav.licences' } },
  { path: 'products', name: 'products', component: () => import('./products/ProductsPage.vue'), meta: { title: 'nav.products' } },
  { path: 'account-sets', name: 'accountSets', component: () => import('./account-sets/AccountSetsPage.vue'), meta: { title: 'nav.accountSets' } },
  { path: 'operations', name: 'operations', component: () => import('./operations/OperationsPage.vue'), meta: { title: 'nav.operations' } },
  { path: 'reviews', name: 'reviews', component: () => import('./reviews/ReviewsPage.vue'), meta: { title: 'nav.reviews' } },
  // No form's id is a hyphen.
  { path: 'reviews/:tenant/-/form', name: 'new-review-form', component: () => import('./reviews/FormPage.vue'), props: true, meta: { title: 'nav.reviews' } },
  { path: 'reviews/:tenant/forms/:form', name: 'review-form', component: () => import('./reviews/FormPage.vue'), props: true, meta: { title: 'nav.reviews' } },
  { path: 'reviews/:tenant/:review', name: 'review', component: () => import('./reviews/ReviewPage.vue'), props: true, meta: { title: 'nav.reviews' } },
  { path: 'users', name: 'users', component: () => import('./users/UsersPage.vue'), meta: { title: 'nav.users' } },
  { path: 'audit', name: 'audit', component: () => import('./audit/AuditPage.vue'), meta: { title: 'nav.audit' } },
  { path: 'cluster', name: 'cluster', component: () => import('./cluster/ClusterPage.vue'), meta: { title: 'nav.cluster' } },
  { path: 'cluster/silos/:silo', name: 'silo', component: () => import('./cluster/SiloPage.vue'), props: true, meta: { title: 'nav.cluster' } },
  { path: 'about', name: 'about', component: () => import('./about/AboutPage.vue'), meta: { title: 'nav.about' } },
  { path: ':pathMatch(.*)*', name: 'not-found', component: () => import('./common/RefusalPage.vue'), props: { status: 404 }, meta: { title: 'problem.404' } },
];

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/sign-in', name: 'sign-in', component: () => import('./session/SignInPage.vue'), meta: { open: true, title: 'session.signIn' } },
    { path: '/shared/boards/:token', name: 'shared-board', component: () => import('./boards/SharedBoardPage.vue'), props: true, meta: { open: true, title: 'nav.boards' } },
    { path: '/', component: () => import('./shell/AppShell.vue'), children: pages },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
});

router.beforeEach(async (to) => {
  const session = useSession();
  // Who holds a public link need not be known, nor the server asked who he is.
  if (to.name === 'shared-board') return true;
  if (!session.known) {
    try {
      await session.load();
    } catch (error) {
      // The server cannot be reached: the sign-in page says so and offers to try again.
      if (to.name !== 'sign-in') return { name: 'sign-in', query: { next: to.fullPath, problem: String(Problem.from(error).status) } };
    }
  }
  if (session.user === null && to.meta.open !== true) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
  if (session.user !== null && to.name === 'sign-in') return safeNext(to.query.next);
  return true;
});

/** Where to go after sign-in: only ever a path of this portal. */
export function safeNext(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/';
}
