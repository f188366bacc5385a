import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { makeValidator } from 'envalid';
import { refuse } from '../../settings/values.ts';

const CERTIFICATE =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** `REQUESTS_CA_BUNDLE` and the like: a file with certificates in PEM, or a folder of such files. Its value is the certificates. */
export const certificateBundle = makeValidator<readonly string[]>((input) => {
  const path = input.trim();
  try {
    const certificates = filesOf(path).flatMap(
      (file) => readFileSync(file, 'latin1').match(CERTIFICATE) ?? [],
    );
    if (certificates.length > 0) return [...new Set(certificates)];
  } catch {
    // Said below: whatever is wrong, a file is what helps.
  }
  return refuse(
    'the path of a file with certificates in PEM, which this account can read; or of a folder of such files',
  );
});

/**
 * Returns what TLS connections trust: the authorities that Node trusts (those of `NODE_EXTRA_CA_CERTS` included), and
 * others beside them. Returns `undefined` if there are no others, which is Node's default.
 */
export function trustAlso(certificates: readonly string[] | undefined): SecureContext | undefined {
  if (!certificates?.length) return undefined;
  return createSecureContext({ ca: [...new Set([...getCACertificates('default'), ...certificates])] });
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => join(path, name));
}
