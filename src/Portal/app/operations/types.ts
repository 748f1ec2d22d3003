export type OperationKind = 'restartService' | 'collectLogs' | 'upgradeAgent';
export const kinds: readonly OperationKind[] = ['restartService', 'collectLogs', 'upgradeAgent'];
export type OperationState = 'asked' | 'approved' | 'fetched' | 'running' | 'done' | 'failed' | 'expired' | 'cancelled';

export interface OperationRequest {
  id: string;
  server: string;
  kind: OperationKind;
  target: string;
  reason: string;
}

export interface Operation {
  request: OperationRequest;
  site: string;
  state: OperationState;
  needsApproval: boolean;
  deadline: string | null;
  steps: { state: OperationState; at: string; by: string }[];
  progress: { percent: number | null; text: string } | null;
  output: string;
  exitCode: number | null;
  reason: string | null;
  archiveBytes: number;
}

export interface OperationAgent {
  server: string;
  version: string;
  services: string[];
  logFolders: string[];
  mayUpgrade: boolean;
  seenAt: string;
}

export interface OperationSettings {
  needApproval: OperationKind[];
}

export const isOpen = (operation: Operation): boolean => ['asked', 'approved', 'fetched', 'running'].includes(operation.state);
/** Whether it can still be taken back: nothing has begun. */
export const isBefore = (operation: Operation): boolean => ['asked', 'approved', 'fetched'].includes(operation.state);
/** What an agent's settings let be asked of it. */
export const kindsOf = (agent: OperationAgent | undefined): OperationKind[] =>
  agent === undefined ? [] : kinds.filter((kind) => (kind === 'restartService' ? agent.services.length > 0 : kind === 'collectLogs' ? agent.logFolders.length > 0 : agent.mayUpgrade));
