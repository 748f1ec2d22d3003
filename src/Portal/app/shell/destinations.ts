import type { IconName } from '@/common/icons';

export interface Destination {
  name: string;
  icon: IconName;
  /** Route names that belong to it. */
  within: readonly string[];
  permission?: 'manageUsers' | 'manageTenant' | 'operateCluster';
}

/** Pages that the same people use for the same purpose; `name` is a text under `nav.groups`. */
export interface DestinationGroup {
  name: 'monitoring' | 'data' | 'services' | 'administration';
  destinations: readonly Destination[];
}

export const groups: readonly DestinationGroup[] = [
  {
    name: 'monitoring',
    destinations: [
      { name: 'fleet', icon: 'fleet', within: ['fleet'] },
      { name: 'servers', icon: 'servers', within: ['servers', 'server'] },
      { name: 'tenants', icon: 'tenants', within: ['tenants', 'tenant', 'site', 'customer'] },
      { name: 'alarms', icon: 'alarms', within: ['alarms'] },
      { name: 'rules', icon: 'rules', within: ['rules', 'rule'] },
    ],
  },
  {
    name: 'data',
    destinations: [
      { name: 'flows', icon: 'flows', within: ['flows', 'flow'] },
      { name: 'pipelines', icon: 'pipelines', within: ['pipelines', 'pipeline'] },
      { name: 'catalog', icon: 'catalog', within: ['catalog', 'entity'] },
      { name: 'sql', icon: 'sql', within: ['sql', 'relation'] },
      { name: 'boards', icon: 'boards', within: ['boards', 'board', 'new-board', 'edit-board'] },
      { name: 'checks', icon: 'checks', within: ['checks', 'check'] },
      { name: 'jobs', icon: 'jobs', within: ['jobs', 'job', 'new-job', 'edit-job', 'agents'] },
    ],
  },
  {
    name: 'services',
    destinations: [
      { name: 'tags', icon: 'tags', within: ['tags', 'tag', 'new-tag', 'edit-tag', 'segment', 'new-segment', 'edit-segment', 'portrait'] },
      { name: 'news', icon: 'news', within: ['news', 'article', 'new-article', 'edit-article'] },
      { name: 'configurations', icon: 'configuration', within: ['configurations', 'configuration'] },
      { name: 'licences', icon: 'licences', within: ['licences', 'licence'] },
      { name: 'products', icon: 'table', within: ['products'] },
      { name: 'accountSets', icon: 'database', within: ['accountSets'] },
      { name: 'operations', icon: 'process', within: ['operations'] },
      { name: 'reviews', icon: 'reviews', within: ['reviews', 'review', 'review-form', 'new-review-form'] },
    ],
  },
  {
    name: 'administration',
    destinations: [
      { name: 'users', icon: 'users', within: ['users'], permission: 'manageUsers' },
      { name: 'audit', icon: 'audit', within: ['audit'], permission: 'manageTenant' },
      { name: 'cluster', icon: 'cluster', within: ['cluster', 'silo'], permission: 'operateCluster' },
      { name: 'about', icon: 'about', within: ['about'] },
    ],
  },
];

export const destinations: readonly Destination[] = groups.flatMap((group) => group.destinations);
