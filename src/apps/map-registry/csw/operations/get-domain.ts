import { OgcError } from '../../../../map-kit/ogc-error.ts';
import type { DatabaseOrTransaction } from '../../../../platform/database/connection.ts';
import { type CswVersion, NAMESPACES } from '../csw-version.ts';
import { type Queryable, queryableOf } from '../filters/queryables.ts';
import { element, textElement } from '../outputs/xml-text.ts';
import type { ReadRequest } from '../requests/csw-request.ts';
import { type CswContext, type CswReply, cswRoot, replyOf } from './csw-context.ts';
import { valuesOfParameter } from './parameter-domains.ts';

type GetDomain = Extract<ReadRequest, { operation: 'GetDomain' }>;

/** Names that one request may have. */
const MOST_NAMES = 20;

/** Values that are listed of a property, and records in which they are looked for. */
const LIMITS = { values: 1_000, records: 100_000 } as const;

/** What values a property or a parameter has. */
type Domain =
  | { readonly kind: 'list'; readonly values: readonly string[] }
  | { readonly kind: 'range'; readonly first: string; readonly last: string }
  | { readonly kind: 'unknown' };

/** Returns the values that properties of records and parameters of requests have. @throws {OgcError} */
export async function getDomain(request: GetDomain, context: CswContext): Promise<CswReply> {
  const { version, properties, parameters } = request;
  const count = properties.length + parameters.length;
  if (count === 0) {
    throw new OgcError('MissingParameterValue', 'PropertyName or ParameterName is missing.', {
      locator: 'parameterName',
    });
  }
  if (count > MOST_NAMES) {
    throw new OgcError('InvalidParameterValue', `A request has ${MOST_NAMES} names at most.`, {
      locator: 'parameterName',
    });
  }
  const nameOfProperty = version === '3.0.0' ? 'ValueReference' : 'PropertyName';
  const domains: string[] = [];
  for (const name of parameters) {
    const values = valuesOfParameter(version, name);
    domains.push(
      domainXml(version, 'ParameterName', name, values ? { kind: 'list', values } : { kind: 'unknown' }),
    );
  }
  for (const name of properties) {
    const domain = await domainOf(context.database, context.catalog.id, queryableOf(name));
    domains.push(domainXml(version, nameOfProperty, name, domain));
  }
  return replyOf(cswRoot('GetDomainResponse', version, {}, ...domains));
}

/** The values of the first 100,000 records: a property may have as many values as there are records. */
async function domainOf(
  database: DatabaseOrTransaction,
  catalogId: string,
  queryable: Queryable,
): Promise<Domain> {
  switch (queryable.kind) {
    case 'any':
    case 'bounds':
      return { kind: 'unknown' };
    case 'moment':
      return rangeOf(database, catalogId, queryable.column);
    case 'subjects':
      return listOf(database, catalogId, 'unnest(subjects)');
    case 'text':
      return listOf(database, catalogId, queryable.column);
  }
}

async function listOf(
  database: DatabaseOrTransaction,
  catalogId: string,
  expression: string,
): Promise<Domain> {
  const { rows } = await database.raw<{ rows: { value: string }[] }>(
    `SELECT value FROM (
       SELECT DISTINCT value FROM (
         SELECT ${expression} AS value FROM (
           SELECT * FROM map_registry.records WHERE catalog_id = ? AND is_listed ORDER BY layer_id LIMIT ${LIMITS.records}
         ) AS record
       ) AS given WHERE value <> ''
     ) AS different ORDER BY value LIMIT ${LIMITS.values}`,
    [catalogId],
  );
  return rows.length === 0 ? { kind: 'unknown' } : { kind: 'list', values: rows.map(({ value }) => value) };
}

async function rangeOf(
  database: DatabaseOrTransaction,
  catalogId: string,
  column: 'dated' | 'modified',
): Promise<Domain> {
  const edge = (order: 'ASC' | 'DESC') =>
    `(SELECT ${isoYear(column)} || to_char(${column}, '-MM-DD"T"HH24:MI:SS"Z"') FROM map_registry.records
      WHERE catalog_id = ? AND is_listed AND isfinite(${column}) ORDER BY ${column} ${order}, layer_id ${order} LIMIT 1)`;
  const { rows } = await database.raw<{ rows: { first: string | null; last: string | null }[] }>(
    `SELECT ${edge('ASC')} AS first, ${edge('DESC')} AS last`,
    [catalogId, catalogId],
  );
  const { first = null, last = null } = rows[0] ?? {};
  return first === null || last === null ? { kind: 'unknown' } : { kind: 'range', first, last };
}

/** Postgres counts years before Christ from 1, and ISO 8601 from 0. */
function isoYear(column: string): string {
  const year = `extract(year FROM ${column})::int`;
  return `CASE WHEN ${year} > 0 THEN to_char(${column}, 'YYYY')
    WHEN ${year} = -1 THEN '0000' ELSE '-' || lpad((-1 - ${year})::text, 4, '0') END`;
}

function domainXml(version: CswVersion, kind: string, name: string, domain: Domain): string {
  const { prefix } = NAMESPACES[version];
  return element(
    `${prefix}:DomainValues`,
    { type: `${prefix}:Record`, resultType: version === '3.0.0' ? 'available' : undefined },
    textElement(`${prefix}:${kind}`, name),
    valuesXml(prefix, domain),
  );
}

function valuesXml(prefix: string, domain: Domain): string {
  switch (domain.kind) {
    case 'list':
      return element(
        `${prefix}:ListOfValues`,
        {},
        ...domain.values.map((value) => textElement(`${prefix}:Value`, value)),
      );
    case 'range':
      return element(
        `${prefix}:RangeOfValues`,
        {},
        textElement(`${prefix}:MinValue`, domain.first),
        textElement(`${prefix}:MaxValue`, domain.last),
      );
    case 'unknown':
      return '';
  }
}
