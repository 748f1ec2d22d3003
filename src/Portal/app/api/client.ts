import { Problem } from './problem';

export type QueryValue = string | number | boolean | null | undefined | readonly string[];
export type Query = Record<string, QueryValue>;

export interface RequestOptions {
  query?: Query;
  body?: unknown;
  /** Sent as it is, in place of a body of JSON. */
  file?: File;
  /** The version to be changed, sent as If-Match: somebody else's newer change is then not overwritten. */
  version?: number | null;
  signal?: AbortSignal;
}

/** The base path of the API; the portal is served from the same origin. */
export const apiBase = '/api/v1';

/** How long a request may take before it counts as failed. */
const timeoutMilliseconds = 30_000;

type UnauthorizedListener = () => void;
let onUnauthorized: UnauthorizedListener = () => {};

/** Called when the server no longer knows the session. */
export function setUnauthorizedListener(listener: UnauthorizedListener): void {
  onUnauthorized = listener;
}

/** One part of a path, or a whole key such as `tenant/site/server` (its slashes stay). */
export function path(...parts: string[]): string {
  return '/' + parts.map((part) => part.split('/').map(encodeURIComponent).join('/')).join('/');
}

export function buildUrl(url: string, query?: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === null || value === undefined || value === '') continue;
    if (typeof value === 'object') for (const item of value) parameters.append(name, item);
    else parameters.append(name, String(value));
  }
  const text = parameters.toString();
  return apiBase + url + (text === '' ? '' : '?' + text);
}

async function request<T>(method: string, url: string, options: RequestOptions = {}): Promise<T> {
  // Every request carries the header: it proves that this page, not a foreign one, uses the cookie.
  const headers: Record<string, string> = { Accept: 'application/json', 'X-Orrery-Request': '1' };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.file !== undefined) headers['Content-Type'] = 'application/octet-stream';
  if (options.version !== null && options.version !== undefined) headers['If-Match'] = `"${options.version}"`;

  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  let response: Response;
  try {
    response = await fetch(buildUrl(url, options.query), {
      method,
      headers,
      body: options.file ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
      credentials: 'same-origin',
      signal,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(0, timeout.aborted ? 'timeout' : 'network', error instanceof Error ? error.message : null);
  }
  if (!response.ok) {
    const problem = await Problem.fromResponse(response);
    if (problem.status === 401 && url !== '/session') onUnauthorized();
    throw problem;
  }
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export const http = {
  get: <T>(url: string, query?: Query, signal?: AbortSignal) => request<T>('GET', url, { query, signal }),
  post: <T>(url: string, body: unknown = {}, options: RequestOptions = {}) => request<T>('POST', url, { ...options, body }),
  put: <T>(url: string, body: unknown, version?: number | null) => request<T>('PUT', url, { body, version }),
  upload: <T>(url: string, file: File, version?: number | null) => request<T>('PUT', url, { file, version }),
  delete: <T = void>(url: string, version?: number | null) => request<T>('DELETE', url, { version }),
};

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
