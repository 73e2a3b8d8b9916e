// The outputs of a stack, by which a command finds the parts of the deployment.
import { KEEP_SECONDS } from "../sip/policy/push.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";

type Outputs = Readonly<Record<string, string>>;

export function fromOutputs(outputs: Outputs): Pick<Deployment, "domains" | "tables" | "calls" | "callsTable"> {
  const [domains, subscribers, registrations] = ["Domain", "SubscribersTable", "RegistrationsTable"].map((name) => {
    const value = outputs[name];
    if (value !== undefined) return value;
    if (name === "Domain") throw new CommandError("The stack has no output Domain. Give --domain example.com.", 2);
    throw new CommandError(`The stack has no table for ${name}: is it one of sip-serverless?`);
  });
  return {
    domains: domains?.split(",") ?? [],
    calls: callsIn(outputs),
    callsTable: outputs["CallsTable"],
    tables: {
      subscribers: subscribers ?? "",
      registrations: registrations ?? "",
      transactions: outputs["TransactionsTable"] ?? "",
      messages: outputs["MessagesTable"] ?? "",
      events: outputs["EventsTable"] ?? "",
      flows: outputs["FlowsTable"] ?? "",
    },
  };
}

function callsIn({ Calls: calls }: Outputs): Deployment["calls"] {
  return calls === "tracked" || calls === "stateless" ? calls : undefined;
}

export function queueIn({ TimerQueueUrl: url }: Outputs): string {
  if (url === undefined) throw new CommandError("The stack has no output TimerQueueUrl with the URL of its queue.");
  return url;
}

/** The secret of the VAPID keys, how a push service reaches the operator, and how long a phone can be woken. */
export function pushIn({
  PushSecretArn: secret,
  PushSubject: subject,
  PushKeepSeconds: keepSeconds = String(KEEP_SECONDS),
}: Outputs): { readonly secret: string; readonly subject: string; readonly keepSeconds: number } {
  if (secret !== undefined && subject !== undefined) return { secret, subject, keepSeconds: Number(keepSeconds) };
  throw new CommandError(
    "The stack has no outputs PushSecretArn and PushSubject: set push of the deployment (docs/wake-up.md), or add the outputs.",
  );
}

export function secretIn({ SigningSecretArn: arn }: Outputs): string {
  if (arn === undefined) throw new CommandError("The stack has no output SigningSecretArn with its signing secret.");
  return arn;
}
