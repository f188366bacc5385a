import type { AgentOptions } from 'node:https';
import type { OutgoingNetwork } from './http/outgoing/outgoing-network.ts';

/** Returns the options of the agents that carry the requests of a client of the AWS SDK. */
export function awsAgents(
  { proxies, secureContext }: OutgoingNetwork,
  options: AgentOptions = {},
): { readonly httpAgent: AgentOptions; readonly httpsAgent: AgentOptions } {
  const proxyEnv = proxies.environment();
  const agent = { ...options, ...(proxyEnv ? { proxyEnv } : {}) };
  return { httpAgent: agent, httpsAgent: { ...agent, ...(secureContext ? { secureContext } : {}) } };
}
