import React, { useState } from 'react';
import { type Column, DataTable, Panel } from '../../../../app-kit/pages/index.ts';
import type { CountComparison, ValueCount } from '../shapes.ts';

/** Values that are shown before the others are wanted. */
const SHOWN_VALUES = 20;

const number = (value: number) => <span className="ch-number">{value.toLocaleString()}</span>;

function columnsOf(column: string): readonly Column<ValueCount>[] {
  return [
    {
      label: column.charAt(0).toUpperCase() + column.slice(1),
      isWide: true,
      cell: ({ value }) => value ?? <span className="ch-none">none</span>,
    },
    { label: 'Live', cell: ({ live }) => number(live) },
    { label: 'Copy', cell: ({ copy }) => number(copy) },
    { label: 'Difference', cell: (count) => <Difference count={count} /> },
    { label: 'Change', cell: ({ live, copy }) => changeInWords(live, copy) },
  ];
}

/** What a promotion changes: rows of the live table and of the copy, by the values of a column. */
export function CountComparisonPanel({ comparison }: { readonly comparison: CountComparison }) {
  const { column, counts } = comparison;
  const [isWhole, setWhole] = useState(false);
  const sum = (of: 'live' | 'copy') => counts.reduce((total, count) => total + count[of], 0);
  const all: ValueCount = { value: 'All', live: sum('live'), copy: sum('copy') };
  const shown = isWhole ? counts : counts.slice(0, SHOWN_VALUES);
  return (
    <Panel
      title={`Live and copy, by ${column}`}
      isFlush
      aside={<span className="ch-muted">Counted when the copy was verified</span>}
    >
      <DataTable
        label={`Rows by ${column}`}
        rows={[all, ...shown]}
        keyOf={(count) => (count === all ? 'all' : `value ${count.value}`)}
        columns={columnsOf(column)}
      />
      {counts.length > shown.length && (
        <div className="ch-pager">
          <button type="button" className="ch-button" onClick={() => setWhole(true)}>
            Show all {counts.length.toLocaleString()}
          </button>
        </div>
      )}
    </Panel>
  );
}

function Difference({ count: { live, copy } }: { readonly count: ValueCount }) {
  const difference = copy - live;
  if (difference === 0) return <span className="ch-none">0</span>;
  return (
    <span className={`ch-number ingestion-${difference > 0 ? 'more' : 'fewer'}`}>
      {difference > 0 ? '+' : '−'}
      {Math.abs(difference).toLocaleString()}
    </span>
  );
}

function changeInWords(live: number, copy: number): string {
  if (live === copy) return '–';
  if (live === 0) return 'new';
  if (copy === 0) return 'gone';
  const percent = (100 * (copy - live)) / live;
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent).toFixed(1)} %`;
}
