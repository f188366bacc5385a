import React from 'react';
import { Alert } from './page.tsx';
import { Clock } from './relative-time.tsx';
import type { Live } from './use-live.ts';

/**
 * What a page shows of what it reads: that it is read, that it could not be, or the page; and above a page of old
 * data, that it is old.
 */
export function Loaded<Data>(props: {
  readonly live: Live<Data>;
  readonly children: (data: Data) => React.ReactNode;
}) {
  const { data, fault, staleSince } = props.live;
  if (data === undefined && fault === undefined) return <p className="ch-empty">Loading…</p>;
  return (
    <>
      {data === undefined && fault && <Alert tone="bad">{fault.message}</Alert>}
      {data !== undefined && (fault || staleSince !== undefined) && (
        <Alert tone="warn">
          {fault?.message ?? 'The server does not respond.'} This page is not up to date
          {staleSince !== undefined && (
            <>
              {' '}
              since <Clock milliseconds={staleSince} />
            </>
          )}
          . It updates as soon as the server responds.
        </Alert>
      )}
      {data !== undefined && props.children(data)}
    </>
  );
}
