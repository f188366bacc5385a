import React from 'react';

/** One column of a {@link DataTable}. */
export interface Column<Row> {
  readonly label: string;
  readonly cell: (row: Row) => React.ReactNode;
  /** Takes the room that is left, and is cut off where that is too little. */
  readonly isWide?: boolean;
}

/** Rows in columns; on a narrow screen each row is a card that names its columns. */
export function DataTable<Row>(props: {
  /** What the table has, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}) {
  const { label, columns, rows, keyOf } = props;
  return (
    <div className="ch-table-scroll">
      <table className="ch-table" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.label} scope="col" className={column.isWide ? 'ch-fill-cell' : ''}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td
                  key={column.label}
                  data-label={column.label}
                  className={column.isWide ? 'ch-fill-cell ch-cell-clip' : ''}
                >
                  <span className={column.isWide ? 'ch-clip' : ''}>{column.cell(row)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
