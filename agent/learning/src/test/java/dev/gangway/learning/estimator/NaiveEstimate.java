package dev.gangway.learning.estimator;

import dev.gangway.testkit.exact.Columns.Column;
import dev.gangway.testkit.exact.Columns.Step;
import dev.gangway.testkit.exact.FiniteMdp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Estimates straight from their definitions, step by step and sum by sum, for comparison with the library's, which work
 * backwards through arrays. Trajectories are the episodes of the columns, or the parts of episodes in them, column by column;
 * a trajectory's step t is step {@link #time} of its episode.
 */
final class NaiveEstimate {
    private static final double EPSILON = 1e-8;
    /** What differs by less than this fraction of its size is equal. */
    private static final double ROUNDING = 1e-12;

    private final FiniteMdp mdp;
    private final double discount;
    private final Discounting discounting;
    private final List<Column> trajectories;

    NaiveEstimate(FiniteMdp mdp, double discount, Discounting discounting, List<Column> columns) {
        this.mdp = mdp;
        this.discount = discount;
        this.discounting = discounting;
        this.trajectories = columns.stream().flatMap(NaiveEstimate::episodes).toList();
    }

    private static Stream<Column> episodes(Column column) {
        List<Column> parts = new ArrayList<>();
        int from = 0;
        for (int t = 0; t < column.steps().size(); t++) {
            if (column.steps().get(t).ends() || t + 1 == column.steps().size()) {
                int start = from == 0 ? column.startTime() : 0;
                parts.add(new Column(start, column.steps().subList(from, t + 1)));
                from = t + 1;
            }
        }
        return parts.stream();
    }

    /**
     * What becomes of Σ ψ ∇log π.
     *
     * @param averaging what it is divided by
     * @param normalized whether ψ is shifted and scaled first
     * @param entropy c of the mean entropy's gradient that is added
     */
    record Form(Averaging averaging, boolean normalized, double entropy) {}

    /** A number for step t of trajectory i. */
    @FunctionalInterface
    interface ByStep {
        double at(int i, int t);
    }

    int count() {
        return trajectories.size();
    }

    int length(int i) {
        return trajectories.get(i).steps().size();
    }

    Step step(int i, int t) {
        return trajectories.get(i).steps().get(t);
    }

    /** The place of a step in its episode. */
    int time(int i, int t) {
        return trajectories.get(i).startTime() + t;
    }

    /** The numbers of every step, by trajectory. */
    double[][] table(ByStep number) {
        double[][] table = new double[count()][];
        for (int i = 0; i < count(); i++) {
            table[i] = new double[length(i)];
            for (int t = 0; t < length(i); t++) {
                table[i][t] = number.at(i, t);
            }
        }
        return table;
    }

    /** The weight of a reward of step {@code later} as seen from step t. */
    double gamma(int i, int later, int t) {
        return Math.pow(discount, discounting == Discounting.FROM_START ? time(i, later) : later - t);
    }

    /** Σ_t′ of the rewards from step {@code first} on, as seen from step t. */
    double rewards(int i, int first, int t) {
        return over(
                first, length(i), later -> gamma(i, later, t) * step(i, later).reward());
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
    double factor(int i, int t) {
        return gamma(i, t, t);
    }

    static double at(StateValue value, double feature) {
        return value.predict(new float[] {(float) feature}, 1)[0];
    }

    /** The mean over every step, or over the first, of all trajectories but one (−1: of all). */
    double mean(int left, boolean firstOnly, double[][] value) {
        double sum = 0;
        int steps = 0;
        for (int i = 0; i < count(); i++) {
            for (int t = 0; i != left && t < (firstOnly ? 1 : length(i)); t++) {
                sum += value[i][t];
                steps++;
            }
        }
        return steps == 0 ? 0 : sum / steps;
    }

    /** The mean at step t of the other trajectories that reach it. */
    double meanAt(int left, int t, double[][] value) {
        double[] others = IntStream.range(0, count())
                .filter(i -> i != left && t < length(i))
                .mapToDouble(i -> value[i][t])
                .toArray();
        return Arrays.stream(others).average().orElse(0);
    }

    /** Σ_t weight ∇log π of each trajectory, with ∂ log π(a|s) / ∂θ_sk = 1[a = k] − π(k|s); shape [trajectories, P]. */
    double[][] scores(double[][] weights) {
        double[][] scores = new double[count()][mdp.parameters()];
        for (int i = 0; i < count(); i++) {
            for (int t = 0; t < length(i); t++) {
                int cell = (int) step(i, t).feature();
                for (int k = 0; k < mdp.actions(); k++) {
                    double own = step(i, t).action() == k ? 1 : 0;
                    scores[i][cell * mdp.actions() + k] += weights[i][t] * (own - mdp.pi(cell, k));
                }
            }
        }
        return scores;
    }

    /** Σ_{j≠i} g_j·h_j / Σ_{j≠i} ‖g_j‖² over the components from {@code from} to below {@code to}. */
    double leastVariance(int left, int from, int to, double[][] g, double[][] h) {
        double products = 0;
        double squares = 0;
        for (int j = 0; j < count(); j++) {
            for (int k = from; j != left && k < to; k++) {
                products += g[j][k] * h[j][k];
                squares += g[j][k] * g[j][k];
            }
        }
        return squares == 0 ? 0 : products / squares;
    }

    /** wᵀφ of a step, with w fitted to the trajectories of the other parity; 0 when there is one trajectory. */
    double leastSquares(int i, int t, double ridge, double[][] value) {
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
                    equations[d][6] += phi[d] * value[j][u];
                }
            }
        }
        double[] w = solved(equations);
        double[] phi = features(i, t);
        return over(0, 6, d -> w[d] * phi[d]);
    }

    private double[] features(int i, int t) {
        double s = step(i, t).feature();
        double u = time(i, t) / 100.0;
        return new double[] {s, s * s, u, u * u, u * u * u, 1};
    }

    /** Gauss and Jordan, with pivots: x of A x = b for the rows (A b). */
    static double[] solved(double[][] equations) {
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

    /** What is subtracted from ψ and what the difference is multiplied by. */
    private record Units(double shift, double factor) {}

    private static Units units(double[][] psi, Form form) {
        if (!form.normalized()) {
            return new Units(0, 1);
        }
        double[] all = Arrays.stream(psi).flatMapToDouble(Arrays::stream).toArray();
        double mean = NaiveEstimate.over(0, all.length, i -> all[i]) / all.length;
        double variance = NaiveEstimate.over(0, all.length, i -> (all[i] - mean) * (all[i] - mean)) / all.length;
        double least = Arrays.stream(all).min().orElseThrow();
        double most = Arrays.stream(all).max().orElseThrow();
        boolean equal = most - least <= ROUNDING * Math.max(Math.abs(least), Math.abs(most));
        return new Units(mean, equal ? 0 : 1 / (Math.sqrt(variance) + EPSILON));
    }

    /** ψ as it is, or (ψ − mean) / (deviation + ε) over all steps, 0 where all are equal. */
    double[][] prepared(double[][] psi, Form form) {
        Units units = units(psi, form);
        return table((i, t) -> (psi[i][t] - units.shift()) * units.factor());
    }

    /** Σ_i (Σ_t ψ ∇log π − subtracted_i), averaged, plus c times the mean of ∇H. */
    double[] estimate(double[][] psi, double[][] subtracted, Form form) {
        double[][] scores = scores(prepared(psi, form));
        double factor = units(psi, form).factor();
        double steps = steps();
        double[] estimate = new double[mdp.parameters()];
        for (int i = 0; i < count(); i++) {
            for (int k = 0; k < estimate.length; k++) {
                estimate[k] += (scores[i][k] - subtracted[i][k] * factor) * scale(form.averaging());
            }
            for (int t = 0; t < length(i); t++) {
                int cell = (int) step(i, t).feature();
                for (int k = 0; k < mdp.actions(); k++) {
                    double slope = -mdp.pi(cell, k) * (Math.log(mdp.pi(cell, k)) + mdp.entropy(cell));
                    estimate[cell * mdp.actions() + k] += form.entropy() * slope / steps;
                }
            }
        }
        return estimate;
    }

    double[] estimate(double[][] psi, Form form) {
        return estimate(psi, new double[count()][mdp.parameters()], form);
    }

    int steps() {
        return (int) over(0, count(), this::length);
    }

    /** The factor of the whole sum. */
    double scale(Averaging averaging) {
        return switch (averaging) {
            case PER_STEP -> 1.0 / steps();
            case PER_TRAJECTORY -> 1.0 / count();
            case SUM -> 1;
        };
    }

    static double over(int from, int to, IntToDoubleFunction term) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += term.applyAsDouble(i);
        }
        return sum;
    }
}
