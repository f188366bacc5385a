import React from 'react';
import type { RowPage } from '../../admin/row-page.ts';
import { EmptyState } from '../empty-state.tsx';
import { Loaded } from '../loading.tsx';
import { Panel } from '../page.tsx';
import { Said, useSaid } from '../said.tsx';
import { mayAct } from '../site-state.ts';
import { type Column, DataTable } from '../table.tsx';
import { useLive } from '../use-live.ts';
import type { Query } from '../use-query.ts';
import type { BulkActions, FilterLabels, Noun } from './bulk-action.ts';
import { BulkBar } from './bulk-bar.tsx';
import { countInWords } from './count-in-words.ts';
import { Pager } from './pager.tsx';
import { type Selection, useSelection } from './use-selection.ts';

/** What makes a list this one. */
export interface ListParts<Row> {
  /** What it reads, below the admin's root: a `RowPage` as JSON. The filter and the page are added. */
  readonly path: string;
  /** The heading above the rows, such as their order. */
  readonly heading: string;
  readonly noun: Noun;
  readonly columns: readonly Column<Row>[];
  /** What a row is called, for the label of its checkbox. */
  readonly titleOf: (row: Row) => string;
  /** The names of what it can be narrowed by, each a part of the page's address. */
  readonly filters: readonly string[];
  readonly filterLabels?: FilterLabels;
  readonly bulk?: BulkActions<Row>;
  /** What is shown where there is nothing at all. */
  readonly empty: React.ReactNode;
  /** The advice where nothing matches the filter. */
  readonly noMatch: string;
  readonly aside?: React.ReactNode;
  /** Time between two reads. Default: 5. */
  readonly everySeconds?: number;
}

/** The rows of a list, with what can be done to them, and the way to the next page; a part of a page. */
export function ListPanel<Row extends { readonly id: string }>(props: {
  readonly parts: ListParts<Row>;
  readonly query: Query;
}) {
  const { parts, query } = props;
  const live = useLive<RowPage<Row>>(`${parts.path}${query.pick(...parts.filters, 'page')}`, {
    everySeconds: parts.everySeconds ?? 5,
  });
  const said = useSaid();
  const onDone = (message: string) => {
    said.say(message);
    live.refresh();
  };
  return (
    <>
      <Said said={said.text} />
      <Loaded live={live}>
        {(page) => <Rows parts={parts} page={page} query={query} onDone={onDone} />}
      </Loaded>
    </>
  );
}

function Rows<Row extends { readonly id: string }>(props: {
  readonly parts: ListParts<Row>;
  readonly page: RowPage<Row>;
  readonly query: Query;
  readonly onDone: (message: string) => void;
}) {
  const { parts, page, query, onDone } = props;
  const { heading, noun, columns, filters, filterLabels = {}, bulk, aside } = parts;
  const { rows, count } = page;
  const selection = useSelection(rows);
  const filter = Object.fromEntries(
    filters.flatMap((name) => (query.get(name) === '' ? [] : [[name, query.get(name)]])),
  );
  const canAct = bulk !== undefined && mayAct();
  return (
    <Panel
      title={heading}
      isFlush
      aside={
        <span className="ch-panel-aside">
          {aside}
          {count && <span className="ch-muted">{countInWords(count, noun)}</span>}
        </span>
      }
    >
      {canAct && rows.length > 0 && (
        <BulkBar
          bulk={bulk}
          noun={noun}
          rows={rows}
          selection={selection}
          filter={filter}
          filterLabels={filterLabels}
          count={count}
          onDone={onDone}
        />
      )}
      {rows.length > 0 ? (
        <DataTable
          label={`${noun.many.charAt(0).toUpperCase()}${noun.many.slice(1)}`}
          rows={rows}
          keyOf={({ id }) => id}
          columns={canAct ? [selectColumn(selection, parts.titleOf), ...columns] : columns}
        />
      ) : (
        <NoRows parts={parts} isNarrowed={Object.keys(filter).length > 0} isPartial={page.isPartial} />
      )}
      <Pager page={page} />
    </Panel>
  );
}

function selectColumn<Row extends { readonly id: string }>(
  selection: Selection,
  titleOf: (row: Row) => string,
): Column<Row> {
  return {
    label: 'Select',
    cell: (row) => (
      <input
        type="checkbox"
        aria-label={`Select ${titleOf(row)}`}
        checked={selection.ids.has(row.id)}
        onChange={() => selection.toggle(row.id)}
      />
    ),
  };
}

function NoRows<Row>(props: {
  readonly parts: ListParts<Row>;
  readonly isNarrowed: boolean;
  readonly isPartial: boolean;
}) {
  const { parts, isNarrowed, isPartial } = props;
  if (isPartial) {
    return (
      <EmptyState
        title="Nothing so far"
        icon="search"
        text="Some thousand rows were searched, and none of them matches. Search further, or narrow the filter."
      />
    );
  }
  if (!isNarrowed) return <>{parts.empty}</>;
  return <EmptyState title={`No such ${parts.noun.one}`} icon="search" text={parts.noMatch} />;
}
