import { describe, expect, it } from '@jest/globals';
import { SecretBox, UnsealError } from '../../../src/platform/crypto/secret-box.ts';

const box = new SecretBox('a secret key');

describe('a sealed text', () => {
  it.each(['', 'Basic dXNlcjpwYXNz', 'é 😀 \u0000', 'x'.repeat(100_000)])('opens again: %.20s', (plain) => {
    expect(box.open(box.seal(plain, 'member 1'), 'member 1')).toBe(plain);
  });

  it('opens in another process with the same key', () => {
    expect(new SecretBox('a secret key').open(box.seal('plain', 'member 1'), 'member 1')).toBe('plain');
  });

  it('does not show the plain one, and is another each time', () => {
    const sealed = box.seal('plain text', 'member 1');
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('plain');
    expect(box.seal('plain text', 'member 1')).not.toBe(sealed);
  });

  it('does not open with another key', () => {
    expect(() => new SecretBox('another key').open(box.seal('plain', 'member 1'), 'member 1')).toThrow(
      UnsealError,
    );
  });

  it('opens with an earlier key too, as long as that is a fallback', () => {
    const sealed = box.seal('plain', 'member 1');
    expect(new SecretBox('a new key', ['an older key', 'a secret key']).open(sealed, 'member 1')).toBe(
      'plain',
    );
    expect(() => new SecretBox('a new key', ['an older key']).open(sealed, 'member 1')).toThrow(UnsealError);
  });

  it('is sealed with the first key alone', () => {
    const sealed = new SecretBox('a new key', ['a secret key']).seal('plain', 'member 1');
    expect(() => box.open(sealed, 'member 1')).toThrow(UnsealError);
    expect(new SecretBox('a new key').open(sealed, 'member 1')).toBe('plain');
  });

  it.each(['member 2', 'member', '', 'member 1\0'])('does not open for anything else: %j', (boundTo) => {
    expect(() => box.open(box.seal('plain', 'member 1'), boundTo)).toThrow(UnsealError);
  });

  it('does not open where any of its bytes is changed', () => {
    const sealed = Buffer.from(box.seal('plain', 'member 1'), 'base64url');
    for (const index of sealed.keys()) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => box.open(changed.toString('base64url'), 'member 1')).toThrow(UnsealError);
    }
  });

  it('does not open where it is cut, at no length', () => {
    const sealed = Buffer.from(box.seal('plain', 'member 1'), 'base64url');
    for (const length of sealed.keys()) {
      expect(() => box.open(sealed.subarray(0, length).toString('base64url'), 'member 1')).toThrow(
        UnsealError,
      );
    }
  });

  it.each(['', 'not sealed', '{"json": true}'])('is not just any text: %j', (text) => {
    expect(() => box.open(text, 'member 1')).toThrow(
      'A sealed value cannot be opened: it was changed, belongs to something else, or was sealed with another DJANGO_SECRET_KEY',
    );
  });
});
