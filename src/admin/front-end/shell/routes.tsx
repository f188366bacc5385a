import { type AppModule, apps } from 'virtual:apps';
import React from 'react';
import { useParams } from 'react-router-dom';
import {
  type AppPages,
  AppStates,
  EmptyState,
  Page,
  readSiteApps,
  readSiteResources,
} from '../../../app-kit/pages/index.ts';
import { pages as peoplePages } from '../people/index.ts';
import { pages as queuePages } from '../queue/index.ts';
import { TableListPage, TableRowPage } from '../tables/table-pages.tsx';

/** The pages of the admin itself. */
const OWN_PAGES: AppPages = { pages: { ...queuePages, ...peoplePages } };

/** Returns the pages that belong to a resource: those of its app, if that is installed. */
function pagesFor(resourceId: string): AppPages {
  const owner = readSiteApps().find(({ resources }) => resources.includes(resourceId));
  if (!owner) return OWN_PAGES;
  return apps.find(({ name }: AppModule) => name === owner.name)?.module ?? { pages: {} };
}

/** Shows the list of a resource: our page of it, or what its columns describe. */
export function ResourceRoute() {
  const { resourceId = '' } = useParams();
  const resource = readSiteResources().find(({ id }) => id === resourceId);
  const { pages, states = {} } = pagesFor(resourceId);
  const List = pages[resourceId]?.list;
  if (!resource || !(List || resource.table)) return <NotFoundRoute />;
  return (
    <AppStates.Provider value={states}>
      {List ? (
        <List />
      ) : (
        resource.table && <TableListPage key={resourceId} resource={resource} table={resource.table} />
      )}
    </AppStates.Provider>
  );
}

/** The same for the page of a record. */
export function RecordActionRoute() {
  const { resourceId = '', recordId = '', actionName } = useParams();
  const resource = readSiteResources().find(({ id }) => id === resourceId);
  const { pages, states = {} } = pagesFor(resourceId);
  const Show = pages[resourceId]?.show;
  if (!resource || !(Show || resource.table) || actionName !== 'show') return <NotFoundRoute />;
  return (
    <AppStates.Provider value={states}>
      {Show ? (
        <Show key={recordId} recordId={recordId} />
      ) : (
        resource.table && (
          <TableRowPage key={recordId} resource={resource} table={resource.table} recordId={recordId} />
        )
      )}
    </AppStates.Provider>
  );
}

/** What is shown for an address that leads nowhere, or to what this administrator may not see. */
export function NotFoundRoute() {
  return (
    <Page title="Page not found">
      <EmptyState
        title="There is no such page"
        icon="search"
        text="It does not exist, or your role does not allow you to see it. Choose a list on the left, or search."
      />
    </Page>
  );
}
