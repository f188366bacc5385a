import { describe, expect, it } from '@jest/globals';
import { Signer } from '../../../src/platform/crypto/signer.ts';

describe('a signature', () => {
  const signer = new Signer('a secret key', 'letters');

  it('is good for its text, by its key and purpose, and for nothing else', () => {
    const signature = signer.sign('a text');
    expect(new Signer('a secret key', 'letters').verify('a text', signature)).toBe(true);
    expect(signer.verify('another text', signature)).toBe(false);
    expect(new Signer('another key', 'letters').verify('a text', signature)).toBe(false);
    expect(new Signer('a secret key', 'parcels').verify('a text', signature)).toBe(false);
    expect(signer.verify('a text', signature.slice(1))).toBe(false);
    expect(signer.verify('a text', '')).toBe(false);
  });

  it('of an earlier key is good as long as that key is a fallback', () => {
    const signature = signer.sign('a text');
    expect(
      new Signer('a new key', 'letters', ['an older key', 'a secret key']).verify('a text', signature),
    ).toBe(true);
    expect(new Signer('a new key', 'letters', ['an older key']).verify('a text', signature)).toBe(false);
    expect(new Signer('a new key', 'parcels', ['a secret key']).verify('a text', signature)).toBe(false);
  });

  it('is made with the first key alone', () => {
    const signature = new Signer('a new key', 'letters', ['a secret key']).sign('a text');
    expect(new Signer('a new key', 'letters').verify('a text', signature)).toBe(true);
    expect(signer.verify('a text', signature)).toBe(false);
  });
});
