import { describe, expect, it } from '@jest/globals';
import { isPublicAddress } from '../../../../src/platform/http/outgoing/public-address.ts';

describe('an address that is not of the public internet', () => {
  it.each([
    ['this network', '0.0.0.0', '0.1.2.3'],
    ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
    ['private', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ['unique local', 'fc00::1', 'fd12:3456::1'],
    ['link-local', '169.254.1.1', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
    ['site-local', 'fec0::1'],
    ['carrier-grade NAT', '100.64.0.1', '100.127.255.255'],
    [
      'metadata of clouds',
      '169.254.169.254',
      '169.254.170.2',
      'fd00:ec2::254',
      '100.100.100.200',
      '192.0.0.192',
      '168.63.129.16',
    ],
    ['multicast', '224.0.0.1', '239.255.255.250', 'ff02::1'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '192.88.99.1'],
    ['documentation', '2001:db8::1', '3fff::1'],
    ['unspecified', '::'],
    [
      'IPv4-mapped',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:10.0.0.1',
      '0:0:0:0:0:ffff:a9fe:a9fe',
      '[::ffff:127.0.0.1]',
    ],
    ['IPv4-compatible', '::127.0.0.1', '::7f00:1', '::8.8.8.8'],
    ['IPv4-translated', '::ffff:0:127.0.0.1', '::ffff:0:8.8.8.8'],
    ['NAT64', '64:ff9b::127.0.0.1', '64:ff9b::a00:1', '64:ff9b::169.254.169.254', '64:ff9b:1::8.8.8.8'],
    ['6to4', '2002:7f00:1::', '2002:808:808::1'],
    ['Teredo', '2001:0:808:808::1'],
    ['ORCHID', '2001:10::1', '2001:20::1'],
    ['discard only', '100::1'],
    ['unassigned', '4000::1', '5f00::1', '200::1'],
    ['no address at all', '', 'example.org', '1.2.3', '2130706433', '0x7f.1', '0177.0.0.1', '1.2.3.4.5'],
  ])('%s', (_kind, ...addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });
});

it('an address of the public internet is one, in IPv4, IPv6, and through NAT64', () => {
  const addresses = [
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '2606:4700::1111',
  ];
  const others = ['2a00:1450:4001::1', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '[2606:4700::1111]'];
  expect([...addresses, ...others].filter((address) => !isPublicAddress(address))).toEqual([]);
});
