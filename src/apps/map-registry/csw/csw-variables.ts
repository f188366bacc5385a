import { makeValidator } from 'envalid';
import { refuse } from '../../../platform/settings/values.ts';
import { variable } from '../../../platform/settings/variable.ts';

/** What capabilities say of the catalogue and its provider, by the names of pycsw: `provider_name`, `contact_email`, … */
export type CatalogueMetadata = Readonly<Record<string, string>>;

/** The block of pycsw that describes the catalogue; its others have no effect. */
const BLOCK = 'metadata:main';

const NAME = /^(identification|provider|contact)_[a-z_]+$/;

const ALLOWED =
  'JSON such as {"metadata:main": {"provider_name": "…"}}, whose names begin with identification_, provider_ or contact_, and whose values are texts';

const metadata = makeValidator<CatalogueMetadata>((input) => {
  const block = membersOf(parse(input));
  const entries = Object.entries(BLOCK in block ? membersOf(block[BLOCK]) : block);
  return Object.fromEntries(
    entries.map(([name, value]) =>
      typeof value === 'string' && NAME.test(name) ? [name, value] : refuse(ALLOWED),
    ),
  );
});

function parse(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return refuse(ALLOWED);
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...value }
    : refuse(ALLOWED);
}

/** What CSW says of itself. */
export const cswVariables = {
  metadata: variable('REGISTRY_PYCSW', metadata, {
    default: '{}',
    meaning:
      'The catalogue and its provider in the capabilities of CSW, as JSON with the block `metadata:main` of pycsw: `{"metadata:main": {"identification_title": "…", "provider_name": "…", "contact_email": "…"}}`. Other blocks have no effect.',
  }),
};
