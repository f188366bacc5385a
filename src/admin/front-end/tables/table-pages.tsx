import React from 'react';
import { Link } from 'react-router-dom';
import type { SiteResource, SiteTable } from '../../../app-kit/admin/admin-site.ts';
import {
  adminPath,
  DetailPage,
  EmptyState,
  Facts,
  FilterChoice,
  FilterDay,
  FilterField,
  JsonView,
  ListPage,
  listPath,
  Panel,
  recordPath,
  useLive,
  useStates,
} from '../../../app-kit/pages/index.ts';
import type { TableRow } from '../../tables/shapes.ts';
import { type SiteColumn, TableValue } from './table-value.tsx';

/** The list of a table that its app has only described. */
export function TableListPage(props: { readonly resource: SiteResource; readonly table: SiteTable }) {
  const { resource, table } = props;
  const lookOf = useStates();
  const many = resource.label.toLowerCase();
  const filtered = table.columns.filter(({ filter, kind }) => filter === true && kind !== 'timestamp');
  const ordering = table.columns.find(({ name }) => name === table.newestBy);
  const listed = table.columns.filter(({ listed: isListed, kind }) => isListed === true || kind === 'id');
  return (
    <ListPage<TableRow>
      title={resource.label}
      lede=""
      renderFilters={(query) => (
        <>
          {filtered.map(({ name, label, values }) =>
            values ? (
              <FilterChoice
                key={name}
                query={query}
                name={name}
                label={label}
                choices={values.map((word) => [word, lookOf(word).label])}
              />
            ) : (
              <FilterField key={name} query={query} name={name} label={label} />
            ),
          )}
          <FilterDay query={query} name="from" label={`${ordering?.label ?? 'Newest'} from`} />
          <FilterDay query={query} name="to" label="to" />
        </>
      )}
      parts={{
        path: `/api/tables/${resource.id}`,
        heading: 'Newest first',
        noun: { one: many, many },
        filters: [...filtered.map(({ name }) => name), 'from', 'to'],
        titleOf: ({ id, values }) => String(values[table.title] ?? id),
        columns: listed.map((column, index) => ({
          label: column.label,
          cell: (row) =>
            index === 0 ? (
              <Link className="ch-link" to={adminPath(recordPath(resource.id, row.id))} title={row.id}>
                {column.kind === 'id' ? row.id.slice(0, 8) : String(row.values[column.name] ?? row.id)}
              </Link>
            ) : (
              <TableValue column={column} row={row} isListed />
            ),
        })),
        empty: <EmptyState title={`No ${many} yet`} text="They appear here as soon as there are some." />,
        noMatch: 'Change the filter, or show everything.',
      }}
    />
  );
}

/** One row of such a table, with all its columns. */
export function TableRowPage(props: {
  readonly resource: SiteResource;
  readonly table: SiteTable;
  readonly recordId: string;
}) {
  const { resource, table, recordId } = props;
  const live = useLive<TableRow>(`/api/tables/${resource.id}/${encodeURIComponent(recordId)}`);
  const isBlock = ({ kind }: SiteColumn) => kind === 'json' || kind === 'long-text';
  return (
    <DetailPage
      live={live}
      loadingTitle={resource.label}
      titleOf={({ id, values }) => titleOf(String(values[table.title] ?? id), id)}
      aboveOf={() => [[resource.label, listPath(resource.id)]]}
      gone={{ title: 'It does not exist', text: 'It was deleted, or there never was one with this id.' }}
    >
      {(row) => (
        <>
          <Panel title="Details">
            <Facts
              facts={table.columns
                .filter((column) => !isBlock(column) && row.values[column.name] !== null)
                .map((column) => [
                  column.label,
                  <TableValue key={column.name} column={column} row={row} isListed={false} />,
                ])}
            />
          </Panel>
          {table.columns
            .filter((column) => isBlock(column) && row.values[column.name] !== null)
            .map(({ name, label, kind }) => (
              <Panel key={name} title={label}>
                {kind === 'json' ? (
                  <JsonView value={row.values[name]} />
                ) : (
                  <pre className="ch-pre">{String(row.values[name])}</pre>
                )}
              </Panel>
            ))}
        </>
      )}
    </DetailPage>
  );
}

/** An id is too long for a heading. */
function titleOf(text: string, id: string): string {
  return text === id ? id.slice(0, 8) : text;
}
