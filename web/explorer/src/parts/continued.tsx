// A long list: its first rows, how many there are, and a button for the next ones.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import { Failure } from '../client';
import { useText } from '../shell';

const PAGE = 100; // rows: the most that the server gives at once

interface Rows<Row> {
  rows: Row[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

interface Props<Row> {
  of: Rows<Row>;
  total: number;
  /** All there are in words, such as `577 games`. */
  all: string;
  /** The rows after a cursor, `PAGE` at most. */
  more: (page: { first: number; after: string | null }) => Promise<Rows<Row> | undefined>;
  children: (rows: Row[]) => ComponentChildren;
}

/** Give it a `key` that names the list: another list starts from its first rows. */
export function Continued<Row>({ of, total, all, more, children }: Props<Row>) {
  const t = useText();
  const [added, setAdded] = useState<Rows<Row>[]>([]);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const rows = [of, ...added].flatMap((page) => page.rows);
  const { endCursor, hasNextPage } = (added.at(-1) ?? of).pageInfo;
  const load = async () => {
    setBusy(true);
    setFailed(null);
    try {
      const page = await more({ first: PAGE, after: endCursor });
      if (page) setAdded([...added, page]);
    } catch (error) {
      const code = error instanceof Failure ? error.code : 'NETWORK';
      setFailed((t.failures[code as keyof typeof t.failures] ?? t.failures.UNKNOWN)[1]);
    }
    setBusy(false);
  };
  return (
    <>
      <p class="note" role="status">
        {hasNextPage ? t.firstOf(rows.length, all) : all}
      </p>
      {children(rows)}
      {failed && <p role="alert">{failed}</p>}
      {hasNextPage && (
        <p class="actions">
          <button class="button" type="button" disabled={busy} onClick={load}>
            {t.showMore(Math.min(PAGE, total - rows.length))}
          </button>
        </p>
      )}
    </>
  );
}
