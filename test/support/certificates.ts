import { generate } from 'selfsigned';

/** A certificate authority of a test's own, and a certificate that it has signed. */
export interface TestCertificates {
  /** The authority, in PEM. */
  readonly authority: string;
  readonly key: string;
  readonly cert: string;
}

/** Makes a new certificate authority, and a certificate for hosts. */
export async function makeCertificates(...hosts: readonly string[]): Promise<TestCertificates> {
  const authority = await generate([{ name: 'commonName', value: 'An authority of the tests' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true },
    ],
  });
  const { private: key, cert } = await generate([{ name: 'commonName', value: hosts[0] ?? '' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) }],
  });
  return { authority: authority.cert, key, cert };
}
