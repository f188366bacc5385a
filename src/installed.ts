// The apps that there are: a line each. It is the only file outside of an app that names it. `INSTALLED_APPS` decides
// which of them run.

/** What `INSTALLED_APPS` is where it is not set: what the deployed service's environment means. */
export const DEFAULT_APPS = 'composite';

export { composite } from './apps/composite/index.ts';
export { ingestion } from './apps/ingestion/index.ts';
export { mapRegistry } from './apps/map-registry/index.ts';
export { render } from './apps/render/index.ts';
export { viewServer } from './apps/view-server/index.ts';
