/** An installed app, as its pages and the search need it. */
export interface SiteApp {
  readonly name: string;
  readonly title: string;
  /** The ids of its resources. */
  readonly resources: readonly string[];
  /** What the search finds of it, for people: `members, collections`. Null where it finds nothing. */
  readonly searchable: string | null;
}
