import { Resolver } from 'node:dns';
import type { AddressInfo, LookupFunction } from 'node:net';
import DNS from 'dns2';

/** A DNS server on this machine, whose answers a test changes. */
export interface DnsServer {
  /** Looks names up at this server. */
  readonly lookup: LookupFunction;
  /** The names that were asked for, in order. */
  readonly questions: readonly string[];
  /** From now on gives these IPv4 addresses for a name; with several lists, one list for each question, and then the last. */
  answer(name: string, ...answers: readonly (readonly string[])[]): void;
  close(): Promise<void>;
}

/** Starts a DNS server that knows no name yet. */
export async function startDnsServer(): Promise<DnsServer> {
  const answersByName = new Map<string, (readonly string[])[]>();
  const questions: string[] = [];
  const server = DNS.createUDPServer((request, send) => {
    const response = DNS.Packet.createResponseFromRequest(request);
    const [question] = request.questions;
    const name = question?.name ?? '';
    if (question?.type === DNS.Packet.TYPE.A) {
      questions.push(name);
      const answers = answersByName.get(name) ?? [[]];
      const [addresses = []] = answers.length > 1 ? answers.splice(0, 1) : answers;
      for (const address of addresses) {
        const { TYPE, CLASS, Resource } = DNS.Packet;
        response.answers.push(new Resource({ name, type: TYPE.A, class: CLASS.IN, ttl: 0, address }));
      }
    }
    send(response);
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.on('listening', () => resolve());
  await server.listen(0, '127.0.0.1');
  await listening;
  const { port } = server.address() as AddressInfo;
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${port}`]);
  return {
    questions,
    answer: (name, ...answers) => void answersByName.set(name, [...answers]),
    lookup(name, options, callback) {
      resolver.resolve4(name, (error, addresses = []) => {
        if (error) return callback(error, '');
        const found = addresses.map((address) => ({ address, family: 4 }));
        if (options.all) return callback(null, found);
        return callback(null, found[0]?.address ?? '', 4);
      });
    },
    async close() {
      resolver.cancel();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}
