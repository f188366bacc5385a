import React from 'react';
import { secondsBetween, spanInWords, useNow } from '../../../../app-kit/pages/index.ts';
import type { CollectionRow } from '../shapes.ts';

/** How long a collection took, from its submission to the last move of a member; so far, where some still move. */
export function CollectionDuration({
  collection,
}: {
  readonly collection: Pick<CollectionRow, 'created' | 'lastUpdated' | 'memberCount' | 'statuses'>;
}) {
  const now = useNow();
  const { created, lastUpdated, memberCount, statuses } = collection;
  if (lastUpdated === null) return <span className="ch-none">–</span>;
  const isDone = (statuses.COMPLETED ?? 0) + (statuses.ERROR ?? 0) === memberCount;
  const until = isDone ? lastUpdated : new Date(now).toISOString();
  return (
    <span className="ch-number">
      {spanInWords(secondsBetween(created, until))}
      {!isDone && <span className="ch-muted"> so far</span>}
    </span>
  );
}
