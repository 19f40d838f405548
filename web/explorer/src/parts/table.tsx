// A table: numbers to the right, one row per entry.

import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  name: string;
  cell: (row: Row) => ComponentChildren;
  numeric?: boolean;
  /** Left out on a phone. */
  minor?: boolean;
}

export function Table<Row>({ rows, columns, caption }: { rows: Row[]; columns: Column<Row>[]; caption: string }) {
  const style = ({ numeric, minor }: Column<Row>) => `${numeric ? 'number' : ''} ${minor ? 'minor' : ''}`.trim();
  return (
    <div class="table-room" tabIndex={0} role="group" aria-label={caption}>
      <table class="table">
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" class={style(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={place}>
              {columns.map((column) => (
                <td key={column.name} class={style(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
