import { texts, wholeNumber } from '../../../platform/settings/values.ts';
import { optionalVariable, variable } from '../../../platform/settings/variable.ts';

/** Who may push items by HTTP, and for how long a request waits. */
export const apiVariables = {
  tokens: optionalVariable('VIEW_SERVER_TOKENS', texts, {
    isSecret: true,
    meaning:
      'Tokens, separated by commas: `POST /register/` and the API of items need one of them as `Authorization: Bearer`. Not set: every caller is let in.',
  }),
  registrationSeconds: variable('TIME_LIMIT', wholeNumber(0, 3_600), {
    default: '300',
    meaning:
      'Seconds that `POST /register/` waits for a registration, before it returns where its state is to be read.',
  }),
};
