import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** When a connection breaks: before a statement reaches Postgres, or once Postgres has executed it, before the result is back. */
export type BreakMoment = 'before' | 'after';

/** Stands between clients and Postgres, and breaks a connection at a statement. */
export interface StatementProxy {
  readonly port: number;
  /** Breaks the connection of the n-th statement from now on; 0 for none. */
  breakAt(number: number, moment: BreakMoment): void;
  /** Whether the statement was reached that {@link breakAt} has named. */
  readonly hasBroken: boolean;
  close(): Promise<void>;
}

/** Starts a proxy to a Postgres on this machine. */
export async function startStatementProxy(targetPort: number): Promise<StatementProxy> {
  const sockets = new Set<Socket>();
  let [countdown, moment, hasBroken] = [0, 'before' as BreakMoment, false];

  /** Returns whether this statement is the one. */
  const isHit = (): boolean => {
    if (countdown === 0) return false;
    countdown -= 1;
    if (countdown > 0) return false;
    hasBroken = true;
    return true;
  };

  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1');
    const statements = new StatementReader();
    let breaksAtAnswer = false;
    const cut = () => {
      client.destroy();
      target.destroy();
    };
    client.on('data', (data) => {
      const hits = Array.from({ length: statements.count(data) }, isHit).includes(true);
      if (hits && moment === 'before') {
        cut();
        return;
      }
      target.write(data);
      if (hits) breaksAtAnswer = true;
    });
    target.on('data', (data) => {
      if (breaksAtAnswer) cut();
      else client.write(data);
    });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        cut();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    breakAt(number, at) {
      [countdown, moment, hasBroken] = [number, at, false];
    },
    get hasBroken() {
      return hasBroken;
    },
    async close() {
      const closed = new Promise((done) => server.close(done));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Counts the statements in what a client sends, by the frames of Postgres' protocol. */
class StatementReader {
  #rest = Buffer.alloc(0);
  #isStarted = false;

  count(data: Buffer): number {
    this.#rest = Buffer.concat([this.#rest, data]);
    let count = 0;
    for (;;) {
      // The first messages have no type.
      const typeBytes = this.#isStarted ? 1 : 0;
      if (this.#rest.length < typeBytes + 4) return count;
      const length = typeBytes + this.#rest.readUInt32BE(typeBytes);
      if (this.#rest.length < length) return count;
      if (this.#isStarted) {
        const type = String.fromCharCode(this.#rest[0] ?? 0);
        if (type === 'Q' || type === 'P') count += 1;
      } else {
        // Version 3 of the protocol begins the session; other numbers ask for encryption or the end of a statement.
        this.#isStarted = this.#rest.readUInt16BE(4) === 3;
      }
      this.#rest = this.#rest.subarray(length);
    }
  }
}
