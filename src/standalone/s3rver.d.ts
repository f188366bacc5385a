/** What is used of the S3 server; the package brings no types of its own. */
declare module '@20minutes/s3rver' {
  import type { RequestListener } from 'node:http';

  export default class S3rver {
    constructor(options: {
      readonly silent: boolean;
      readonly directory: string;
      readonly vhostBuckets: boolean;
      readonly allowMismatchedSignatures: boolean;
      readonly configureBuckets: readonly { readonly name: string }[];
    });
    on(event: 'error', listener: (error: Error) => void): this;
    configureBuckets(): Promise<unknown>;
    callback(): RequestListener;
  }
}
