// A long list: its first rows, how many there are, and a button for the next ones.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { asFailure } from '../client';
import { addedPages, keepPages } from '../history';
import { useText } from '../shell';
import { failureTexts } from './advice';

const PAGE = 100; // rows: the most that the server gives at once

interface Rows<Row> {
  rows: Row[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

interface Props<Row> {
  of: Rows<Row>;
  /** Of several long lists of a view, which one: Back finds as many rows as there were. */
  name?: string;
  total: number;
  /** All there are in words, such as `577 games`. */
  all: string;
  /** The rows after a cursor, `PAGE` at most. */
  more: (page: { first: number; after: string | null }) => Promise<Rows<Row> | undefined>;
  children: (rows: Row[]) => ComponentChildren;
}

/** Give it a `key` that names the list: another list starts from its first rows. */
export function Continued<Row>({ of, name = '', total, all, more, children }: Props<Row>) {
  const t = useText();
  const [added, setAdded] = useState<Rows<Row>[]>([]);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const gone = useRef(false); // the reader is at another place
  const rows = [of, ...added].flatMap((page) => page.rows);
  const { hasNextPage } = (added.at(-1) ?? of).pageInfo;
  const load = async (wanted: number) => {
    setBusy(true);
    setFailed(null);
    const pages = [...added];
    try {
      while (pages.length < wanted && !gone.current) {
        const { endCursor, hasNextPage } = (pages.at(-1) ?? of).pageInfo;
        const page = hasNextPage && (await more({ first: PAGE, after: endCursor }));
        if (!page) break;
        pages.push(page);
      }
    } catch (error) {
      setFailed(failureTexts(t, asFailure(error).code)[1]);
    }
    if (gone.current) return;
    setAdded(pages);
    keepPages(name, pages.length);
    setBusy(false);
  };
  useEffect(() => {
    const before = addedPages(name);
    if (before) void load(before);
    return () => {
      gone.current = true;
    };
  }, []);
  return (
    <>
      <p class="note" role="status">
        {hasNextPage ? t.firstOf(rows.length, all) : all}
      </p>
      {children(rows)}
      {failed && <p role="alert">{failed}</p>}
      {hasNextPage && (
        <p class="actions">
          <button class="button" type="button" disabled={busy} onClick={() => load(added.length + 1)}>
            {t.showMore(Math.min(PAGE, total - rows.length))}
          </button>
        </p>
      )}
    </>
  );
}
