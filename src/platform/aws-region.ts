/** Where the region is read: as the AWS SDK does, and by the second name that Amazon's other tools know. */
export const AWS_REGION = {
  environmentVariableSelector: (environment: Record<string, string | undefined>) =>
    environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || undefined,
  configFileSelector: (profile: Record<string, string | undefined>) => profile['region'],
};
