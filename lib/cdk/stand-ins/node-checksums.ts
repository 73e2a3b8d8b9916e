// Stands in for `@smithy/core/checksum` in the bundles: the original contains SHA-256 and MD5 in JavaScript, for a Node
// without `node:crypto`. The SDK signs repeated requests with the one and verifies SQS's answers with the other.
import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";

type Bytes = string | NodeJS.ArrayBufferView;

class Checksum {
  readonly #create: () => Hash | Hmac;
  #hash: Hash | Hmac;

  constructor(create: () => Hash | Hmac) {
    this.#create = create;
    this.#hash = create();
  }

  update(data: Bytes): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  reset(): void {
    this.#hash = this.#create();
  }
}

/** With a secret: HMAC (RFC 2104). */
export class Sha256 extends Checksum {
  constructor(secret?: Bytes) {
    super(() => (secret === undefined ? createHash("sha256") : createHmac("sha256", secret)));
  }
}

export class Md5 extends Checksum {
  constructor() {
    super(() => createHash("md5"));
  }
}
