// Metrics in CloudWatch's embedded metric format: a line of the log is stored as metrics, without a call.
import { Metrics } from "@aws-lambda-powertools/metrics";
import { type Measure, METRIC_NAMESPACE, METRICS } from "../../operations/records/measures.ts";

export type MetricDetail = "total" | "by domain";

export type Measured = (measures: readonly Measure[]) => void;

/** One line for all measures, and with `by domain` one more for each domain. @param service names the deployment */
export function createMeter(service: string, detail: MetricDetail): Measured {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: service });

  function publish(measures: readonly Measure[], domain?: string): void {
    // Powertools publishes by itself at 100 values of a metric, and forgets the dimensions that were added for one line.
    for (let from = 0; from < measures.length; from += MOST_VALUES) {
      if (domain !== undefined) metrics.addDimension("domain", domain);
      for (const { name, value } of measures.slice(from, from + MOST_VALUES)) {
        metrics.addMetric(name, METRICS[name], value);
      }
      metrics.publishStoredMetrics();
    }
  }

  return (measures) => {
    const summed = withSums(measures);
    publish(summed);
    if (detail === "total") return;
    const domains = new Set(measures.map(({ domain }) => domain).filter((domain) => domain !== undefined));
    for (const domain of domains) {
      publish(withSums(measures.filter((measure) => measure.domain === domain)), domain);
    }
  };
}

const MOST_VALUES = 90;

/** Counts become one value each: it is their sum that matters, and a shorter line costs less. */
function withSums(measures: readonly Measure[]): readonly Measure[] {
  const sums = new Map<Measure["name"], Measure>();
  const others: Measure[] = [];
  for (const { name, value } of measures) {
    if (METRICS[name] === "Count") sums.set(name, { name, value: value + (sums.get(name)?.value ?? 0) });
    else others.push({ name, value });
  }
  return [...sums.values(), ...others];
}
