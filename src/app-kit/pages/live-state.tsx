import React from 'react';
import { Clock } from './relative-time.tsx';
import type { Live } from './use-live.ts';

/** Whether what the page shows is up to date, and if not, since when. */
export function LiveState({ live }: { readonly live: Pick<Live<unknown>, 'data' | 'fault' | 'staleSince'> }) {
  const { data, fault, staleSince } = live;
  const isLive = data !== undefined && fault === undefined && staleSince === undefined;
  return (
    <span className="ch-live">
      <span className={isLive ? 'ch-dot ch-dot-live' : 'ch-dot'} aria-hidden="true" />
      {isLive ? 'live' : <NotUpToDate live={live} />}
    </span>
  );
}

function NotUpToDate({ live }: { readonly live: Pick<Live<unknown>, 'data' | 'fault' | 'staleSince'> }) {
  if (live.staleSince !== undefined) {
    return (
      <>
        Not up to date since <Clock milliseconds={live.staleSince} />
      </>
    );
  }
  return <>{live.fault === undefined ? 'connecting' : 'not up to date'}</>;
}
