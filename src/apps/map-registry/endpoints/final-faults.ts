import type { OutsideRequestError } from '../fetching/outside-client.ts';

const FINAL_FAULTS: readonly OutsideRequestError['fault'][] = ['refused-address', 'unreachable', 'timeout'];

/** Returns whether it makes no sense to ask the same host something else after a fault. */
export function isFinalFault({ fault }: OutsideRequestError): boolean {
  return FINAL_FAULTS.includes(fault);
}
