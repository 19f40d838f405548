// The GraphQL client: documents by id, in URLs that the browser may keep.

import { useEffect, useState } from 'preact/hooks';

export interface Document<Result, Variables> {
  name: string;
  /** SHA-256 of the text: the server knows the documents of its page. */
  id: string;
  text: string;
  /** Never there: it carries the types. */
  types?: (result: Result, variables: Variables) => void;
}

interface GraphQLErrorBody {
  message: string;
  extensions?: { code?: string; suggestions?: string[] };
}

/** Why there is no answer: the code of the server, or NETWORK. */
export class Failure extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly suggestions: string[] = [],
  ) {
    super(message);
  }
}

export interface Asked {
  text: string;
  variables: object;
}

export interface Answer<Result> {
  asked: Asked;
  data?: Result;
  failure?: Failure;
  /** Another answer is on its way; `data` is that of the variables before. */
  pending: boolean;
  retry: () => void;
  /** Asks again; until then, this answer stays. */
  refresh: () => void;
}

const ENDPOINT = new URL('graphql', document.baseURI);
const LONGEST_URL = 4000; // characters: proxies refuse longer ones
const KEPT = 60;
const ACCEPT = 'application/graphql-response+json, application/json';

/** The event that another snapshot has become live. */
export const SWAPPED = 'playgraph:swapped';

const kept = new Map<string, unknown>();
let snapshot = '';

/** The data of an answer. Throws a `Failure`; an error of any field is one. */
export async function ask<Result, Variables extends object>(
  wanted: Document<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const key = keyOf(wanted, variables);
  const present = kept.get(key);
  if (present) return present as Result;
  const address = new URL(ENDPOINT);
  address.searchParams.set('documentId', wanted.id);
  address.searchParams.set('variables', JSON.stringify(variables));
  const fits = address.href.length <= LONGEST_URL;
  let body = fits
    ? await send(address, { signal, headers: { Accept: ACCEPT } })
    : await post({ documentId: wanted.id, variables }, signal);
  if (body.errors?.[0]?.extensions?.code === 'PERSISTED_QUERY_NOT_FOUND') {
    // A server of another release: it learns the document.
    const extensions = { persistedQuery: { version: 1, sha256Hash: wanted.id } };
    body = await post({ query: wanted.text, variables, extensions }, signal);
  }
  const [error] = body.errors ?? [];
  if (error) throw new Failure(error.extensions?.code ?? 'UNKNOWN', error.message, error.extensions?.suggestions);
  if (body.snapshot === snapshot) {
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
    kept.set(key, body.data);
  }
  return body.data as Result;
}

/** The answer to a document, asked again when the variables change; without variables nothing is asked. */
export function useAnswer<Result, Variables extends object>(
  wanted: Document<Result, Variables>,
  variables: Variables | null,
): Answer<Result> {
  const key = variables && keyOf(wanted, variables);
  const [tries, setTries] = useState(0);
  const [state, setState] = useState<{ key: string | null; data?: Result; failure?: Failure }>({ key: null });
  useEffect(() => {
    if (!variables) return;
    const controller = new AbortController();
    ask(wanted, variables, controller.signal).then(
      (data) => setState({ key, data }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        // What was to be refreshed stays.
        setState((before) => (before.key === key && before.data ? before : { key, failure: asFailure(error) }));
      },
    );
    return () => controller.abort();
  }, [key, tries]);
  const refresh = () => setTries((before) => before + 1);
  const retry = () => {
    setState({ key: null });
    refresh();
  };
  const asked = { text: wanted.text, variables: variables ?? {} };
  return { ...state, asked, pending: state.key !== key, retry, refresh };
}

function keyOf(wanted: { id: string }, variables: object): string {
  return wanted.id + JSON.stringify(variables);
}

export function asFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure('NETWORK', String(error));
}

function post(body: object, signal?: AbortSignal) {
  const headers = { Accept: ACCEPT, 'Content-Type': 'application/json' };
  return send(ENDPOINT, { method: 'POST', body: JSON.stringify(body), signal, headers });
}

interface Body {
  data?: unknown;
  errors?: GraphQLErrorBody[];
  /** The snapshot that it comes from. */
  snapshot: string;
}

async function send(address: URL, options: RequestInit): Promise<Body> {
  const response = await fetch(address, options);
  const now = response.headers.get('X-Snapshot') ?? snapshot;
  // Answers of a snapshot that is no longer live are not mixed with those of the new one.
  if (now !== snapshot) {
    kept.clear();
    if (snapshot) window.dispatchEvent(new Event(SWAPPED));
    snapshot = now;
  }
  const type = response.headers.get('Content-Type') ?? '';
  const body = type.includes('json') ? await response.json() : {};
  // What is in front of the server may answer in its place.
  if (!body.data && !body.errors?.length) throw new Failure('NETWORK', `HTTP ${response.status}`);
  return { ...body, snapshot: now };
}
