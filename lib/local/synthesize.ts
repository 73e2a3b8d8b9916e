// Runs the CDK app as a deployment does, so that the local cloud runs the same code and template.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, extname } from "node:path";
import { fileURLToPath } from "node:url";

/** The CDK app failed; the message is its error. */
export class SynthesisError extends Error {
  override readonly name = "SynthesisError";
}

export interface SynthesisOptions {
  /** Folder for the cloud assembly. */
  readonly outdir: string;
  /** CDK context: `domain` and the other values that the app reads. */
  readonly context?: Readonly<Record<string, string>>;
}

/** Origins of pages on this machine, which may connect to a cloud that runs here. */
export const localOrigins: readonly string[] = ["localhost", "127.0.0.1", "[::1]"].flatMap((host) => [
  `http://${host}:*`,
  `https://${host}:*`,
]);

/** The CDK app: `.ts` in the checkout, `.js` in the package. */
const app = fileURLToPath(new URL(`../../bin/app${extname(import.meta.url)}`, import.meta.url));

/** Synthesizes the stack. Rejects with {@link SynthesisError}. */
export async function synthesize({ outdir, context }: SynthesisOptions): Promise<void> {
  mkdirSync(outdir, { recursive: true });
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", app], {
    cwd: dirname(app),
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
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return;
  throw new SynthesisError(readable(Buffer.concat(errors).toString("utf8")) || `${app} ended with ${code}`);
}

/** Metadata with the code folder and the construct path of each function. */
const pathsInTemplate = { "aws:cdk:enable-asset-metadata": true, "aws:cdk:enable-path-metadata": true };

/** The error message without the stack and without the source lines around it. */
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
