import React from 'react';
import { Link, useLocation, useSearchParams } from 'react-router-dom';
import type { RowPage } from '../../admin/row-page.ts';

/** The ways to the next page of a list, and back to the first one. */
export function Pager({ page }: { readonly page: Pick<RowPage<unknown>, 'next' | 'isPartial'> }) {
  const { pathname } = useLocation();
  const [params] = useSearchParams();
  const to = (place: string | null) => {
    const next = new URLSearchParams(params);
    if (place === null) next.delete('page');
    else next.set('page', place);
    return `${pathname}?${next}`;
  };
  if (page.next === null && !params.has('page')) return null;
  return (
    <nav className="ch-pager" aria-label="Pages of the list">
      <span>{page.isPartial && 'There may be more: some thousand rows were searched so far.'}</span>
      <span className="ch-actions">
        {params.has('page') && (
          <Link className="ch-button" to={to(null)}>
            First page
          </Link>
        )}
        {page.next !== null && (
          <Link className="ch-button" to={to(page.next)}>
            {page.isPartial ? 'Search further' : 'Next page'}
          </Link>
        )}
      </span>
    </nav>
  );
}
