package dev.gangway.estimator;

import dev.gangway.estimator.Columns.Step;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Estimates straight from their definitions, step by step and sum by sum, for comparison with the library's, which work
 * backwards through arrays. Each column is one trajectory from its episode's start.
 */
final class NaiveEstimate {
    private final FiniteMdp mdp;
    private final double discount;
    private final Discounting discounting;
    private final Averaging averaging;
    private final List<List<Step>> trajectories;

    NaiveEstimate(
            FiniteMdp mdp,
            double discount,
            Discounting discounting,
            Averaging averaging,
            List<Columns.Column> trajectories) {
        this.mdp = mdp;
        this.discount = discount;
        this.discounting = discounting;
        this.averaging = averaging;
        this.trajectories = trajectories.stream().map(Columns.Column::steps).toList();
    }

    /** A number for step t of trajectory i. */
    @FunctionalInterface
    interface ByStep {
        double at(int i, int t);
    }

    /** A number for a component k of trajectory i. */
    @FunctionalInterface
    interface ByParameter {
        double at(int i, int k);
    }

    int count() {
        return trajectories.size();
    }

    int length(int i) {
        return trajectories.get(i).size();
    }

    Step step(int i, int t) {
        return trajectories.get(i).get(t);
    }

    /** The weight of a reward of step {@code later} as seen from step t. */
    double gamma(int later, int t) {
        return Math.pow(discount, discounting == Discounting.FROM_START ? later : later - t);
    }

    /** Σ_t′ of the rewards from step {@code first} on, as seen from step t. */
    double rewards(int i, int first, int t) {
        return over(first, length(i), later -> gamma(later, t) * step(i, later).reward());
    }

    /** r(τ), discounted from the start. */
    double total(int i) {
        return over(0, length(i), t -> Math.pow(discount, t) * step(i, t).reward());
    }

    /** The n-step advantage, as seen from its own step. */
    double advantage(int i, int t, int n, StateValue value) {
        int m = Math.min(n, length(i) - t);
        Step last = step(i, t + m - 1);
        double after = last.terminated() ? 0 : at(value, last.nextFeature());
        return over(0, m, l -> Math.pow(discount, l) * step(i, t + l).reward())
                + Math.pow(discount, m) * after
                - at(value, step(i, t).feature());
    }

    /** The mean of all n-step advantages with weights (1 − λ) λ^(n−1), those beyond the end being the last. */
    double lambdaAdvantage(int i, int t, double lambda, StateValue value) {
        int left = length(i) - t;
        return over(1, left, n -> (1 - lambda) * Math.pow(lambda, n - 1) * advantage(i, t, n, value))
                + Math.pow(lambda, left - 1) * advantage(i, t, left, value);
    }

    /** γ^t where discounting counts from the start, else 1. */
    double factor(int t) {
        return gamma(t, t);
    }

    static double at(StateValue value, double feature) {
        return value.predict(new float[] {(float) feature}, 1)[0];
    }

    /** The mean over every step, or over the first, of all trajectories but one (−1: of all). */
    double mean(int left, boolean firstOnly, ByStep value) {
        double sum = 0;
        int steps = 0;
        for (int i = 0; i < count(); i++) {
            for (int t = 0; i != left && t < (firstOnly ? 1 : length(i)); t++) {
                sum += value.at(i, t);
                steps++;
            }
        }
        return steps == 0 ? 0 : sum / steps;
    }

    /** The mean at step t of the other trajectories that reach it. */
    double meanAt(int left, int t, ByStep value) {
        double[] others = IntStream.range(0, count())
                .filter(i -> i != left && t < length(i))
                .mapToDouble(i -> value.at(i, t))
                .toArray();
        return Arrays.stream(others).average().orElse(0);
    }

    /** Component k of Σ_t weight ∇log π of trajectory i. */
    double score(int i, int k, ByStep weight) {
        int cell = k / mdp.actions();
        int action = k % mdp.actions();
        double pi = mdp.pi(cell / mdp.states(), cell % mdp.states(), action);
        return over(
                0,
                length(i),
                t -> step(i, t).feature() != cell
                        ? 0
                        : weight.at(i, t) * ((step(i, t).action() == action ? 1 : 0) - pi));
    }

    /** Σ_{j≠i} g_j·h_j / Σ_{j≠i} ‖g_j‖² over the components that {@code from} and {@code to} enclose. */
    double leastVariance(int left, int from, int to, ByParameter g, ByParameter h) {
        double products = 0;
        double squares = 0;
        for (int j = 0; j < count(); j++) {
            for (int k = from; j != left && k < to; k++) {
                products += g.at(j, k) * h.at(j, k);
                squares += g.at(j, k) * g.at(j, k);
            }
        }
        return squares == 0 ? 0 : products / squares;
    }

    /** wᵀφ of a step, with w fitted to the trajectories of the other parity; 0 when there is one trajectory. */
    double leastSquares(int i, int t, double ridge, ByStep value) {
        if (count() < 2) {
            return 0;
        }
        double[][] equations = new double[6][7];
        for (int d = 0; d < 6; d++) {
            equations[d][d] = ridge;
        }
        for (int j = 1 - i % 2; j < count(); j += 2) {
            for (int u = 0; u < length(j); u++) {
                double[] phi = features(j, u);
                for (int d = 0; d < 6; d++) {
                    for (int e = 0; e < 6; e++) {
                        equations[d][e] += phi[d] * phi[e];
                    }
                    equations[d][6] += phi[d] * value.at(j, u);
                }
            }
        }
        double[] w = solved(equations);
        double[] phi = features(i, t);
        return over(0, 6, d -> w[d] * phi[d]);
    }

    private double[] features(int i, int t) {
        double s = step(i, t).feature();
        double u = t / 100.0;
        return new double[] {s, s * s, u, u * u, u * u * u, 1};
    }

    /** Gauss and Jordan, with pivots. */
    private static double[] solved(double[][] equations) {
        int size = equations.length;
        for (int column = 0; column < size; column++) {
            int pivot = column;
            for (int row = column; row < size; row++) {
                pivot = Math.abs(equations[row][column]) > Math.abs(equations[pivot][column]) ? row : pivot;
            }
            double[] swap = equations[pivot];
            equations[pivot] = equations[column];
            equations[column] = swap;
            for (int row = 0; row < size; row++) {
                double times = row == column ? 0 : equations[row][column] / swap[column];
                for (int e = 0; e <= size; e++) {
                    equations[row][e] -= times * swap[e];
                }
            }
        }
        return IntStream.range(0, size)
                .mapToDouble(d -> equations[d][size] / equations[d][d])
                .toArray();
    }

    /** Σ_i (Σ_t ψ ∇log π − b_i ⊙ g_i), averaged. */
    double[] estimate(ByStep psi, ByParameter subtracted) {
        double divisor = switch (averaging) {
            case PER_STEP -> over(0, count(), this::length);
            case PER_TRAJECTORY -> count();
            case SUM -> 1;
        };
        return IntStream.range(0, mdp.parameters())
                .mapToDouble(k -> over(0, count(), i -> score(i, k, psi) - subtracted.at(i, k)) / divisor)
                .toArray();
    }

    static double over(int from, int to, IntToDoubleFunction term) {
        return IntStream.range(from, to).mapToDouble(term).sum();
    }
}
