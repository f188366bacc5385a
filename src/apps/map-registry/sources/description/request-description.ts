import { decodeText } from '../../fetching/decode-text.ts';
import { type OutsideReply, OutsideRequestError } from '../../fetching/outside-client.ts';
import { isSuccess, statusError } from '../../fetching/status-error.ts';
import { DescriptionDigest } from '../description-digest.ts';
import type { HarvestValidators, SourceContext } from '../map-source.ts';
import { SourceError } from '../map-source.ts';
import { type RootTag, readRootTag } from './root-tag.ts';

/** Bytes in which a root element starts, after comments and a document type. */
const START_BYTES = 65_536;

/** Characters of an exception that a message quotes. */
const MOST_QUOTED = 200;

/** A description that came. */
export interface FoundDescription {
  readonly reply: OutsideReply;
  /** The address that was asked. */
  readonly url: URL;
  /** Where it came from, after redirects. */
  readonly from: URL;
  readonly root: RootTag;
}

/** What servers of a kind are asked for. */
export interface WantedDescription {
  /** Where it may be, in the order in which that is tried. */
  readonly urls: readonly URL[];
  /** Returns whether a document is it. */
  readonly isWanted: (root: RootTag) => boolean;
}

/**
 * Looks for a description. An address whose server replies with something else is followed by the next one.
 *
 * @returns `undefined` where each had something else.
 * @throws {OutsideRequestError} where the server is not reached, or has an error at each address.
 */
export async function findDescription(
  wanted: WantedDescription,
  context: SourceContext,
): Promise<FoundDescription | undefined> {
  const found = await tryAll(wanted, context, {});
  if (found.kind === 'found') return found;
  if (found.kind === 'not found' && found.error) throw found.error;
  return undefined;
}

/**
 * Requests the description of a service that is known.
 *
 * @param validators of the description before.
 * @throws {OutsideRequestError}
 * @throws {SourceError} where the server has something else; the message says what.
 */
export async function requestDescription(
  wanted: WantedDescription & { /** `a WMS` */ readonly what: string },
  validators: HarvestValidators,
  context: SourceContext,
): Promise<(FoundDescription & { readonly validators: HarvestValidators }) | 'unchanged'> {
  const found = await tryAll(wanted, context, conditionsOf(validators));
  if (found.kind === 'unchanged') return 'unchanged';
  if (found.kind === 'found') {
    const hash = new DescriptionDigest();
    hash.add(found.reply.body);
    const digest = hash.end();
    if (digest === validators.digest) return 'unchanged';
    return { ...found, validators: { ...validatorsOf(found.reply), digest } };
  }
  if (found.error) throw found.error;
  throw new SourceError(
    `${found.other?.url.host} does not send the capabilities of ${wanted.what}, but ${found.other ? describe(found.other) : 'nothing'}.`,
  );
}

/** Reads the root element of a reply; `undefined` where it is no XML. */
function rootOfReply({ body, headers }: OutsideReply): RootTag | undefined {
  return readRootTag(decodeText(body.subarray(0, START_BYTES), headers.get('content-type')));
}

type Outcome =
  | ({ readonly kind: 'found' } & FoundDescription)
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'not found';
      readonly error: OutsideRequestError | undefined;
      readonly other: OutsideReply | undefined;
    };

async function tryAll(
  { urls, isWanted }: WantedDescription,
  { client, signal }: SourceContext,
  headers: Readonly<Record<string, string>>,
): Promise<Outcome> {
  let error: OutsideRequestError | undefined;
  let other: OutsideReply | undefined;
  for (const url of urls) {
    try {
      const reply = await client.request(url, { signal, headers });
      if (reply.status === 304) return { kind: 'unchanged' };
      const root = rootOfReply(reply);
      if (isSuccess(reply) && root && isWanted(root)) {
        return { kind: 'found', reply, url, from: originOf(reply, url), root };
      }
      if (isSuccess(reply)) other = reply;
      else error = statusError(reply);
    } catch (thrown) {
      if (!(thrown instanceof OutsideRequestError) || !isOfAddress(thrown)) throw thrown;
      error = thrown;
    }
  }
  return { kind: 'not found', error: other ? undefined : error, other };
}

/** A user of the address that was asked is one of the same server after a redirect too. */
function originOf({ url }: OutsideReply, asked: URL): URL {
  const from = new URL(url);
  if (from.origin === asked.origin) {
    from.username = asked.username;
    from.password = asked.password;
  }
  return from;
}

/** Whether another address of the same server may do better. */
function isOfAddress({ fault }: OutsideRequestError): boolean {
  return fault === 'status' || fault === 'redirects' || fault === 'broken-reply';
}

function conditionsOf({ etag, lastModified }: HarvestValidators): Record<string, string> {
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

function validatorsOf({ headers }: OutsideReply): HarvestValidators {
  return { etag: headers.get('etag'), lastModified: headers.get('last-modified') };
}

/** Says what a reply is instead. */
function describe(reply: OutsideReply): string {
  const start = decodeText(reply.body.subarray(0, START_BYTES), reply.headers.get('content-type'));
  const root = readRootTag(start);
  if (root && /ExceptionReport$/.test(root.name)) {
    const text = start
      .replace(/<!\[CDATA\[|\]\]>/g, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    return `an exception: ${text.slice(0, MOST_QUOTED).toWellFormed()}`;
  }
  if (/^\s*(<!doctype html|<html)/i.test(start)) return 'a web page';
  return root ? `a document <${root.name.slice(0, 50)}>` : 'something that is not XML';
}
