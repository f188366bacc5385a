import { text } from '../../../platform/settings/values.ts';
import { optionalVariable } from '../../../platform/settings/variable.ts';

/** What happens beside the registration of a product. */
export const registrarVariables = {
  reportsFolder: optionalVariable('REPORTING_DIR', text, {
    example: '/mnt/reports/',
    meaning:
      'A folder in which each registration leaves a report: an XML file with the addresses at which the product is served. Not set: there are no reports.',
  }),
};
