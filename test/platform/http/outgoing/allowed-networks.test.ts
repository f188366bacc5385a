import { describe, expect, it } from '@jest/globals';
import { AllowedNetworks } from '../../../../src/platform/http/outgoing/allowed-networks.ts';

describe('a list of networks', () => {
  it.each([
    ['10.1.0.0/16', '10.1.2.3', '10.2.0.1'],
    ['10.1.2.3', '10.1.2.3', '10.1.2.4'],
    ['10.1.0.0/16', '::ffff:10.1.2.3', '::ffff:10.2.0.1'],
    ['10.1.0.0/16', '64:ff9b::10.1.2.3', '64:ff9b::10.2.0.1'],
    ['fd12::/16', 'fd12::1', 'fd13::1'],
    ['loopback', '127.0.0.1', '10.0.0.1'],
    ['loopback', '::1', '::2'],
    ['linklocal', '169.254.1.1', '127.0.0.1'],
    ['uniquelocal', '192.168.1.1', '169.254.169.254'],
    ['none', '8.8.8.8', '127.0.0.1'],
    ['10.0.0.0/8, 192.168.0.0/24', '192.168.0.9', '192.168.1.9'],
  ])('%s allows %s, and not %s', (list, allowed, refused) => {
    const networks = AllowedNetworks.parse(list);
    expect(networks.allowsAddress(allowed)).toBe(true);
    expect(networks.allowsAddress(refused)).toBe(false);
  });

  it('always allows the public internet', () => {
    expect(AllowedNetworks.parse('10.0.0.0/8').allowsAddress('8.8.8.8')).toBe(true);
    expect(AllowedNetworks.PUBLIC.allowsAddress('2606:4700::1111')).toBe(true);
  });

  it('can be without the public internet', () => {
    const listed = AllowedNetworks.parse('10.0.0.0/8, example.org').withoutInternet();
    expect(listed.allowsAddress('8.8.8.8')).toBe(false);
    expect(listed.allowsAddress('10.0.0.1')).toBe(true);
    expect(listed.allowsHost('example.org')).toBe(true);
  });

  it.each([
    ['files.example.org', 'FILES.example.org.', 'a.files.example.org'],
    ['.example.org', 'files.example.org', 'badexample.org'],
    ['*.example.org', 'example.org', 'example.org.evil.net'],
    ['localhost', 'localhost', 'localhost.evil.net'],
  ])('%s allows the host %s, and not %s', (list, allowed, refused) => {
    const networks = AllowedNetworks.parse(list);
    expect(networks.allowsHost(allowed)).toBe(true);
    expect(networks.allowsHost(refused)).toBe(false);
    expect(networks.allowsAddress('127.0.0.1')).toBe(false);
  });

  it.each(['10.0.0.0/33', '300.0.0.1', 'http://host', 'a b/c', 'host:80', '*', '-a', '1.2.3'])(
    'refuses %s',
    (list) => {
      expect(() => AllowedNetworks.parse(list)).toThrow(TypeError);
    },
  );
});
