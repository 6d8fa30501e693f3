package dev.gangway.learning.estimator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.learning.estimator.MatrixCells.Batch;
import dev.gangway.learning.estimator.MatrixCells.Cell;
import dev.gangway.learning.estimator.MatrixCells.Computation;
import dev.gangway.learning.estimator.MatrixCells.Definition;
import dev.gangway.learning.estimator.MatrixCells.Setting;
import dev.gangway.learning.estimator.NaiveEstimate.Form;
import dev.gangway.learning.learner.Learner;
import dev.gangway.learning.learner.NaturalGradient;
import dev.gangway.learning.learner.Objective;
import dev.gangway.learning.learner.PolicyGradient;
import dev.gangway.learning.learner.PolicyStep;
import dev.gangway.learning.learner.Ppo;
import dev.gangway.learning.optimizer.Schedule;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.optimizer.Sgd;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.Minibatches;
import dev.gangway.testkit.exact.FiniteMdp;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a learner's step makes of the parameters, on every batch that can be, against the same step from its definition: the
 * softmax's probabilities, ratios, divergences and Fisher's information as explicit sums over the table, nothing of the
 * library's. Of each batch one form of the objective is compared, in turn.
 */
class ExactStepTest {
    private static final double RATE = 0.7;
    /** So far that the divergence is exceeded about as often as not. */
    private static final double LONG_RATE = 1.05;

    private static final double CLIP = 0.1;
    private static final double DIVERGENCE = 0.05;
    private static final double DAMPING = 0.01;
    private static final List<Form> FORMS = MatrixCells.forms();
    private static final Cell TO_GO = new Cell("reward_to_go", "leave_one_out_mean", Discounting.FROM_START, 0.8);
    private static final Cell GAE = new Cell("gae", "value_function (wrong)", Discounting.FROM_ACTION, 0.8);
    private static final Cell PER_PARAMETER =
            new Cell("total_return", "minimum_variance per_parameter", Discounting.FROM_ACTION, 0.8);

    /** Whole episodes in pairs, two and one in two columns, and parts of episodes. */
    static Stream<Setting> settings() {
        return MatrixCells.settings().stream().skip(3);
    }

    /** One batch, what the definition of ψ says of it, and the process under the policy that took it. */
    private record Case(FiniteMdp mdp, Batch batch, Definition definition, Form form) {
        double[][] psi() {
            return definition.naive().prepared(definition.psi(), form);
        }

        /** Σ weight ∇log π under a policy, averaged, and its entropy bonus. */
        double[] gradient(FiniteMdp under, double[][] weights) {
            NaiveEstimate naive = new NaiveEstimate(under, 1, Discounting.FROM_ACTION, batch.columns());
            return naive.estimate(weights, new Form(form.averaging(), false, form.entropy()));
        }

        double ratio(FiniteMdp now, int i, int t) {
            int cell = (int) definition.naive().step(i, t).feature();
            int action = definition.naive().step(i, t).action();
            return now.pi(cell, action) / mdp.pi(cell, action);
        }

        /** The mean over the batch's steps of a number of their cells. */
        double mean(IntToDoubleFunction ofCell) {
            double[][] numbers = definition
                    .naive()
                    .table((i, t) -> ofCell.applyAsDouble(
                            (int) definition.naive().step(i, t).feature()));
            return Stream.of(numbers).flatMapToDouble(Arrays::stream).average().orElseThrow();
        }

        /** KL(π ‖ π_now). */
        double divergence(FiniteMdp now) {
            return mean(cell -> NaiveEstimate.over(
                    0, mdp.actions(), a -> mdp.pi(cell, a) * Math.log(mdp.pi(cell, a) / now.pi(cell, a))));
        }

        /** What the surrogate has grown by. */
        double gain(FiniteMdp now) {
            double[][] psi = psi();
            double sum = 0;
            for (int i = 0; i < psi.length; i++) {
                for (int t = 0; t < psi[i].length; t++) {
                    sum += psi[i][t] * (ratio(now, i, t) - 1);
                }
            }
            return sum * definition.naive().scale(form.averaging())
                    + form.entropy() * mean(cell -> now.entropy(cell) - mdp.entropy(cell));
        }
    }

    /** Makes a learner of an objective. */
    @FunctionalInterface
    private interface Kind {
        Learner of(Objective objective);
    }

    /** Returns the parameters that a step should reach. */
    @FunctionalInterface
    private interface Expected {
        double[] of(Case each);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void thePolicyGradientMovesByTheRateTimesTheEstimate(Setting setting) {
        Kind kind = objective -> new PolicyGradient(objective, sgd(RATE));
        Expected expected = each -> moved(each.mdp().theta(), each.definition().estimate(each.form()), RATE);
        assertSteps(GAE, setting, kind, expected, 1e-10);
        if (setting.hasWholeEpisodes()) {
            assertSteps(PER_PARAMETER, setting, kind, expected, 1e-7);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void theFirstStepOfPpoIsThePolicyGradientsAndItsMeanTheKnownOne(Setting setting) {
        Cell cell = setting.hasWholeEpisodes() ? TO_GO : GAE;
        Kind kind = objective -> new Ppo(objective, sgd(RATE), ppo(1));
        Expected expected = each -> moved(each.mdp().theta(), each.definition().estimate(each.form()), RATE);
        assertSteps(cell, setting, kind, expected, 1e-7);
        double[] mean = new double[setting.mdp().parameters()];
        Computation computation = cell.on(setting);
        Objective plain = objective(computation.policy(), MatrixCells.PLAIN);
        for (Batch batch : setting.batches()) {
            step(computation, kind.of(plain), batch);
            double[] reached = computation.policy().parameters().toDoubles();
            computation.policy().parameters().assign(setting.mdp().theta());
            for (int k = 0; k < mean.length; k++) {
                mean[k] += batch.probability() * (reached[k] - setting.mdp().theta()[k]) / RATE;
            }
        }
        assertArrayEquals(cell.known(setting).orElseThrow(), mean, 1e-10);
    }

    /** Later steps weigh ρ ψ under the policy as it is then, and nothing where ρ has left 1 ± ε in the direction of ψ. */
    @ParameterizedTest
    @MethodSource("settings")
    void theLaterStepsOfPpoFollowTheClippedSurrogate(Setting setting) {
        int[] seen = new int[2];
        Expected expected = each -> {
            double[] theta = each.mdp().theta();
            double[][] psi = each.psi();
            for (int epoch = 0; epoch < 4; epoch++) {
                FiniteMdp now = each.mdp().with(theta);
                double[][] weights = each.definition().naive().table((i, t) -> {
                    double ratio = each.ratio(now, i, t);
                    boolean clipped = psi[i][t] > 0 ? ratio > 1 + CLIP : psi[i][t] < 0 && ratio < 1 - CLIP;
                    seen[clipped ? 1 : 0]++;
                    return clipped ? 0 : ratio * psi[i][t];
                });
                theta = moved(theta, each.gradient(now, weights), RATE);
            }
            return theta;
        };
        Kind kind = objective -> new Ppo(objective, sgd(RATE), ppo(4));
        assertSteps(setting.hasWholeEpisodes() ? TO_GO : GAE, setting, kind, expected, 1e-6);
        assertTrue(seen[0] > 100 && seen[1] > 100, "kept " + seen[0] + ", clipped " + seen[1]);
    }

    /** x √(2δ / xᵀ (F + λ I) x) for (F + λ I) x = g, with F as a matrix, solved by elimination. */
    @ParameterizedTest
    @MethodSource("settings")
    void theNaturalGradientSolvesTheEquationOfTheExplicitInformation(Setting setting) {
        Expected expected = each -> moved(each.mdp().theta(), natural(each, DIVERGENCE), RATE);
        assertSteps(setting.hasWholeEpisodes() ? TO_GO : GAE, setting, natural(RATE, DIVERGENCE, -1), expected, 1e-6);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void theLineSearchHalvesTheNaturalGradientAsOftenAsItMust(Setting setting) {
        assertHalvings(setting, DIVERGENCE, FORMS);
    }

    /** A long step overshoots the policies of high entropy, which a large bonus asks for. */
    @ParameterizedTest
    @MethodSource("settings")
    void whereTheDivergenceIsNoLimitTheSurrogateIsWhatTheLineSearchHalvesFor(Setting setting) {
        assertHalvings(
                setting,
                8,
                FORMS.stream()
                        .map(form -> new Form(form.averaging(), form.normalized(), 2))
                        .toList());
    }

    private static void assertHalvings(Setting setting, double divergence, List<Form> forms) {
        int[] seen = new int[2];
        Expected expected = each -> {
            double[] step = natural(each, divergence);
            double[] theta = each.mdp().theta();
            double fraction = LONG_RATE;
            for (int halving = 0; halving <= 6; halving++) {
                double[] moved = moved(theta, step, fraction);
                FiniteMdp now = each.mdp().with(moved);
                if (each.divergence(now) <= divergence && each.gain(now) > 0) {
                    seen[halving == 0 ? 0 : 1]++;
                    return moved;
                }
                fraction /= 2;
            }
            return theta;
        };
        Cell cell = setting.hasWholeEpisodes() ? TO_GO : GAE;
        assertSteps(cell, setting, forms, natural(LONG_RATE, divergence, 6), expected, 1e-6);
        assertTrue(seen[0] > 10 && seen[1] > 10, "full " + seen[0] + ", halved " + seen[1]);
    }

    private static void assertSteps(Cell cell, Setting setting, Kind kind, Expected expected, double tolerance) {
        assertSteps(cell, setting, FORMS, kind, expected, tolerance);
    }

    private static void assertSteps(
            Cell cell, Setting setting, List<Form> forms, Kind kind, Expected expected, double tolerance) {
        Computation computation = cell.on(setting);
        Policy policy = computation.policy();
        double[] theta = setting.mdp().theta();
        int next = 0;
        for (Batch batch : setting.batches()) {
            Form form = forms.get(next++ % forms.size());
            PolicyStep step = step(computation, kind.of(objective(policy, form)), batch);
            double[] reached = policy.parameters().toDoubles();
            policy.parameters().assign(theta);
            Case each = new Case(setting.mdp(), batch, computation.definition(batch.columns()), form);
            assertArrayEquals(expected.of(each), reached, tolerance, () -> setting + " " + form);
            if (!Double.isNaN(step.approximateKl()) && kind.of(objective(policy, form)) instanceof NaturalGradient) {
                assertEquals(each.divergence(setting.mdp().with(reached)), step.approximateKl(), 1e-10);
            }
        }
    }

    private static PolicyStep step(Computation computation, Learner learner, Batch batch) {
        Weights weights = computation.estimator().weights(batch.batch());
        return learner.improve(batch.batch(), weights, 0, null);
    }

    private static Objective objective(Policy policy, Form form) {
        return new Objective(policy, form.normalized(), form.averaging(), form.entropy(), Optional.empty());
    }

    private static double[] natural(Case each, double divergence) {
        int p = each.mdp().parameters();
        int actions = each.mdp().actions();
        double[] gradient = each.definition().estimate(each.form());
        double[][] equations = new double[p][p + 1];
        for (int cell = 0; cell < p / actions; cell++) {
            int at = cell;
            double share = each.mean(other -> other == at ? 1 : 0);
            for (int a = 0; a < actions; a++) {
                for (int b = 0; b < actions; b++) {
                    double own = a == b ? each.mdp().pi(cell, a) : 0;
                    equations[cell * actions + a][cell * actions + b] =
                            share * (own - each.mdp().pi(cell, a) * each.mdp().pi(cell, b));
                }
            }
        }
        for (int k = 0; k < p; k++) {
            equations[k][k] += DAMPING;
            equations[k][p] = gradient[k];
        }
        double[] x = NaiveEstimate.solved(equations);
        // xᵀ (F + λ I) x = xᵀ g
        double curvature = NaiveEstimate.over(0, p, k -> x[k] * gradient[k]);
        return moved(new double[p], x, curvature > 0 ? Math.sqrt(2 * divergence / curvature) : 0);
    }

    private static double[] moved(double[] from, double[] step, double times) {
        return IntStream.range(0, from.length)
                .mapToDouble(k -> from[k] + times * step[k])
                .toArray();
    }

    private static Kind natural(double rate, double divergence, int halvings) {
        NaturalGradient.Settings settings = new NaturalGradient.Settings(divergence, DAMPING, 200, halvings);
        return objective -> new NaturalGradient(objective, new Schedule.Constant(rate), settings);
    }

    private static Ppo.Settings ppo(int epochs) {
        return new Ppo.Settings(CLIP, epochs, new Minibatches(1), false, Double.POSITIVE_INFINITY);
    }

    private static ScheduledOptimizer sgd(double rate) {
        return new ScheduledOptimizer(new Sgd(), new Schedule.Constant(rate), Double.POSITIVE_INFINITY);
    }
}
