// Streaming titles: links and lists.

import type { Platform } from '../generated/types';
import { href } from '../router';
import { useFormat, useText } from '../shell';
import { platformName } from './finder';
import { Table } from './table';

export interface TitleName {
  titleId: string;
  /** As the platform writes it; `title` is in lower case. */
  published: { title: string | null };
}

interface TitleLine extends TitleName {
  platform: Platform;
  releaseYear: number | null;
  score: { mean: number | null };
}

export function TitleLink({ title }: { title: TitleName }) {
  return <a href={href(['title', title.titleId])}>{title.published.title ?? title.titleId}</a>;
}

export function TitleTable({ titles, caption }: { titles: TitleLine[]; caption: string }) {
  const t = useText();
  const format = useFormat();
  return (
    <Table
      caption={caption}
      rows={titles}
      columns={[
        { name: t.title, cell: (title) => <TitleLink title={title} /> },
        { name: t.platform, cell: ({ platform }) => platformName(platform) },
        { name: t.year, cell: ({ releaseYear }) => releaseYear ?? '–', numeric: true, minor: true },
        { name: t.meanRating, cell: ({ score }) => t.stars(format.decimal(score.mean, 1)), numeric: true },
      ]}
    />
  );
}
