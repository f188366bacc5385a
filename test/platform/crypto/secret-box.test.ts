import { describe, expect, it } from '@jest/globals';
import { SecretBox, UnsealError } from '../../../src/platform/crypto/secret-box.ts';

const box = new SecretBox('a secret key');

describe('a sealed text', () => {
  it.each(['', 'Basic dXNlcjpwYXNz', 'é 😀 \u0000', 'x'.repeat(100_000)])('opens again: %.20s', (plain) => {
    expect(box.open(box.seal(plain))).toBe(plain);
  });

  it('opens in another process with the same key', () => {
    expect(new SecretBox('a secret key').open(box.seal('plain'))).toBe('plain');
  });

  it('does not show the plain one, and is another each time', () => {
    const sealed = box.seal('plain text');
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('plain');
    expect(box.seal('plain text')).not.toBe(sealed);
  });

  it('does not open with another key', () => {
    expect(() => new SecretBox('another key').open(box.seal('plain'))).toThrow(UnsealError);
  });

  it('opens with an earlier key too, as long as that is a fallback', () => {
    const sealed = box.seal('plain');
    expect(new SecretBox('a new key', ['an older key', 'a secret key']).open(sealed)).toBe('plain');
    expect(() => new SecretBox('a new key', ['an older key']).open(sealed)).toThrow(UnsealError);
  });

  it('is sealed with the first key alone', () => {
    const sealed = new SecretBox('a new key', ['a secret key']).seal('plain');
    expect(() => box.open(sealed)).toThrow(UnsealError);
    expect(new SecretBox('a new key').open(sealed)).toBe('plain');
  });

  it('does not open where any of its bytes is changed', () => {
    const sealed = Buffer.from(box.seal('plain'), 'base64url');
    for (const index of sealed.keys()) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => box.open(changed.toString('base64url'))).toThrow(UnsealError);
    }
  });

  it('does not open where it is cut, at no length', () => {
    const sealed = Buffer.from(box.seal('plain'), 'base64url');
    for (const length of sealed.keys()) {
      expect(() => box.open(sealed.subarray(0, length).toString('base64url'))).toThrow(UnsealError);
    }
  });

  it.each(['', 'not sealed', '{"json": true}'])('is not just any text: %j', (text) => {
    expect(() => box.open(text)).toThrow(
      'A sealed value cannot be opened: it was changed, or sealed with another DJANGO_SECRET_KEY',
    );
  });
});
