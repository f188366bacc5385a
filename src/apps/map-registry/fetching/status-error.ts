import { type OutsideReply, OutsideRequestError } from './outside-client.ts';

/** Returns the error of a reply whose status is not that of a success. */
export function statusError({ url, status }: OutsideReply): OutsideRequestError {
  return new OutsideRequestError(`${url.host} replied with the status ${status}.`, {
    fault: 'status',
    status,
  });
}

/** Returns whether a reply has a status of success, 2xx. */
export function isSuccess({ status }: OutsideReply): boolean {
  return status >= 200 && status < 300;
}
