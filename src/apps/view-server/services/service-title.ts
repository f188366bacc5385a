/** The title of the services in their documents. */
export const SERVICE_TITLE = 'View server';
