import { expect, it } from 'vitest';
import { kindsOf, type OperationAgent } from './types';

it('offers what the agent takes', () => {
  const agent: OperationAgent = { server: 'erp-01', version: '1.0', services: [], logFolders: ['erp'], mayUpgrade: true, seenAt: '' };
  expect(kindsOf(agent)).toEqual(['collectLogs', 'upgradeAgent']);
  expect(kindsOf(undefined)).toEqual([]);
});
