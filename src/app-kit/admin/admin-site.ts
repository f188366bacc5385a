// What the page of the admin knows about the site: the server writes it into the page, its scripts read it.

import type { AdminColumn } from './resource.ts';
import type { SiteApp } from './site-app.ts';

/** A list in the navigation. */
export interface SiteResource {
  readonly id: string;
  readonly label: string;
  /** The heading that it is below in the navigation: the title of its app, or a part of the admin. */
  readonly group: string;
  /** How the list and the page of a row are shown where they have no pages of their own. */
  readonly table?: SiteTable;
}

/** A table that the admin shows by its description alone. */
export interface SiteTable {
  readonly newestBy: string;
  readonly title: string;
  readonly columns: readonly Omit<AdminColumn, 'sql'>[];
}

/** The site, as it is for the administrator who is signed in. */
export interface AdminSite {
  readonly apps: readonly SiteApp[];
  /** In the order of the navigation. */
  readonly resources: readonly SiteResource[];
}
