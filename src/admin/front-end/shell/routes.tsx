import React from 'react';
import { useParams } from 'react-router-dom';
import type { AdminPages } from '../../../app-kit/pages/index.ts';
import { pages as appPages } from '../../../installed-pages.ts';
import { pages as queuePages } from '../queue/index.ts';

const pages: AdminPages = { ...queuePages, ...appPages };

interface Overriding {
  readonly OriginalComponent: React.ComponentType;
}

/** Shows our page of a resource's list where there is one, and AdminJS's where there is none. */
export function ResourceRoute({ OriginalComponent, ...props }: Overriding) {
  const { resourceId = '' } = useParams();
  const List = pages[resourceId]?.list;
  return List ? <List /> : <OriginalComponent {...props} />;
}

/** The same for the page of a record. */
export function RecordActionRoute({ OriginalComponent, ...props }: Overriding) {
  const { resourceId = '', recordId, actionName } = useParams();
  const Show = pages[resourceId]?.show;
  return Show && recordId !== undefined && actionName === 'show' ? (
    <Show key={recordId} recordId={recordId} />
  ) : (
    <OriginalComponent {...props} />
  );
}
