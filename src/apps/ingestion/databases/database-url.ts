/** What a connection to Postgres is made of, where each part is a variable of its own. */
export interface DatabaseParts {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly name?: string | undefined;
}

/** What the parts are where they are left out. */
type AllParts = { readonly [Part in keyof DatabaseParts]-?: NonNullable<DatabaseParts[Part]> };

/** Returns the URL of a database from its parts; what is left out is the default. */
export function databaseUrlOf(parts: DatabaseParts, defaults: AllParts): string {
  const user = encodeURIComponent(parts.user ?? defaults.user);
  const password = encodeURIComponent(parts.password ?? defaults.password);
  const host = parts.host ?? defaults.host;
  const name = encodeURIComponent(parts.name ?? defaults.name);
  // An IPv6 address has brackets around it in a URL.
  const shownHost = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `postgresql://${user}:${password}@${shownHost}:${parts.port ?? defaults.port}/${name}`;
}
