// Who calls: each function has an access key of its own role, people and tests have the operator's.
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
  /** What AWS's messages call it. */
  readonly arn: string;
  /** Undefined: may do everything. */
  readonly statements?: readonly Statement[];
  readonly credentials: Credentials;
}

/** The key of whoever runs the cloud. It opens nothing but this machine's loopback, so it is no secret. */
export const operatorCredentials: Credentials = { accessKeyId: "AKIALOCALOPERATOR", secretAccessKey: "local" };

export const operator: Caller = {
  label: "operator",
  arn: "arn:aws:iam::000000000000:user/operator",
  credentials: operatorCredentials,
};

/** A session of the function's role, as Lambda would assume it. New on every start. */
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
