package dev.gangway.learning.estimator;

import dev.gangway.learning.estimator.NaiveEstimate.Form;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.testkit.exact.Columns;
import dev.gangway.testkit.exact.Columns.Column;
import dev.gangway.testkit.exact.FiniteMdp;
import dev.gangway.testkit.exact.FiniteMdp.Limit;
import dev.gangway.testkit.exact.FiniteMdp.Trajectory;
import dev.gangway.testkit.exact.FiniteMdps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The cells of {@link EstimatorMatrixTest} and the batches that each is computed on: the library's estimator, the same from its
 * definition, and what is known of its expectation.
 */
final class MatrixCells {
    /** Σ ψ ∇log π itself: expectations are known of it. */
    static final Form PLAIN = new Form(Averaging.SUM, false, 0);

    private static final double[] DISCOUNTS = {0.8, 1, 0};
    private static final double LAMBDA = 0.6;
    private static final double CONSTANT = -2.5;
    private static final double RIDGE = 0.1;
    private static final double ENTROPY = 0.3;
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

    /** Every combination but total returns discounted from the action with γ = 0, which would divide by 0. */
    static Stream<Cell> all() {
        List<Cell> cells = new ArrayList<>();
        for (Discounting discounting : Discounting.values()) {
            for (double discount : DISCOUNTS) {
                RETURNS.forEach(w -> BASELINES.forEach(b -> cells.add(new Cell(w, b, discounting, discount))));
                ADVANTAGES.forEach(w -> VALUES.forEach(b -> cells.add(new Cell(w, b, discounting, discount))));
                ACTION_VALUES.forEach(w -> cells.add(new Cell(w, "no_baseline", discounting, discount)));
            }
        }
        return cells.stream()
                .filter(cell -> !cell.isTotal() || cell.discount > 0 || cell.discounting == Discounting.FROM_START);
    }

    /** Every averaging, with ψ as it is and normalised, with and without the entropy bonus. */
    static List<Form> forms() {
        List<Form> forms = new ArrayList<>();
        for (Averaging averaging : Averaging.values()) {
            for (boolean normalized : new boolean[] {false, true}) {
                for (double entropy : new double[] {0, ENTROPY}) {
                    forms.add(new Form(averaging, normalized, entropy));
                }
            }
        }
        return forms;
    }

    /** One batch that can be, and how probable it is. */
    record Batch(double probability, List<Column> columns, TrajectoryBatch batch) {
        static Batch of(double probability, List<Column> columns) {
            return new Batch(probability, columns, Columns.batch(columns));
        }
    }

    /** Some steps of a copy that plays episode after episode. */
    record Window(int first, int length) {}

    /**
     * A decision process and every batch of one shape.
     *
     * @param trajectories how many whole episodes each batch holds; 0: parts of episodes, as windows have them
     * @param steps the longest trajectory
     * @param fixed whether all trajectories have this length
     * @param limit how trajectories end that are still going then
     * @param windows one for each column, where the batch holds parts of episodes
     */
    record Setting(
            String name,
            FiniteMdp mdp,
            List<Batch> batches,
            int trajectories,
            int steps,
            boolean fixed,
            Limit limit,
            List<Window> windows) {
        boolean hasWholeEpisodes() {
            return trajectories > 0;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Setting> settings() {
        return List.of(
                pairs(FiniteMdps.bandit(0.3), 1, true, Limit.TERMINATES),
                pairs(FiniteMdps.chain(3), 3, false, Limit.TERMINATES),
                pairs(FiniteMdps.steady(2), 2, true, Limit.TERMINATES),
                pairs(FiniteMdps.fork(3), 2, false, Limit.TRUNCATES),
                queue(FiniteMdps.gamble(2), 2),
                windows(FiniteMdps.gamble(2), new Window(1, 3), new Window(2, 1)));
    }

    /** Two columns of one whole episode each. */
    private static Setting pairs(FiniteMdp mdp, int steps, boolean fixed, Limit limit) {
        List<Column> columns = new ArrayList<>();
        List<Double> probabilities = new ArrayList<>();
        for (Trajectory trajectory : mdp.trajectories(steps, limit)) {
            columns.add(new Column(0, trajectory.steps()));
            probabilities.add(trajectory.probability());
        }
        List<Batch> batches = new ArrayList<>();
        for (int a = 0; a < columns.size(); a++) {
            for (int b = 0; b < columns.size(); b++) {
                batches.add(
                        Batch.of(probabilities.get(a) * probabilities.get(b), List.of(columns.get(a), columns.get(b))));
            }
        }
        String name = mdp + (limit == Limit.TRUNCATES ? " truncated at " + steps : "");
        return new Setting(name, mdp, batches, 2, steps, fixed, limit, List.of());
    }

    /** Two episodes in one column and a third in another: several in a column, and columns of different lengths. */
    private static Setting queue(FiniteMdp mdp, int steps) {
        List<Trajectory> episodes = mdp.trajectories(steps, Limit.TERMINATES);
        List<Batch> batches = new ArrayList<>();
        for (Trajectory a : episodes) {
            for (Trajectory b : episodes) {
                List<Columns.Step> both = new ArrayList<>(a.steps());
                both.addAll(b.steps());
                for (Trajectory c : episodes) {
                    batches.add(Batch.of(
                            a.probability() * b.probability() * c.probability(),
                            List.of(new Column(0, both), new Column(0, c.steps()))));
                }
            }
        }
        return new Setting(
                mdp + ", two episodes in a column", mdp, batches, 3, steps, false, Limit.TERMINATES, List.of());
    }

    /** Columns that begin within an episode, may end one and begin the next, and are cut by the batch. */
    private static Setting windows(FiniteMdp mdp, Window first, Window second) {
        List<Batch> batches = new ArrayList<>();
        for (Trajectory a : mdp.windows(first.first(), first.length())) {
            for (Trajectory b : mdp.windows(second.first(), second.length())) {
                batches.add(Batch.of(a.probability() * b.probability(), List.of(mdp.column(a), mdp.column(b))));
            }
        }
        return new Setting(
                mdp + ", windows",
                mdp,
                batches,
                0,
                first.length(),
                false,
                Limit.CUTS_THE_BATCH,
                List.of(first, second));
    }

    /** ψ from its definition. */
    record Definition(NaiveEstimate naive, double[][] psi, double[][] subtracted) {
        double[] estimate(Form form) {
            return naive.estimate(psi, subtracted, form);
        }
    }

    /** One combination. */
    record Cell(String weights, String baseline, Discounting discounting, double discount) {
        @Override
        public String toString() {
            return "%s | %s | %s, γ = %s"
                    .formatted(
                            weights,
                            baseline,
                            discounting == Discounting.FROM_START ? "from start" : "from action",
                            discount);
        }

        /** Whether the estimator takes such batches. */
        boolean fits(Setting setting) {
            return setting.hasWholeEpisodes() || !RETURNS.contains(weights);
        }

        private boolean isTotal() {
            return weights.equals("total_return");
        }

        private boolean isWrong() {
            return baseline.endsWith("(wrong)") || weights.endsWith("(wrong)");
        }

        Computation on(Setting setting) {
            return new Computation(this, setting);
        }

        /** Returns E[Σ ψ ∇log π] as it follows from theory; empty where it has no closed form. */
        Optional<double[]> known(Setting setting) {
            if (!setting.hasWholeEpisodes()) {
                double[] sum = new double[setting.mdp().parameters()];
                for (Window window : setting.windows()) {
                    sum = sum(sum, ofWindow(setting.mdp(), window), 1);
                }
                return Optional.of(sum);
            }
            int n = setting.trajectories();
            if (!isTotal() && baseline.equals("batch_mean") && !setting.fixed()) {
                return Optional.empty();
            }
            return Optional.of(scaled(oneTrajectory(setting, n), x -> n * x));
        }

        private double[] ofWindow(FiniteMdp mdp, Window window) {
            double[] error = errors(mdp);
            return mdp.gradientOfWindow(window.first(), window.length(), discounting, discount, (left, t, s, a) -> {
                if (!isWrong()) {
                    return 0;
                }
                return switch (weights) {
                    case "td" -> mdp.laterError(1, t, s, a, discount, error);
                    case "n_step of 2" -> mdp.laterError(Math.min(2, left), t, s, a, discount, error);
                    case "gae" -> {
                        double mixture = Math.pow(LAMBDA, left - 1) * mdp.laterError(left, t, s, a, discount, error);
                        for (int n = 1; n < left; n++) {
                            double share = (1 - LAMBDA) * Math.pow(LAMBDA, n - 1);
                            mixture += share * mdp.laterError(n, t, s, a, discount, error);
                        }
                        yield mixture;
                    }
                    case "monte_carlo" -> mdp.laterError(left, t, s, a, discount, error);
                    default -> error(mdp.cell(t, s), a);
                };
            });
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
            double[] error = errors(mdp);
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
            for (Trajectory trajectory : setting.mdp().trajectories(setting.steps(), setting.limit())) {
                NaiveEstimate one = new NaiveEstimate(
                        setting.mdp(), discount, discounting, List.of(new Column(0, trajectory.steps())));
                double values = NaiveEstimate.over(0, one.length(0), t -> one.rewards(0, t, t));
                double[] score = one.scores(one.table((i, t) -> values))[0];
                less = sum(less, score, -trajectory.probability() / (n * setting.steps()));
            }
            return less;
        }

        /** How wrong a wrong V(s), or Q(s, a), is. */
        private static double error(int cell, int action) {
            return cell < 0 ? 0 : 1 + Math.sin(3 * cell + 5 * action);
        }

        private static double[] errors(FiniteMdp mdp) {
            return IntStream.range(0, mdp.horizon() * mdp.states())
                    .mapToDouble(cell -> error(cell, 0))
                    .toArray();
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

    /** A cell's estimator for the batches of a setting: the library's, and from its definition. */
    static final class Computation {
        private final Cell cell;
        private final FiniteMdp mdp;
        private final Policy policy;
        private final StateValue value;
        private final ActionValue actionValue;

        Computation(Cell cell, Setting setting) {
            this.cell = cell;
            mdp = setting.mdp();
            policy = mdp.policy();
            StateValue exact = mdp.exactValue(cell.discount());
            ActionValue exactQ = mdp.exactActionValue(cell.discount());
            value = cell.isWrong() ? (features, rows) -> wrong(features, exact.predict(features, rows)) : exact;
            actionValue = cell.isWrong() ? (features, rows) -> wrong(features, exactQ.predict(features, rows)) : exactQ;
        }

        private static double[] wrong(float[] features, double[] exact) {
            int width = exact.length / Math.max(1, features.length);
            return IntStream.range(0, exact.length)
                    .mapToDouble(i -> exact[i] + Cell.error((int) features[i / width], i % width))
                    .toArray();
        }

        /** Returns the library's policy, which no estimate changes. */
        Policy policy() {
            return policy;
        }

        GradientEstimator estimator() {
            double discount = cell.discount();
            Discounting discounting = cell.discounting();
            return switch (cell.weights()) {
                case "total_return" -> new TotalReturn(discount, discounting, libraryBaseline());
                case "reward_to_go" -> new RewardToGo(discount, discounting, libraryBaseline());
                case "td" -> new Gae(discount, 0, discounting, value);
                case "n_step of 2" -> new NStep(discount, 2, discounting, value);
                case "gae" -> new Gae(discount, LAMBDA, discounting, value);
                case "monte_carlo" -> new Gae(discount, 1, discounting, value);
                default ->
                    new ActionValueGradient(
                            discount,
                            discounting,
                            actionValue,
                            ActionProbabilities.of(policy, mdp.actions()),
                            cell.weights().contains("advantage"));
            };
        }

        private Baseline libraryBaseline() {
            ScoreSum scores = ScoreSum.of(policy);
            return switch (cell.baseline()) {
                case "no_baseline" -> new Baseline.None();
                case "constant_baseline" -> new Baseline.Constant(CONSTANT);
                case "batch_mean" -> new Baseline.BatchMean();
                case "leave_one_out_mean" -> new LeaveOneOutMean();
                case "time_step_mean" -> new TimeStepMean();
                case "minimum_variance" -> new MinimumVariance(scores);
                case "minimum_variance per_parameter" -> new MinimumVariancePerParameter(scores);
                case "least_squares" -> new LeastSquares(RIDGE);
                default -> new Baseline.OfState(value);
            };
        }

        Definition definition(List<Column> columns) {
            NaiveEstimate naive = new NaiveEstimate(mdp, cell.discount(), cell.discounting(), columns);
            double[][] nothing = new double[naive.count()][mdp.parameters()];
            if (!RETURNS.contains(cell.weights())) {
                double[][] psi = naive.table((i, t) -> naive.factor(i, t) * advantage(naive, i, t));
                return new Definition(naive, psi, nothing);
            }
            boolean undone = cell.isTotal() && cell.discounting() == Discounting.FROM_ACTION;
            double[][] unit = naive.table((i, t) -> undone ? Math.pow(cell.discount(), -t) : 1);
            double[][] value =
                    naive.table(cell.isTotal() ? (i, t) -> naive.total(i) : (i, t) -> naive.rewards(i, t, t));
            double[][] without = naive.table((i, t) -> unit[i][t] * value[i][t]);
            double[][] g = naive.scores(unit);
            double[][] h = naive.scores(without);
            if (cell.baseline().endsWith("per_parameter")) {
                for (int i = 0; i < nothing.length; i++) {
                    for (int k = 0; k < nothing[i].length; k++) {
                        nothing[i][k] = naive.leastVariance(i, k, k + 1, g, h) * g[i][k];
                    }
                }
                return new Definition(naive, without, nothing);
            }
            double[][] psi = naive.table((i, t) -> unit[i][t] * (value[i][t] - baseline(naive, value, g, h, i, t)));
            return new Definition(naive, psi, nothing);
        }

        private double advantage(NaiveEstimate naive, int i, int t) {
            return switch (cell.weights()) {
                case "td" -> naive.advantage(i, t, 1, value);
                case "n_step of 2" -> naive.advantage(i, t, 2, value);
                case "gae" -> naive.lambdaAdvantage(i, t, LAMBDA, value);
                case "monte_carlo" -> naive.advantage(i, t, naive.length(i), value);
                default -> {
                    int at = (int) naive.step(i, t).feature();
                    double[] q = actionValue.predict(new float[] {at}, 1);
                    double expected = NaiveEstimate.over(0, q.length, a -> mdp.pi(at, a) * q[a]);
                    yield q[naive.step(i, t).action()] - (cell.weights().contains("advantage") ? expected : 0);
                }
            };
        }

        private double baseline(NaiveEstimate naive, double[][] value, double[][] g, double[][] h, int i, int t) {
            return switch (cell.baseline()) {
                case "no_baseline" -> 0;
                case "constant_baseline" -> CONSTANT;
                case "batch_mean" -> naive.mean(-1, cell.isTotal(), value);
                case "leave_one_out_mean" -> naive.mean(i, cell.isTotal(), value);
                case "time_step_mean" -> naive.meanAt(i, t, value);
                case "minimum_variance" -> naive.leastVariance(i, 0, mdp.parameters(), g, h);
                case "least_squares" -> naive.leastSquares(i, t, RIDGE, value);
                default ->
                    (cell.isTotal() ? Math.pow(cell.discount(), t) : naive.factor(i, t))
                            * NaiveEstimate.at(this.value, naive.step(i, t).feature());
            };
        }
    }
}
