import { errorMessage } from '../../../platform/error-message.ts';
import { OutsideRequestError } from '../fetching/outside-client.ts';
import {
  type DetectedService,
  type EndpointAddress,
  type MapSource,
  type SourceContext,
  SourceError,
} from '../sources/map-source.ts';
import { isFinalFault } from './final-faults.ts';

/** What is at an endpoint. */
export interface Detection {
  /** The services that are there; `undefined` where no source knows the endpoint. */
  readonly services: readonly DetectedService[] | undefined;
  /** What went wrong on the way, a sentence each. */
  readonly errors: readonly string[];
}

/**
 * Looks what an endpoint is: the sources are tried one after the other, until one knows it. A host that cannot be reached is
 * asked once.
 *
 * @param sources in the order in which they are tried.
 */
export async function detectServices(
  endpoint: EndpointAddress,
  context: SourceContext,
  sources: readonly MapSource[],
): Promise<Detection> {
  const errors: string[] = [];
  for (const source of sources) {
    context.signal.throwIfAborted();
    try {
      const services = await source.detect(endpoint, context);
      if (services) return { services, errors };
    } catch (error) {
      if (!(error instanceof OutsideRequestError || error instanceof SourceError)) throw error;
      errors.push(errorMessage(error));
      if (error instanceof OutsideRequestError && isFinalFault(error)) break;
    }
  }
  return { services: undefined, errors: [...new Set(errors)] };
}
