// MIME-Version (RFC 3261 §20.24).
import { textOf } from "./codec.ts";

/** `1.0` */
export const mimeVersion = textOf((text) => /^\d+\.\d+$/.test(text));
