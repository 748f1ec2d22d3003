import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { all, api } from '@/api/endpoints';
import { Problem } from '@/api/problem';
import type { Fleet, Health, ServerRow } from '@/api/types';

/** How many servers the grid asks for; beyond it the worst ones are shown. */
export const serversMax = 10_000;
const pageSize = 500;

/**
 * The fleet as the overview shows it: the live summary, and a row for every server, which the summary's worst list refreshes
 * between the slower reloads of all rows.
 */
export const useFleet = defineStore('fleet', () => {
  const fleet = shallowRef<Fleet | null>(null);
  const rows = shallowRef<ServerRow[] | null>(null);
  const total = ref(0);
  const problem = shallowRef<Problem | null>(null);
  const rowsProblem = shallowRef<Problem | null>(null);

  async function load(): Promise<void> {
    try {
      apply(await api.fleet.get());
      problem.value = null;
    } catch (error) {
      problem.value = Problem.from(error);
    }
  }

  async function loadRows(): Promise<void> {
    try {
      const result = await all((cursor) => api.servers.list({ limit: pageSize, cursor }), serversMax);
      rows.value = result.items;
      total.value = result.total;
      rowsProblem.value = null;
    } catch (error) {
      rowsProblem.value = Problem.from(error);
    }
  }

  function apply(next: Fleet): void {
    fleet.value = next;
    if (rows.value !== null) rows.value = mergeHealth(rows.value, next.worst);
  }

  const names = computed(() => {
    const sites = new Map<string, string>();
    const tenants = new Map<string, string>();
    for (const row of rows.value ?? []) {
      sites.set(`${row.tenant}/${row.site}`, row.siteName);
      tenants.set(row.tenant, row.tenantName);
    }
    return { sites, tenants };
  });

  return { fleet, rows, total, problem, rowsProblem, names, load, loadRows, apply };
});

/** The rows with newer health where there is some; the same array when nothing changed. */
export function mergeHealth(rows: ServerRow[], newer: readonly Health[]): ServerRow[] {
  const byKey = new Map(newer.map((health) => [health.server, health]));
  let changed = false;
  const merged = rows.map((row) => {
    const health = byKey.get(row.key);
    if (health === undefined || health.computedAt <= row.health.computedAt) return row;
    changed = true;
    return { ...row, health };
  });
  return changed ? merged : rows;
}
