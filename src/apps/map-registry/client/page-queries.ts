import type { Request } from 'express';
import { asMoment, textOf } from '../../../app-kit/admin/list-query.ts';
import { storableText } from '../../../platform/database/storable-text.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import type { CheckPlace } from '../checks/history.ts';
import { SERVICE_TYPES } from '../layers/layer.ts';
import { toRowId } from '../layers/row-key.ts';
import { isServiceType, SERVICE_ORDERS, type ServiceList } from '../layers/stored-services.ts';
import type { DomainPlace } from './domains.ts';

/** Characters of a text that is searched for. */
const LONGEST_TEXT = 200;

/** Reads the number of a page, from 1. @throws {HttpError} 400 */
export function readPageNumber(text: string | undefined): number {
  if (text === undefined) return 1;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new HttpError(400, '"page" has to be a whole number from 1.');
  return Number(text);
}

/** Reads which services a list has: `q`, `filter_by`, `order_by` and `host`. @throws {HttpError} 400 */
export function readServiceList(catalogId: string, request: Pick<Request, 'query'>): ServiceList {
  const [text, type, host] = [textOf(request, 'q'), textOf(request, 'filter_by'), textOf(request, 'host')];
  const order = textOf(request, 'order_by');
  const orderBy = SERVICE_ORDERS.find((each) => each === order);
  if (order !== undefined && !orderBy) {
    throw new HttpError(400, `"order_by" has to be one of: ${SERVICE_ORDERS.join(', ')}.`);
  }
  if (type !== undefined && !isServiceType(type)) {
    throw new HttpError(400, `"filter_by" has to be one of: ${SERVICE_TYPES.join(', ')}.`);
  }
  return {
    catalogId,
    ...(text === undefined ? {} : { text: text.slice(0, LONGEST_TEXT) }),
    ...(type === undefined ? {} : { type }),
    ...(host === undefined ? {} : { host: storableText(host.toLowerCase()) }),
    ...(orderBy ? { orderBy } : {}),
  };
}

/** Returns the place of a check as addresses have it. */
export function checkPlaceText({ checked, id }: CheckPlace): string {
  return `${checked}_${id}`;
}

/** Reads such a place; `undefined` where the text is none. */
export function readCheckPlace(text: string | undefined): CheckPlace | undefined {
  const [moment, key = ''] = (text ?? '').split('_');
  const [checked, id] = [asMoment(moment), toRowId(key)];
  return checked === undefined || id === undefined ? undefined : { checked, id };
}

/** Returns the place of a domain as addresses have it. */
export function domainPlaceText({ catalogId, host }: DomainPlace): string {
  return `${catalogId}_${host}`;
}

/** Reads such a place; `undefined` where the text is none. */
export function readDomainPlace(text: string | undefined): DomainPlace | undefined {
  const [, key = '', host = ''] = /^(\d+)_(.+)$/.exec(text ?? '') ?? [];
  const catalogId = toRowId(key);
  return catalogId === undefined ? undefined : { catalogId, host: storableText(host) };
}
