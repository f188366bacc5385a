import React, { useState } from 'react';
import type { RowPage } from '../../../../app-kit/admin/row-page.ts';
import { type Column, DataTable, Loaded, Panel, useLive } from '../../../../app-kit/pages/index.ts';

/** A list that is one of several on a page: it keeps its own place, rather than in the page's address. */
export function PagedPanel<Row extends { readonly id: string }>(props: {
  readonly title: string;
  /** What it reads, below the admin's root: a `RowPage` as JSON. */
  readonly path: string;
  readonly columns: readonly Column<Row>[];
  readonly everySeconds: number;
  readonly empty: string;
  readonly aside?: React.ReactNode;
  readonly tone?: 'bad';
}) {
  const { title, path, columns, everySeconds, empty, aside, tone } = props;
  const [place, setPlace] = useState<string | undefined>(undefined);
  const address = place === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}page=${place}`;
  const live = useLive<RowPage<Row>>(address, { everySeconds });
  return (
    <Panel title={title} aside={aside} isFlush {...(tone ? { tone } : {})}>
      <Loaded live={live}>
        {({ rows, next }) => (
          <>
            {rows.length > 0 ? (
              <DataTable label={title} rows={rows} keyOf={({ id }) => id} columns={columns} />
            ) : (
              <p className="ch-muted ingestion-no-rows">{empty}</p>
            )}
            {(next !== null || place !== undefined) && (
              <nav className="ch-pager" aria-label={`Pages of the list ${title}`}>
                <span className="ch-actions">
                  {place !== undefined && (
                    <button type="button" className="ch-button" onClick={() => setPlace(undefined)}>
                      First page
                    </button>
                  )}
                  {next !== null && (
                    <button type="button" className="ch-button" onClick={() => setPlace(next)}>
                      Next page
                    </button>
                  )}
                </span>
              </nav>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}
