import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { api } from '@/api/endpoints';
import { Problem } from '@/api/problem';
import type { User } from '@/api/types';

export type Permission = 'manageTenants' | 'manageTenant' | 'manageVendorRules' | 'manageUsers' | 'operateCluster';

/** Who is signed in and what that allows. The server decides; this only hides what it would refuse. */
export const useSession = defineStore('session', () => {
  const user = ref<User | null>(null);
  const known = ref(false);

  /** Asks the server who the cookie belongs to. */
  async function load(): Promise<void> {
    try {
      user.value = await api.session.get();
    } catch (error) {
      if (Problem.from(error).status !== 401) throw error;
      user.value = null;
    }
    known.value = true;
  }

  async function signIn(name: string, password: string): Promise<void> {
    user.value = (await api.session.signIn(name, password)).user;
    known.value = true;
  }

  async function signOut(): Promise<void> {
    try {
      await api.session.signOut();
    } finally {
      user.value = null;
    }
  }

  /** The server no longer knows the session. */
  function forget(): void {
    user.value = null;
  }

  function can(permission: Permission, tenant?: string | null): boolean {
    const role = user.value?.role;
    switch (permission) {
      case 'manageTenants':
      case 'manageVendorRules':
      case 'operateCluster':
        return role === 'administrator' || role === 'operator';
      case 'manageUsers':
        return role === 'administrator' || role === 'tenantAdministrator';
      case 'manageTenant':
        return role === 'administrator' || role === 'operator' || (role === 'tenantAdministrator' && (tenant === undefined || user.value?.tenant === tenant));
      default:
        return false;
    }
  }

  const tenant = computed(() => user.value?.tenant ?? null);
  return { user, known, tenant, load, signIn, signOut, forget, can };
});
