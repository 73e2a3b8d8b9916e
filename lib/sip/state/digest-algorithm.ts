// Digest algorithms (RFC 7616 §6.1, RFC 8760). The `-sess` variants are not offered: they let a third party check
// requests with a session key, this server has no third party, and no WebSocket phone asks for them.

/** As written in `algorithm=`, mapped to the name node:crypto knows. */
export const digestAlgorithms = { MD5: "md5", "SHA-256": "sha256", "SHA-512-256": "sha512-256" } as const;

export type DigestAlgorithm = keyof typeof digestAlgorithms;

export const algorithmNames: readonly DigestAlgorithm[] = ["MD5", "SHA-256", "SHA-512-256"];
