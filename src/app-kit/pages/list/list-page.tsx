import React from 'react';
import { Filters } from '../filters.tsx';
import { Page } from '../page.tsx';
import { type Query, useQuery } from '../use-query.ts';
import { ListPanel, type ListParts } from './list-panel.tsx';

/** A page that is a list: filters, rows, actions, and the way to the next page. */
export function ListPage<Row extends { readonly id: string }>(props: {
  readonly title: string;
  readonly lede: string;
  readonly parts: ListParts<Row>;
  /** The fields of the filter: `FilterField`, `FilterChoice`, `FilterDay`. */
  readonly renderFilters?: (query: Query) => React.ReactNode;
  /** What is shown at the end of the title. */
  readonly actions?: React.ReactNode;
}) {
  const { title, lede, parts, renderFilters, actions } = props;
  const query = useQuery();
  return (
    <Page title={title} lede={lede} actions={actions}>
      {renderFilters && (
        <div className="ch-filter-row">
          <Filters query={query} names={parts.filters}>
            {renderFilters(query)}
          </Filters>
        </div>
      )}
      <ListPanel parts={parts} query={query} />
    </Page>
  );
}
