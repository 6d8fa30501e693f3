package dev.gangway.estimator;

import dev.gangway.estimator.FiniteMdp.Limit;
import dev.gangway.estimator.FiniteMdp.Trajectory;
import dev.gangway.estimator.NaiveEstimate.ByParameter;
import dev.gangway.estimator.NaiveEstimate.ByStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The cells of {@link EstimatorMatrixTest}: the library's estimator, the same from its definition, and what is known of it. */
final class MatrixCells {
    private static final double GAMMA = 0.8;
    private static final double LAMBDA = 0.6;
    private static final double CONSTANT = -2.5;
    private static final double RIDGE = 0.1;
    private static final List<String> RETURNS = List.of("total_return", "reward_to_go");
    private static final List<String> BASELINES = List.of(
            "no_baseline",
            "constant_baseline",
            "batch_mean",
            "leave_one_out_mean",
            "time_step_mean",
            "minimum_variance",
            "minimum_variance per_parameter",
            "least_squares",
            "value_function (true)",
            "value_function (wrong)");
    private static final List<String> ADVANTAGES = List.of("td", "n_step of 2", "gae", "monte_carlo");
    private static final List<String> VALUES = List.of("value_function (true)", "value_function (wrong)");
    private static final List<String> ACTION_VALUES = List.of(
            "action_value (true)",
            "action_value (wrong)",
            "action_value advantage (true)",
            "action_value advantage (wrong)");

    private MatrixCells() {}

    static Stream<Cell> all() {
        List<Cell> cells = new ArrayList<>();
        for (Averaging averaging : Averaging.values()) {
            for (Discounting discounting : Discounting.values()) {
                for (double discount : new double[] {GAMMA, 1}) {
                    RETURNS.forEach(
                            w -> BASELINES.forEach(b -> cells.add(new Cell(w, b, discounting, discount, averaging))));
                    ADVANTAGES.forEach(
                            w -> VALUES.forEach(b -> cells.add(new Cell(w, b, discounting, discount, averaging))));
                    ACTION_VALUES.forEach(w -> cells.add(new Cell(w, "no_baseline", discounting, discount, averaging)));
                }
            }
        }
        return cells.stream();
    }

    /**
     * A decision process and how its trajectories end.
     *
     * @param steps the longest trajectory
     * @param fixed whether all trajectories have this length
     */
    record Setting(FiniteMdp mdp, int steps, boolean fixed, Limit limit) {
        List<Trajectory> trajectories() {
            return mdp.trajectories(steps, limit);
        }

        @Override
        public String toString() {
            return mdp + (limit == Limit.TRUNCATES ? " truncated at " + steps : "");
        }
    }

    static List<Setting> settings() {
        return List.of(
                new Setting(FiniteMdps.bandit(0.3), 1, true, Limit.TERMINATES),
                new Setting(FiniteMdps.chain(3), 3, false, Limit.TERMINATES),
                new Setting(FiniteMdps.steady(2), 2, true, Limit.TERMINATES),
                new Setting(FiniteMdps.fork(2), 2, false, Limit.TERMINATES),
                new Setting(FiniteMdps.fork(3), 2, false, Limit.TRUNCATES));
    }

    /** One combination. */
    record Cell(String weights, String baseline, Discounting discounting, double discount, Averaging averaging) {
        @Override
        public String toString() {
            return "%s | %s | %s, γ = %s | %s"
                    .formatted(
                            weights,
                            baseline,
                            discounting == Discounting.FROM_START ? "from start" : "from action",
                            discount,
                            averaging.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }

        private boolean isTotal() {
            return weights.equals("total_return");
        }

        private boolean isWrong() {
            return baseline.endsWith("(wrong)") || weights.endsWith("(wrong)");
        }

        private StateValue value(Setting setting) {
            StateValue exact = setting.mdp().exactValue(discount);
            return isWrong() ? (features, rows) -> wrong(features, exact.predict(features, rows)) : exact;
        }

        private static double[] wrong(float[] features, double[] exact) {
            int width = exact.length / Math.max(1, features.length);
            return IntStream.range(0, exact.length)
                    .mapToDouble(i -> exact[i] + error((int) features[i / width], i % width))
                    .toArray();
        }

        /** How wrong a wrong V(s), or Q(s, a), is. */
        private static double error(int cell, int action) {
            return cell < 0 ? 0 : 1 + Math.sin(3 * cell + 5 * action);
        }

        private ActionValue actionValue(Setting setting) {
            ActionValue exact = setting.mdp().exactActionValue(discount);
            return isWrong() ? (features, rows) -> wrong(features, exact.predict(features, rows)) : exact;
        }

        GradientEstimator estimator(Setting setting) {
            StateValue value = value(setting);
            return switch (weights) {
                case "total_return" -> new TotalReturn(discount, discounting, libraryBaseline(setting));
                case "reward_to_go" -> new RewardToGo(discount, discounting, libraryBaseline(setting));
                case "td" -> new Gae(discount, 0, discounting, value);
                case "n_step of 2" -> new NStep(discount, 2, discounting, value);
                case "gae" -> new Gae(discount, LAMBDA, discounting, value);
                case "monte_carlo" -> new Gae(discount, 1, discounting, value);
                default ->
                    new QForm(
                            discount,
                            discounting,
                            actionValue(setting),
                            setting.mdp().probabilities(),
                            weights.contains("advantage"));
            };
        }

        private Baseline libraryBaseline(Setting setting) {
            ScoreSum scores = setting.mdp().scores();
            return switch (baseline) {
                case "no_baseline" -> new Baseline.None();
                case "constant_baseline" -> new Baseline.Constant(CONSTANT);
                case "batch_mean" -> new Baseline.BatchMean();
                case "leave_one_out_mean" -> new LeaveOneOutMean();
                case "time_step_mean" -> new TimeStepMean();
                case "minimum_variance" -> new MinimumVariance(scores);
                case "minimum_variance per_parameter" -> new MinimumVariancePerParameter(scores);
                case "least_squares" -> new LeastSquares(RIDGE);
                default -> new Baseline.OfState(value(setting));
            };
        }

        double[] naive(Setting setting, List<Columns.Column> batch) {
            NaiveEstimate naive = new NaiveEstimate(setting.mdp(), discount, discounting, averaging, batch);
            ByParameter nothing = (i, k) -> 0;
            if (RETURNS.contains(weights)) {
                ByStep unit =
                        (i, t) -> isTotal() && discounting == Discounting.FROM_ACTION ? Math.pow(discount, -t) : 1;
                ByStep value = isTotal() ? (i, t) -> naive.total(i) : (i, t) -> naive.rewards(i, t, t);
                ByStep without = (i, t) -> unit.at(i, t) * value.at(i, t);
                ByParameter g = (i, k) -> naive.score(i, k, unit);
                ByParameter h = (i, k) -> naive.score(i, k, without);
                if (baseline.endsWith("per_parameter")) {
                    return naive.estimate(without, (i, k) -> naive.leastVariance(i, k, k + 1, g, h) * g.at(i, k));
                }
                ByStep b = naiveBaseline(setting, naive, value, g, h);
                return naive.estimate((i, t) -> unit.at(i, t) * (value.at(i, t) - b.at(i, t)), nothing);
            }
            return naive.estimate((i, t) -> naive.factor(t) * naiveAdvantage(setting, naive, i, t), nothing);
        }

        private double naiveAdvantage(Setting setting, NaiveEstimate naive, int i, int t) {
            StateValue value = value(setting);
            return switch (weights) {
                case "td" -> naive.advantage(i, t, 1, value);
                case "n_step of 2" -> naive.advantage(i, t, 2, value);
                case "gae" -> naive.lambdaAdvantage(i, t, LAMBDA, value);
                case "monte_carlo" -> naive.advantage(i, t, naive.length(i), value);
                default -> {
                    float[] feature = {(float) naive.step(i, t).feature()};
                    double[] q = actionValue(setting).predict(feature, 1);
                    double[] pi = setting.mdp().probabilities().of(feature, 1);
                    double expected = NaiveEstimate.over(0, q.length, a -> pi[a] * q[a]);
                    yield q[naive.step(i, t).action()] - (weights.contains("advantage") ? expected : 0);
                }
            };
        }

        private ByStep naiveBaseline(Setting setting, NaiveEstimate naive, ByStep value, ByParameter g, ByParameter h) {
            int parameters = setting.mdp().parameters();
            return switch (baseline) {
                case "no_baseline" -> (i, t) -> 0;
                case "constant_baseline" -> (i, t) -> CONSTANT;
                case "batch_mean" -> (i, t) -> naive.mean(-1, isTotal(), value);
                case "leave_one_out_mean" -> (i, t) -> naive.mean(i, isTotal(), value);
                case "time_step_mean" -> (i, t) -> naive.meanAt(i, t, value);
                case "minimum_variance" -> (i, t) -> naive.leastVariance(i, 0, parameters, g, h);
                case "least_squares" -> (i, t) -> naive.leastSquares(i, t, RIDGE, value);
                default ->
                    (i, t) -> (isTotal() ? Math.pow(discount, t) : naive.factor(t))
                            * NaiveEstimate.at(value(setting), naive.step(i, t).feature());
            };
        }

        /** Returns E[ĝ] as it follows from theory; empty where it has no closed form. */
        Optional<double[]> known(Setting setting, int n) {
            boolean ofSteps = averaging == Averaging.PER_STEP || (!isTotal() && baseline.equals("batch_mean"));
            if (ofSteps && !setting.fixed()) {
                return Optional.empty();
            }
            double[] one = oneTrajectory(setting, n);
            double factor = switch (averaging) {
                case PER_STEP -> 1.0 / setting.steps();
                case PER_TRAJECTORY -> 1;
                case SUM -> n;
            };
            return Optional.of(scaled(one, x -> factor * x));
        }

        private double[] oneTrajectory(Setting setting, int n) {
            FiniteMdp mdp = setting.mdp();
            int steps = setting.steps();
            if (RETURNS.contains(weights)) {
                double[] truth = mdp.truthWithin(steps, discounting, discount);
                if (baseline.equals("batch_mean")) {
                    return isTotal() ? scaled(truth, x -> (1 - 1.0 / n) * x) : lessOwnShare(setting, truth, n);
                }
                return truth;
            }
            double[] truth = mdp.truth(discounting, discount);
            // Steps beyond the time limit are in no batch, so that their parameters have no part in the estimate.
            Arrays.fill(truth, steps * mdp.states() * mdp.actions(), truth.length, 0);
            return isWrong() ? sum(truth, bias(mdp, steps), 1) : truth;
        }

        private double[] bias(FiniteMdp mdp, int steps) {
            if (weights.startsWith("action_value")) {
                return mdp.actionValueBias(steps, discounting, discount, Cell::error);
            }
            double[] error = IntStream.range(0, mdp.horizon() * mdp.states())
                    .mapToDouble(cell -> error(cell, 0))
                    .toArray();
            double[] last = mdp.nStepBias(steps, steps, discounting, discount, error);
            return switch (weights) {
                case "td" -> mdp.nStepBias(1, steps, discounting, discount, error);
                case "n_step of 2" -> mdp.nStepBias(2, steps, discounting, discount, error);
                case "gae" -> {
                    double[] mixture = scaled(last, x -> Math.pow(LAMBDA, steps) * x);
                    for (int k = 1; k <= steps; k++) {
                        double share = (1 - LAMBDA) * Math.pow(LAMBDA, k - 1);
                        mixture = sum(mixture, mdp.nStepBias(k, steps, discounting, discount, error), share);
                    }
                    yield mixture;
                }
                default -> last;
            };
        }

        /** What {@link Baseline.BatchMean} says: less E[(Σ_t ∇log π_t)(Σ_t v_t)] / (N T). */
        private double[] lessOwnShare(Setting setting, double[] truth, int n) {
            double[] less = truth;
            for (Trajectory trajectory : setting.trajectories()) {
                NaiveEstimate one = new NaiveEstimate(
                        setting.mdp(),
                        discount,
                        discounting,
                        Averaging.SUM,
                        List.of(new Columns.Column(0, trajectory.steps())));
                double values = NaiveEstimate.over(0, one.length(0), t -> one.rewards(0, t, t));
                double[] score = one.estimate((i, t) -> values, (i, k) -> 0);
                less = sum(less, score, -trajectory.probability() / (n * setting.steps()));
            }
            return less;
        }

        private static double[] scaled(double[] numbers, DoubleUnaryOperator by) {
            return Arrays.stream(numbers).map(by).toArray();
        }

        private static double[] sum(double[] a, double[] b, double times) {
            return IntStream.range(0, a.length)
                    .mapToDouble(k -> a[k] + times * b[k])
                    .toArray();
        }
    }
}
