import React from 'react';
import { Link, useLocation, useSearchParams } from 'react-router-dom';
import type { NewestRows } from '../shapes.ts';

/** How many rows there are, and the ways to the older ones and back to the newest. */
export function NewestPager(props: {
  readonly list: Pick<NewestRows<unknown>, 'count' | 'isMore' | 'next'>;
  readonly noun: string;
}) {
  const { list, noun } = props;
  const { pathname } = useLocation();
  const [params] = useSearchParams();
  const to = (before: string | null) => {
    const next = new URLSearchParams(params);
    if (before === null) next.delete('before');
    else next.set('before', before);
    return `${pathname}?${next}`;
  };
  return (
    <nav className="ch-pager" aria-label="Pages of the list">
      <span>
        {list.isMore ? `More than ${list.count.toLocaleString()}` : list.count.toLocaleString()} {noun}
      </span>
      <span className="ch-actions">
        {params.has('before') && (
          <Link className="ch-button" to={to(null)}>
            Newest
          </Link>
        )}
        {list.next !== null && (
          <Link className="ch-button" to={to(list.next)}>
            Older
          </Link>
        )}
      </span>
    </nav>
  );
}
