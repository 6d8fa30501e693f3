package dev.gangway.testkit.exact;

import dev.gangway.inference.policy.Categorical;
import dev.gangway.learning.estimator.ActionProbabilities;
import dev.gangway.learning.estimator.ActionValue;
import dev.gangway.learning.estimator.Discounting;
import dev.gangway.learning.estimator.ScoreSum;
import dev.gangway.learning.estimator.StateValue;
import dev.gangway.learning.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A decision process small enough to write out every trajectory. The policy is a softmax over a table with a row for each
 * time and state, a cell; an observation is its cell. Every episode has terminated by the horizon.
 */
public final class FiniteMdp {
    /** What may follow an action; {@code next} is −1 for termination. */
    public record Outcome(double probability, double reward, int next) {}

    /** One trajectory and its probability under the policy. */
    public record Trajectory(double probability, List<Columns.Step> steps) {}

    /** What happens to an episode that is still going after some steps. */
    public enum Limit {
        TERMINATES,
        TRUNCATES,
        CUTS_THE_BATCH
    }

    private final String name;
    private final double[] start;
    private final Outcome[][][] outcomes;
    private final int horizon;
    private final double[] theta;
    private final double[][] pi;

    /**
     * Makes one with a random policy.
     *
     * @param start P(s_0)
     * @param outcomes what may follow, by state and action
     */
    public FiniteMdp(String name, double[] start, Outcome[][][] outcomes, int horizon) {
        this(name, start, outcomes, horizon, randomTable(horizon * start.length * outcomes[0].length));
    }

    /** Makes one with the policy softmax(theta[cell · actions …]). */
    public FiniteMdp(String name, double[] start, Outcome[][][] outcomes, int horizon, double[] theta) {
        this.name = name;
        this.start = start;
        this.outcomes = outcomes;
        this.horizon = horizon;
        this.theta = theta;
        pi = new double[horizon * states()][actions()];
        for (int cell = 0; cell < pi.length; cell++) {
            double sum = 0;
            for (int a = 0; a < actions(); a++) {
                pi[cell][a] = Math.exp(theta[cell * actions() + a]);
                sum += pi[cell][a];
            }
            for (int a = 0; a < actions(); a++) {
                pi[cell][a] /= sum;
            }
        }
    }

    private static double[] randomTable(int size) {
        return new Random(12).doubles(size, -1, 1).toArray();
    }

    public int states() {
        return start.length;
    }

    public int actions() {
        return outcomes[0].length;
    }

    public int horizon() {
        return horizon;
    }

    public int parameters() {
        return theta.length;
    }

    /** Returns every whole episode. */
    public List<Trajectory> episodes() {
        return trajectories(horizon, Limit.TERMINATES);
    }

    /** Returns every trajectory of at most {@code steps} steps. */
    public List<Trajectory> trajectories(int steps, Limit limit) {
        List<Trajectory> all = new ArrayList<>();
        for (int s = 0; s < states(); s++) {
            if (start[s] > 0) {
                extend(start[s], List.of(), 0, s, steps, limit, all);
            }
        }
        return all;
    }

    private void extend(
            double probability, List<Columns.Step> steps, int t, int s, int last, Limit limit, List<Trajectory> all) {
        for (int a = 0; a < actions(); a++) {
            for (Outcome outcome : outcomes[s][a]) {
                double p = probability * pi[cell(t, s)][a] * outcome.probability();
                boolean goesOn = outcome.next() >= 0;
                boolean limited = goesOn && t + 1 == last;
                List<Columns.Step> longer = new ArrayList<>(steps);
                longer.add(new Columns.Step(
                        cell(t, s),
                        a,
                        outcome.reward(),
                        goesOn && t + 1 < horizon ? cell(t + 1, outcome.next()) : -1,
                        !goesOn || (limited && limit == Limit.TERMINATES),
                        limited && limit == Limit.TRUNCATES));
                if (goesOn && !limited) {
                    extend(p, longer, t + 1, outcome.next(), last, limit, all);
                } else {
                    all.add(new Trajectory(p, longer));
                }
            }
        }
    }

    /**
     * Returns every sequence of {@code length} steps that a copy which plays episode after episode can take from its step
     * {@code first} on.
     */
    public List<Trajectory> windows(int first, int length) {
        List<Trajectory> all = new ArrayList<>();
        double[] place = place(first);
        for (int cell = 0; cell < place.length; cell++) {
            if (place[cell] > 0) {
                extendWindow(place[cell], List.of(), cell, length, all);
            }
        }
        return all;
    }

    private void extendWindow(
            double probability, List<Columns.Step> steps, int cell, int length, List<Trajectory> all) {
        if (steps.size() == length) {
            all.add(new Trajectory(probability, steps));
            return;
        }
        for (int a = 0; a < actions(); a++) {
            for (Outcome outcome : outcomes[cell % states()][a]) {
                double p = probability * pi[cell][a] * outcome.probability();
                int next = next(cell, outcome);
                List<Columns.Step> longer = new ArrayList<>(steps);
                longer.add(new Columns.Step(cell, a, outcome.reward(), next, next < 0, false));
                if (next >= 0 || longer.size() == length) {
                    extendWindow(p, longer, next, length, all);
                    continue;
                }
                for (int s = 0; s < states(); s++) {
                    if (start[s] > 0) {
                        extendWindow(p * start[s], longer, cell(0, s), length, all);
                    }
                }
            }
        }
    }

    /** Returns the cell after an outcome, −1 where the episode has ended. */
    private int next(int cell, Outcome outcome) {
        int t = cell / states();
        return outcome.next() < 0 || t + 1 == horizon ? -1 : cell(t + 1, outcome.next());
    }

    /** Returns the column of a window, which may begin within an episode. */
    public Columns.Column column(Trajectory window) {
        return new Columns.Column((int) window.steps().get(0).feature() / states(), window.steps());
    }

    /** Returns where a copy that plays episode after episode is at its step {@code step}: P(cell), shape [cells]. */
    private double[] place(int step) {
        double[] place = new double[pi.length];
        System.arraycopy(start, 0, place, 0, states());
        for (int i = 0; i < step; i++) {
            double[] after = new double[pi.length];
            for (int cell = 0; cell < place.length; cell++) {
                for (int a = 0; a < actions(); a++) {
                    for (Outcome outcome : outcomes[cell % states()][a]) {
                        double p = place[cell] * pi[cell][a] * outcome.probability();
                        int next = next(cell, outcome);
                        for (int s = 0; next < 0 && s < states(); s++) {
                            after[cell(0, s)] += p * start[s];
                        }
                        if (next >= 0) {
                            after[next] += p;
                        }
                    }
                }
            }
            place = after;
        }
        return place;
    }

    /** What is wrong with ψ at a step of a window, of which {@code left} steps are left, this one included. */
    @FunctionalInterface
    public interface WindowError {
        double at(int left, int t, int s, int a);
    }

    /**
     * Returns E[Σ ψ ∇log π] over the steps of a window where E[ψ | s, a] is Q_t(s, a) and an error, times γ^t where discounting
     * counts from the start, by the distribution of each step's cell.
     */
    public double[] gradientOfWindow(
            int first, int length, Discounting discounting, double discount, WindowError error) {
        double[] gradient = new double[theta.length];
        double[][] v = values(discount, horizon);
        for (int i = 0; i < length; i++) {
            double[] place = place(first + i);
            for (int cell = 0; cell < place.length; cell++) {
                int t = cell / states();
                int s = cell % states();
                double from = discounting == Discounting.FROM_START ? Math.pow(discount, t) : 1;
                for (int a = 0; place[cell] > 0 && a < actions(); a++) {
                    double psi = from * (q(discount, v, t, s, a) + error.at(length - i, t, s, a));
                    for (int k = 0; k < actions(); k++) {
                        double score = (a == k ? 1 : 0) - pi[cell][k];
                        gradient[cell * actions() + k] += place[cell] * pi[cell][a] * score * psi;
                    }
                }
            }
        }
        return gradient;
    }

    /** Returns γ^n E[e(s_{t+n}) | s, a], what a V that is wrong by e adds to an n-step advantage; e is 0 after an end. */
    public double laterError(int n, int t, int s, int a, double discount, double[] error) {
        return Math.pow(discount, n) * expectedLater(t, s, a, n, error);
    }

    /** Returns ∇J for J = E[Σ_t γ^t r_t], by differentiating Bellman's recursion: no score function, no sampling. */
    public double[] gradient(double discount) {
        return recursion(values(discount, horizon), discount, discount, horizon);
    }

    /** Returns E[Σ_t ∇log π(a_t|s_t) G_t]: the same recursion without the factor γ^t. */
    public double[] gradientFromAction(double discount) {
        return recursion(values(discount, horizon), discount, 1, horizon);
    }

    /** Returns what estimators in this convention should estimate. */
    public double[] truth(Discounting discounting, double discount) {
        return discounting == Discounting.FROM_START ? gradient(discount) : gradientFromAction(discount);
    }

    /** Returns ∇J of the return within {@code steps} steps. */
    public double[] gradientWithin(int steps, double discount) {
        return truthWithin(steps, Discounting.FROM_START, discount);
    }

    /** Returns what estimators in this convention should estimate where the return is that within {@code steps} steps. */
    public double[] truthWithin(int steps, Discounting discounting, double discount) {
        double carried = discounting == Discounting.FROM_START ? discount : 1;
        return recursion(values(discount, steps), discount, carried, steps);
    }

    /** D_t(s) = Σ_a (∇π(a|s) Q_t(s, a) + carried · π(a|s) Σ_s′ P(s′|s, a) D_{t+1}(s′)). */
    private double[] recursion(double[][] v, double discount, double carried, int steps) {
        double[][][] d = new double[horizon + 1][states()][theta.length];
        for (int t = steps - 1; t >= 0; t--) {
            for (int s = 0; s < states(); s++) {
                double[] pis = pi[cell(t, s)];
                for (int a = 0; a < actions(); a++) {
                    double q = q(discount, v, t, s, a);
                    for (int k = 0; k < actions(); k++) {
                        d[t][s][cell(t, s) * actions() + k] += pis[a] * ((a == k ? 1 : 0) - pis[k]) * q;
                    }
                    for (Outcome outcome : outcomes[s][a]) {
                        for (int i = 0; outcome.next() >= 0 && i < theta.length; i++) {
                            d[t][s][i] += carried * pis[a] * outcome.probability() * d[t + 1][outcome.next()][i];
                        }
                    }
                }
            }
        }
        double[] gradient = new double[theta.length];
        for (int s = 0; s < states(); s++) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] += start[s] * d[0][s][i];
            }
        }
        return gradient;
    }

    /** Returns V_t(s), the expected return of what is left within {@code steps} steps of an episode. */
    public double[][] values(double discount, int steps) {
        double[][] v = new double[horizon + 1][states()];
        for (int t = steps - 1; t >= 0; t--) {
            for (int s = 0; s < states(); s++) {
                for (int a = 0; a < actions(); a++) {
                    v[t][s] += pi[cell(t, s)][a] * q(discount, v, t, s, a);
                }
            }
        }
        return v;
    }

    private double q(double discount, double[][] v, int t, int s, int a) {
        double q = 0;
        for (Outcome outcome : outcomes[s][a]) {
            double next = outcome.next() < 0 ? 0 : v[t + 1][outcome.next()];
            q += outcome.probability() * (outcome.reward() + discount * next);
        }
        return q;
    }

    /** Returns the exact V as a predictor. */
    public StateValue exactValue(double discount) {
        double[][] v = values(discount, horizon);
        return (features, rows) -> {
            double[] predicted = new double[rows];
            for (int i = 0; i < rows; i++) {
                int cell = (int) features[i];
                predicted[i] = cell < 0 ? 0 : v[cell / states()][cell % states()];
            }
            return predicted;
        };
    }

    /** Returns the exact Q as a predictor, [rows, actions]. */
    public ActionValue exactActionValue(double discount) {
        double[][] v = values(discount, horizon);
        return (features, rows) ->
                byAction(features, rows, (cell, a) -> q(discount, v, cell / states(), cell % states(), a));
    }

    /** Returns the policy's probabilities. */
    public ActionProbabilities probabilities() {
        return (features, rows) -> byAction(features, rows, (cell, a) -> pi[cell][a]);
    }

    /** A number for each cell and action. */
    @FunctionalInterface
    public interface Table {
        double at(int cell, int action);
    }

    private double[] byAction(float[] features, int rows, Table table) {
        double[] numbers = new double[rows * actions()];
        for (int i = 0; i < numbers.length; i++) {
            int cell = (int) features[i / actions()];
            numbers[i] = cell < 0 ? 0 : table.at(cell, i % actions());
        }
        return numbers;
    }

    /**
     * Returns the bias of n-step advantages whose V is wrong by e(cell), where trajectories have at most {@code steps} steps:
     * Σ_t Σ_s P(s_t = s) Σ_a ∇π(a|s) γ^m E[e(s_{t+m}) | s, a] with m = min(n, steps − t), times γ^t where discounting counts
     * from the start; e is 0 after an end. By passing e back and the state distribution forward.
     */
    public double[] nStepBias(int n, int steps, Discounting discounting, double discount, double[] error) {
        return bias(steps, (t, s, a) -> {
            int m = Math.min(n, steps - t);
            double from = discounting == Discounting.FROM_START ? Math.pow(discount, t) : 1;
            return from * Math.pow(discount, m) * expectedLater(t, s, a, m, error);
        });
    }

    /** Returns the bias of the Q-form whose Q is wrong by e(cell, a): Σ_t E[Σ_a ∇π(a|s_t) e(s_t, a)], times γ^t as above. */
    public double[] actionValueBias(int steps, Discounting discounting, double discount, Table error) {
        return bias(
                steps,
                (t, s, a) ->
                        (discounting == Discounting.FROM_START ? Math.pow(discount, t) : 1) * error.at(cell(t, s), a));
    }

    /** What is wrong with ψ at a step. */
    @FunctionalInterface
    private interface Wrong {
        double at(int t, int s, int a);
    }

    private double[] bias(int steps, Wrong wrong) {
        double[] bias = new double[theta.length];
        double[][] occupancy = occupancy();
        for (int t = 0; t < steps; t++) {
            for (int s = 0; s < states(); s++) {
                for (int a = 0; a < actions(); a++) {
                    double factor = occupancy[t][s] * pi(t, s, a) * wrong.at(t, s, a);
                    for (int k = 0; k < actions(); k++) {
                        bias[cell(t, s) * actions() + k] += factor * ((a == k ? 1 : 0) - pi(t, s, k));
                    }
                }
            }
        }
        return bias;
    }

    /** Returns P(s_t = s and the episode has not ended), shape [horizon + 1, states]. */
    private double[][] occupancy() {
        double[][] occupancy = new double[horizon + 1][states()];
        occupancy[0] = start.clone();
        for (int t = 0; t < horizon; t++) {
            for (int s = 0; s < states(); s++) {
                for (int a = 0; a < actions(); a++) {
                    for (Outcome outcome : outcomes[s][a]) {
                        if (outcome.next() >= 0) {
                            occupancy[t + 1][outcome.next()] += occupancy[t][s] * pi(t, s, a) * outcome.probability();
                        }
                    }
                }
            }
        }
        return occupancy;
    }

    /** Returns Fisher's information of a trajectory, Σ_t E[∇log π ∇log πᵀ] = Σ P(s_t = s) (diag π − π πᵀ), [P, P]. */
    public double[][] fisher() {
        double[][] fisher = new double[theta.length][theta.length];
        double[][] occupancy = occupancy();
        for (int t = 0; t < horizon; t++) {
            for (int s = 0; s < states(); s++) {
                int at = cell(t, s) * actions();
                for (int a = 0; a < actions(); a++) {
                    for (int b = 0; b < actions(); b++) {
                        double own = a == b ? pi(t, s, a) : 0;
                        fisher[at + a][at + b] = occupancy[t][s] * (own - pi(t, s, a) * pi(t, s, b));
                    }
                }
            }
        }
        return fisher;
    }

    private double expectedLater(int t, int s, int a, int n, double[] error) {
        double sum = 0;
        for (Outcome outcome : outcomes[s][a]) {
            if (outcome.next() < 0 || t + 1 >= horizon) {
                continue;
            }
            double later = n == 1 ? error[cell(t + 1, outcome.next())] : 0;
            for (int b = 0; n > 1 && b < actions(); b++) {
                later += pi[cell(t + 1, outcome.next())][b] * expectedLater(t + 1, outcome.next(), b, n - 1, error);
            }
            sum += outcome.probability() * later;
        }
        return sum;
    }

    /** Returns sums of the policy's scores from their closed form, 1[a = k] − π(k|s). */
    public ScoreSum scores() {
        return (decisions, rows, weights) -> {
            double[] sum = new double[theta.length];
            for (int row : rows) {
                int cell = (int) decisions.features()[row];
                for (int k = 0; k < actions(); k++) {
                    sum[cell * actions() + k] +=
                            weights[row] * (((int) decisions.actions()[row] == k ? 1 : 0) - pi[cell][k]);
                }
            }
            return sum;
        };
    }

    /** Returns the library's policy with the same table. */
    public Policy policy() {
        return new Policy(CellTable.of(pi.length, actions(), theta), new Categorical(actions()));
    }

    /** Returns the same process with another policy. */
    public FiniteMdp with(double[] otherTheta) {
        return new FiniteMdp(name, start, outcomes, horizon, otherTheta);
    }

    /** Returns a copy of the policy's table. */
    public double[] theta() {
        return theta.clone();
    }

    public double pi(int cell, int a) {
        return pi[cell][a];
    }

    /** Returns the entropy of the policy in a cell, in nats. */
    public double entropy(int cell) {
        double entropy = 0;
        for (double p : pi[cell]) {
            entropy -= p * Math.log(p);
        }
        return entropy;
    }

    public double pi(int t, int s, int a) {
        return pi[cell(t, s)][a];
    }

    public int cell(int t, int s) {
        return t * states() + s;
    }

    @Override
    public String toString() {
        return name;
    }
}
