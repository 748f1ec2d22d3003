/** One change through the API. */
export interface AuditRecord {
  number: number;
  at: string;
  user: string;
  address: string;
  tenant: string | null;
  /** Method and template of the endpoint. */
  action: string;
  object: string;
  what: string;
  detail: string | null;
  version: number | null;
  isCertain: boolean;
}
