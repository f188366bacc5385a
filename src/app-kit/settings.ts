import { defineSection } from '../platform/settings/section.ts';
import { texts } from '../platform/settings/values.ts';
import { variable } from '../platform/settings/variable.ts';

/** Which apps run. It is read before all other settings, as it decides which these are. */
export const appKitSettings = defineSection({
  name: 'app-kit',
  prefixes: ['INSTALLED_'],
  variables: {
    installedApps: variable('INSTALLED_APPS', texts, {
      default: '',
      meaning: 'The apps that run, separated by commas. Not set: `npm start` runs all apps.',
    }),
  },
  derive: (values) => values,
  parts: (variables) => [{ title: 'Apps', variables: Object.values(variables) }],
});
