// Asks the process that synthesizes for all tests of the run.

export interface Synthesis {
  /** URL of a module that exports `createApp(props: AppProps): App`. */
  readonly app: string;
  /** Folder for the cloud assembly. */
  readonly outdir: string;
  /** CDK context. */
  readonly context?: Readonly<Record<string, string>>;
}

/** The app that `bin/app.ts` runs. */
export const deploymentApp = new URL("../../../lib/cdk/app.ts", import.meta.url).href;

/** Rejects with the message of the app's error. */
export async function synthesize(synthesis: Synthesis): Promise<void> {
  const response = await fetch(process.env["TEST_SYNTHESIS"] ?? "", {
    method: "POST",
    body: JSON.stringify(synthesis),
  });
  if (!response.ok) throw new Error(await response.text());
}
