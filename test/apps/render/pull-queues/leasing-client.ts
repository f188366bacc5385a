// A process that leases from a pull queue until nothing is left, and writes the ids of what it got. It begins when its
// standard input ends, so that several begin together.

import { buffer } from 'node:stream/consumers';

const [url = '', token = ''] = process.argv.slice(2);
await buffer(process.stdin);
for (;;) {
  const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  const { items }: { items: { id: string }[] } = JSON.parse(await response.text());
  if (items.length === 0) break;
  for (const { id } of items) process.stdout.write(`${id}\n`);
}
