import type { Component } from 'vue';

/** What other parts of the portal show of an object: components with the props tenant, type and object, which show nothing where they know nothing. */
export const panels: readonly Component[] = [];

/** The same of a customer of the vendor: components with the prop tenant. */
export const customerPanels: readonly Component[] = [];
