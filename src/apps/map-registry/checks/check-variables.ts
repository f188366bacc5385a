import { wholeNumber } from '../../../platform/settings/values.ts';
import { variable } from '../../../platform/settings/variable.ts';

/** When and how services and layers are checked. */
export const checkVariables = {
  periodMinutes: variable('REGISTRY_CHECK_PERIOD', wholeNumber(1, 527_040), {
    default: '1440',
    meaning: 'Minutes between two checks of a service and its layers.',
  }),
  timeoutSeconds: variable('REGISTRY_CHECK_TIMEOUT', wholeNumber(1, 600), {
    default: '10',
    meaning: 'Seconds that a request to a map service may take, its redirects and its body included.',
  }),
  hostConcurrency: variable('REGISTRY_HOST_CONCURRENCY', wholeNumber(1, 100), {
    default: '2',
    meaning: 'Tasks that ask one host at a time, over all engines.',
  }),
  keptDays: variable('REGISTRY_CHECKS_KEPT_DAYS', wholeNumber(31, 36_500), {
    default: '365',
    meaning: 'Days for which single checks are kept. Reliability counts all of them for ever.',
  }),
};
