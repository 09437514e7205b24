/** Logistic regression by generalised estimating equations: clusters of dependent yes/no answers. */
import { inverse, Matrix, solve } from 'ml-matrix';
import { normalQuantile, twoSidedNormal } from './distributions.ts';

export interface Cluster {
  /** Rows of the design matrix, the constant 1 of the intercept included. */
  rows: readonly (readonly number[])[];
  /** One a row. */
  outcomes: readonly boolean[];
}

export interface GeeFit {
  /** One a column; log odds. */
  coefficients: number[];
  /** From the robust covariance (the sandwich). */
  standardErrors: number[];
  pValues: number[];
  /** At confidence 1 - alpha. */
  intervals: [low: number, high: number][];
  /** Working correlation of two answers of one cluster. */
  correlation: number;
}

const mostSteps = 200;
const converged = 1e-11;

/**
 * Liang and Zeger (1986) with an exchangeable working correlation, as statsmodels' GEE with
 * family=Binomial() and cov_struct=Exchangeable().
 *
 * @returns undefined where there is no finite solution, as with a column that decides the answer
 */
export function fitGeeLogistic(clusters: readonly Cluster[], alpha = 0.05): GeeFit | undefined {
  const columns = clusters[0]!.rows[0]!.length;
  let coefficients = Matrix.zeros(columns, 1);
  let correlation = 0;
  for (let step = 0; ; step++) {
    if (step === mostSteps) return undefined;
    const { information, score } = equations(clusters, coefficients, correlation);
    const change = tryTo(() => solve(information, score));
    if (!change) return undefined;
    coefficients = Matrix.add(coefficients, change);
    const before = correlation;
    correlation = workingCorrelation(clusters, coefficients);
    const largest = Math.max(...change.to1DArray().map(Math.abs));
    // A log odds beyond 20 runs away.
    if (!coefficients.to1DArray().every((value) => Math.abs(value) < 20)) return undefined;
    if (largest < converged && Math.abs(correlation - before) < converged) break;
  }
  const { information, scatter } = equations(clusters, coefficients, correlation);
  const bread = tryTo(() => inverse(information));
  if (!bread) return undefined;
  const standardErrors = bread.mmul(scatter).mmul(bread).diagonal().map(Math.sqrt);
  const values = coefficients.to1DArray();
  const reach = normalQuantile(1 - alpha / 2);
  return {
    coefficients: values,
    standardErrors,
    pValues: values.map((value, i) => twoSidedNormal(value / standardErrors[i]!)),
    intervals: values.map((value, i) => [
      value - reach * standardErrors[i]!,
      value + reach * standardErrors[i]!,
    ]),
    correlation,
  };
}

/** A singular matrix has no solution. */
function tryTo(solveIt: () => Matrix): Matrix | undefined {
  try {
    return solveIt();
  } catch {
    return undefined;
  }
}

interface Fitted {
  deviations: number[];
  /** Standardised. */
  residuals: number[];
}

function fitted({ rows, outcomes }: Cluster, coefficients: Matrix): Fitted {
  const weights = coefficients.to1DArray();
  const means = rows.map(
    (row) => 1 / (1 + Math.exp(-row.reduce((sum, value, i) => sum + value * weights[i]!, 0))),
  );
  const deviations = means.map((mean) => Math.sqrt(mean * (1 - mean)));
  return {
    deviations,
    residuals: means.map((mean, i) => (Number(outcomes[i]) - mean) / deviations[i]!),
  };
}

/** Sums over the clusters; with D the derivative of the means and V their covariance: D'V⁻¹D, D'V⁻¹r, and the latter's outer product. */
function equations(clusters: readonly Cluster[], coefficients: Matrix, correlation: number) {
  const columns = coefficients.rows;
  const information = Matrix.zeros(columns, columns);
  const score = Matrix.zeros(columns, 1);
  const scatter = Matrix.zeros(columns, columns);
  for (const cluster of clusters) {
    const { deviations, residuals } = fitted(cluster, coefficients);
    const size = residuals.length;
    const shared = correlation / (1 + correlation * (size - 1));
    /** The inverse of the working correlation, whose form is known. */
    const decorrelate = (values: readonly number[]): number[] => {
      const sum = values.reduce((a, b) => a + b, 0);
      return values.map((value) => (value - shared * sum) / (1 - correlation));
    };
    // For the logit the derivative of a mean is its variance times the row.
    const scaled = new Matrix(cluster.rows.map((row, i) => row.map((x) => x * deviations[i]!)));
    const byColumn = scaled.transpose();
    const decorrelated = new Matrix(byColumn.to2DArray().map(decorrelate)).transpose();
    const own = byColumn.mmul(Matrix.columnVector(decorrelate(residuals)));
    information.add(byColumn.mmul(decorrelated));
    score.add(own);
    scatter.add(own.mmul(own.transpose()));
  }
  return { information, score, scatter };
}

/** The moment estimate, with statsmodels' degrees of freedom. */
function workingCorrelation(clusters: readonly Cluster[], coefficients: Matrix): number {
  let [squares, products, count, pairs] = [0, 0, 0, 0];
  for (const cluster of clusters) {
    const { residuals } = fitted(cluster, coefficients);
    const ownSquares = residuals.reduce((sum, value) => sum + value * value, 0);
    const sum = residuals.reduce((a, b) => a + b, 0);
    squares += ownSquares;
    products += (sum * sum - ownSquares) / 2;
    count += residuals.length;
    pairs += (residuals.length * (residuals.length - 1)) / 2;
  }
  const columns = coefficients.rows;
  const scale = squares / (count - columns);
  return pairs <= columns ? 0 : products / scale / (pairs - columns);
}
