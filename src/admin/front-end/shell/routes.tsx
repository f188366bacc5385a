import { type AppModule, apps } from 'virtual:apps';
import React from 'react';
import { useParams } from 'react-router-dom';
import { type AppPages, AppStates, readSiteApps } from '../../../app-kit/pages/index.ts';
import { pages as queuePages } from '../queue/index.ts';

/** The pages of the admin itself. */
const OWN_PAGES: AppPages = { pages: queuePages };

/** Returns the pages that belong to a resource: those of its app, if that is installed. */
function pagesFor(resourceId: string): AppPages {
  const owner = readSiteApps().find(({ resources }) => resources.includes(resourceId));
  if (!owner) return OWN_PAGES;
  return apps.find(({ name }: AppModule) => name === owner.name)?.module ?? { pages: {} };
}

interface Overriding {
  readonly OriginalComponent: React.ComponentType;
}

/** Shows our page of a resource's list where there is one, and AdminJS's where there is none. */
export function ResourceRoute({ OriginalComponent, ...props }: Overriding) {
  const { resourceId = '' } = useParams();
  const { pages, states = {} } = pagesFor(resourceId);
  const List = pages[resourceId]?.list;
  return (
    <AppStates.Provider value={states}>
      {List ? <List /> : <OriginalComponent {...props} />}
    </AppStates.Provider>
  );
}

/** The same for the page of a record. */
export function RecordActionRoute({ OriginalComponent, ...props }: Overriding) {
  const { resourceId = '', recordId, actionName } = useParams();
  const { pages, states = {} } = pagesFor(resourceId);
  const Show = pages[resourceId]?.show;
  return (
    <AppStates.Provider value={states}>
      {Show && recordId !== undefined && actionName === 'show' ? (
        <Show key={recordId} recordId={recordId} />
      ) : (
        <OriginalComponent {...props} />
      )}
    </AppStates.Provider>
  );
}
