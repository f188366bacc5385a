import { ChecksUnderTest } from '../../test/apps/map-registry/checks/checks-under-test.ts';
import { startCountingHost } from '../../test/apps/map-registry/checks/counting-host.ts';
import { secondsOf } from '../figures.ts';
import type { Row } from '../report.ts';

const HOSTS = 5;
const LAYERS_OF_EACH = 2_000;
const ENGINES = 4;
const WORKERS = 3;
const REPLY_MILLISECONDS = 5;
const DEADLINE_MILLISECONDS = 1_200_000;

/** As `REGISTRY_HOST_CONCURRENCY` has it by default. */
const MOST_CONNECTIONS = 2;

/** Checks of many layers of a few hosts by several engines: the hosts themselves count the connections that are open. */
export async function benchPoliteness(): Promise<Row[]> {
  const checks = await ChecksUnderTest.open();
  const hosts = await Promise.all(
    Array.from({ length: HOSTS }, (_, index) =>
      startCountingHost(21 + index, { replyMilliseconds: REPLY_MILLISECONDS }),
    ),
  );
  try {
    for (let engine = 0; engine < ENGINES; engine += 1)
      await checks.startEngine({ ENGINE_WORKER_COUNT: String(WORKERS) });
    let checkedOnce = 0;
    const seconds = await secondsOf(async () => {
      const layerIds = await checks.enqueueChecks(hosts, LAYERS_OF_EACH);
      const counted = await checks.checked(layerIds, DEADLINE_MILLISECONDS);
      checkedOnce = counted.filter(
        ({ checkCount, successCount }) => checkCount === '1' && successCount === '1',
      ).length;
    });
    const layers = HOSTS * LAYERS_OF_EACH;
    return [
      {
        work: `the most connections open to one of ${HOSTS} hosts, by ${ENGINES} engines`,
        measured: String(Math.max(...hosts.map(({ mostConnections }) => mostConnections))),
        goal: `≤ ${MOST_CONNECTIONS}`,
      },
      { work: `of ${layers} layers, checked once`, measured: String(checkedOnce), goal: String(layers) },
      { work: 'checks a second', measured: (layers / seconds).toFixed(0) },
    ];
  } finally {
    await checks.close();
    await Promise.all(hosts.map((host) => host.close()));
  }
}
