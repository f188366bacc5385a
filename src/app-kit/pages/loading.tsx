import React from 'react';
import { Alert } from './page.tsx';
import type { Live } from './use-live.ts';

/**
 * What a page shows of what it reads: that it is read, that it could not be, or the page; and above a page of old
 * data, that it is old.
 */
export function Loaded<Data>(props: {
  readonly live: Live<Data>;
  readonly children: (data: Data) => React.ReactNode;
}) {
  const { data, fault } = props.live;
  if (data === undefined && fault === undefined) return <p className="ch-empty">Reading…</p>;
  return (
    <>
      {fault && (
        <Alert tone={data === undefined ? 'bad' : 'warn'}>
          {fault.message}
          {data !== undefined && ' What you see is what was read last; it is tried again by itself.'}
        </Alert>
      )}
      {data !== undefined && props.children(data)}
    </>
  );
}
