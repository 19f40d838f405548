// A table: numbers to the right, one row per entry.

import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  name: string;
  cell: (row: Row) => ComponentChildren;
  numeric?: boolean;
  /** Left out on a phone. */
  minor?: boolean;
}

interface TableProps<Row> {
  rows: Row[];
  columns: Column<Row>[];
  caption: string;
  /** Narrow columns, of which a phone has room for more. */
  dense?: boolean;
}

export function Table<Row>({ rows, columns, caption, dense }: TableProps<Row>) {
  const style = ({ numeric, minor }: Column<Row>) => `${numeric ? 'number' : ''} ${minor ? 'minor' : ''}`.trim();
  return (
    <div class="table-room" tabIndex={0} role="group" aria-label={caption}>
      <table class={dense ? 'table dense' : 'table'}>
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
