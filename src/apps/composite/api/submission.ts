import type { AnySchema, ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { FormatStringError, parseFormatString } from '../formatting/format-string.ts';
import { FormattingBudget, FormattingBudgetError } from '../formatting/formatting-budget.ts';
import {
  COLLECTION_SCHEMA,
  COMPOSITE_SCHEMA,
  type Composite,
  type CompositeCollection,
  FORMATTED_FIELDS,
} from '../members/composite-schema.ts';
import { compositeFolder } from '../pages/page-folder.ts';
import { findUnstorable } from './storable-json.ts';

/** A body is no collection of composites; `faults` names what is wrong, each with its place. */
export class InvalidSubmissionError extends Error {
  override readonly name = 'InvalidSubmissionError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The submission does not fit: ${faults.join('; ')}`);
    this.faults = faults;
  }
}

/** Faults that a response lists; of members beyond them it says how many do not fit either. */
const LISTED_FAULTS = 100;

/**
 * A member with more roles than this is described by its first fault alone: a body full of wrong roles must
 * not become a hundred times as many bytes of faults.
 */
const LISTED_ROLES = 1_000;

/** A key of S3 ends at 1,024 bytes; prefix, customer, space and page stand in it too. */
const MAXIMUM_COMPOSITE_ID_BYTES = 800;

const checkCollection = compile<CompositeCollection>(COLLECTION_SCHEMA, true);
const checkComposite = compile<Composite>(COMPOSITE_SCHEMA, false);
const describeComposite = compile<Composite>(COMPOSITE_SCHEMA, true);

/**
 * Reads a submission from a body of JSON.
 *
 * @param exactBody the same body with numbers that a double does not hold as `RawJson`: these numbers are checked as
 *   doubles, and returned as they were written.
 * @throws {InvalidSubmissionError}
 */
export function parseSubmission(body: unknown, exactBody: unknown = body): readonly Composite[] {
  if (!checkCollection(body)) throw new InvalidSubmissionError(describe(checkCollection.errors, ''));
  const composites = checkCollection(exactBody) ? exactBody.member : body.member;
  const faults: string[] = [];
  const budget = new FormattingBudget();
  let unlistedMembers = 0;
  for (const [index, member] of body.member.entries()) {
    const submitted: SubmittedMember = { member, exact: composites[index] ?? member, budget };
    if (faults.length < LISTED_FAULTS) faults.push(...faultsOf(submitted, `member/${index}`));
    else if (!fits(submitted)) unlistedMembers += 1;
  }
  if (faults.length === 0) {
    const clash = findClash(body.member);
    if (clash === undefined) return composites;
    faults.push(clash);
  }
  const listed = faults.slice(0, LISTED_FAULTS);
  const unlistedFaults = faults.length - listed.length;
  if (unlistedFaults > 0) listed.push(`… and ${unlistedFaults} more of the member before`);
  if (unlistedMembers > 0) listed.push(`… and ${unlistedMembers} more members do not fit`);
  throw new InvalidSubmissionError(listed);
}

/** A member that is looked at, with what its format strings may still cost. */
interface SubmittedMember {
  readonly member: unknown;
  readonly exact: unknown;
  readonly budget: FormattingBudget;
}

/** Pages are named by their numbers alone, so that two composites in one place would get each other's. */
function findClash(composites: readonly Composite[]): string | undefined {
  const indices = new Map<string, number>();
  for (const [index, { compositeId, space }] of composites.entries()) {
    const folder = compositeFolder(compositeId);
    if (folder === undefined) continue;
    const earlier = indices.get(`${space}/${folder}`);
    if (earlier !== undefined)
      return `member/${index}/compositeId must not be that of member/${earlier} in the same space: the pages of one would take the place of the other`;
    indices.set(`${space}/${folder}`, index);
  }
  return undefined;
}

function fits(submitted: SubmittedMember): boolean {
  return checkComposite(submitted.member) && faultsOfTexts(submitted.member, submitted, '').length === 0;
}

function faultsOf(submitted: SubmittedMember, place: string): string[] {
  const { member } = submitted;
  if (checkComposite(member)) return faultsOfTexts(member, submitted, place);
  const { errors } = checkComposite;
  if (hasManyRoles(member) || describeComposite(member)) return describe(errors, place);
  return describe(describeComposite.errors, place);
}

function hasManyRoles(member: unknown): boolean {
  const roles = typeof member === 'object' && member !== null && 'roles' in member ? member.roles : undefined;
  return Array.isArray(roles) && roles.length > LISTED_ROLES;
}

/** What no schema can say: texts and numbers that cannot be stored, a `compositeId` without room in a key, and format strings that cannot be formatted. */
function faultsOfTexts(composite: Composite, { exact, budget }: SubmittedMember, place: string): string[] {
  const unstorable = findUnstorable(exact);
  if (unstorable) return [`${[place, ...unstorable.path].join('/')} ${unstorable.fault}`];
  if (Buffer.byteLength(composite.compositeId ?? '') > MAXIMUM_COMPOSITE_ID_BYTES)
    return [`${place}/compositeId must NOT have more than ${MAXIMUM_COMPOSITE_ID_BYTES} bytes in UTF-8`];
  return FORMATTED_FIELDS.flatMap((field) => {
    const value = composite[field];
    if (typeof value !== 'string') return [];
    const fault = faultOfFormat(value, composite.incrementSeed, budget);
    return fault === undefined ? [] : [`${place}/${field} must be a format string for one number: ${fault}`];
  });
}

function faultOfFormat(template: string, seed: number, budget: FormattingBudget): string | undefined {
  try {
    budget.parse(template);
    budget.format(parseFormatString(template).format(seed));
    return undefined;
  } catch (error) {
    if (error instanceof FormatStringError) return error.message;
    if (error instanceof FormattingBudgetError) throw new InvalidSubmissionError([error.message]);
    throw error;
  }
}

function compile<T>(schema: AnySchema, allErrors: boolean): ValidateFunction<T> {
  const ajv = new Ajv2020({ allErrors, allowUnionTypes: true });
  // As the origin is fetched, so it is read: callers have spaces and letters of any script in their URLs.
  ajv.addFormat('uri', (text: string) => URL.canParse(text));
  return ajv.compile<T>(schema);
}

/** Each fault as its place, without a slash at the start, and what the validator says of it. */
function describe(errors: readonly ErrorObject[] | null | undefined, place: string): string[] {
  return (errors ?? []).map(({ instancePath, keyword, message = 'does not fit', params }) => {
    const at = `${place}${instancePath}`.replace(/^\//, '');
    const allowed = keyword === 'const' ? ` ${JSON.stringify(params['allowedValue'])}` : '';
    return `${at} ${message}${allowed}`.trimStart();
  });
}
