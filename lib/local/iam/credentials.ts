// Callers: each function has an access key of its own role, users and tests have the operator's.
import { randomBytes } from "node:crypto";
import type { FunctionSpec } from "../lambda/spec.ts";
import type { Statement } from "./policy.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Caller {
  /** Label of the function, or `operator`. */
  readonly label: string;
  /** Name in messages of AWS. */
  readonly arn: string;
  /** Undefined means every permission. */
  readonly statements?: readonly Statement[];
  readonly credentials: Credentials;
}

/** The key of the operator. It is public: it opens only the loopback endpoints of this machine. */
export const operatorCredentials: Credentials = { accessKeyId: "AKIALOCALOPERATOR", secretAccessKey: "local" };

export const operator: Caller = {
  label: "operator",
  arn: "arn:aws:iam::000000000000:user/operator",
  credentials: operatorCredentials,
};

/** A session of the role of a function, as Lambda would assume it; new at every start. */
export function callerOf({ label, name, roleName, statements }: FunctionSpec, account: string): Caller {
  return {
    label,
    arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${name}`,
    statements,
    credentials: {
      accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(60).toString("base64"),
    },
  };
}
