import { OutgoingClient } from '../../../platform/http/outgoing/outgoing-client.ts';
import type { OutgoingNetwork } from '../../../platform/http/outgoing/outgoing-network.ts';
import { PRODUCT_SLUG } from '../../../platform/product.ts';

/** How long Slack may take to connect, and to respond. */
const TIMEOUT_MILLISECONDS = 5_000;

/** Slack did not take a message. The text names no part of the web-hook, which is a secret. */
export class SlackError extends Error {
  override readonly name = 'SlackError';
}

/** The web-hook of a channel in Slack. */
export class SlackChannel {
  readonly #webhook: URL;
  readonly #environment: string;
  readonly #client: OutgoingClient;

  /** @param environment the name of the environment; messages come from it. */
  constructor(webhook: string, environment: string, network: OutgoingNetwork) {
    this.#webhook = new URL(webhook);
    this.#environment = environment;
    this.#client = OutgoingClient.trusted(network, {
      connectMilliseconds: TIMEOUT_MILLISECONDS,
      headersMilliseconds: TIMEOUT_MILLISECONDS,
      bodyMilliseconds: TIMEOUT_MILLISECONDS,
    });
  }

  /** Sends one message. @throws {SlackError} */
  async send(text: string, signal: AbortSignal): Promise<void> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MILLISECONDS)]);
    try {
      const response = await this.#client.fetch(this.#webhook, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': PRODUCT_SLUG },
        body: JSON.stringify(slackMessage(text, this.#environment)),
        signal: limit,
      });
      await response.body?.cancel();
      if (!response.ok) throw new SlackError(`Slack responded with ${response.status}`);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SlackError) throw error;
      throw new SlackError('Slack could not be reached', { cause: error });
    }
  }

  /** Closes the connections. */
  close(): Promise<void> {
    return this.#client.destroy();
  }
}

/** Returns the body of a message, in the shape that the original ingestion server has. */
export function slackMessage(text: string, environment: string) {
  return {
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }],
    text: text.includes('\n') ? 'Ingestion server message' : text,
    username: `Data Refresh Notification | ${environment.toUpperCase()}`,
    icon_emoji: 'arrows_counterclockwise',
    unfurl_links: false,
    unfurl_media: false,
  };
}
