// Runs the CDK app as a deployment would, so that what runs here is what would be uploaded.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The CDK app failed; the message is what it said. */
export class SynthesisError extends Error {
  override readonly name = "SynthesisError";
}

export interface SynthesisOptions {
  /** Where the cloud assembly goes. */
  readonly outdir: string;
  /** CDK context: `domain` and whatever else the app reads. */
  readonly context?: Readonly<Record<string, string>>;
}

/** Pages of this machine, whatever serves them: those that may connect to a cloud that runs here. */
export const localOrigins: readonly string[] = ["localhost", "127.0.0.1", "[::1]"].flatMap((host) => [
  `http://${host}:*`,
  `https://${host}:*`,
]);

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Synthesizes the stack. Rejects with {@link SynthesisError}. */
export async function synthesize({ outdir, context }: SynthesisOptions): Promise<void> {
  mkdirSync(outdir, { recursive: true });
  const app = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", join(root, "bin", "app.ts")], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...pathsInTemplate }),
      CDK_VALIDATION: "false", // a 9 MB validator that `cdk synth` runs before a deployment
    },
  });
  const errors: Buffer[] = [];
  app.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    app.on("error", reject);
    app.on("close", resolve);
  });
  if (code === 0) return;
  throw new SynthesisError(readable(Buffer.concat(errors).toString("utf8")) || `bin/app.ts ended with ${code}`);
}

/** Tells where the code of a function lies, and what its construct is called. */
const pathsInTemplate = { "aws:cdk:enable-asset-metadata": true, "aws:cdk:enable-path-metadata": true };

/** What went wrong, without the stack and without the source lines around it. */
function readable(stderr: string): string {
  const lines = stderr.split("\n");
  const start = lines.findIndex((line) => /^\w*Error\b/.test(line));
  if (start < 0) return stderr.trim();
  const rest = lines.slice(start);
  const end = rest.findIndex((line) => /^\s+at /.test(line));
  return rest
    .slice(0, end < 0 ? undefined : end)
    .join("\n")
    .trim();
}
