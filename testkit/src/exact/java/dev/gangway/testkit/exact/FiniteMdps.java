package dev.gangway.testkit.exact;

import dev.gangway.testkit.exact.FiniteMdp.Outcome;
import java.util.stream.Stream;

/** The processes whose trajectories the tests write out. */
public final class FiniteMdps {
    private FiniteMdps() {}

    /** Two states that lead to one another by chance, an early end, a horizon. */
    public static FiniteMdp loop(int horizon) {
        Outcome[][][] outcomes = {
            {
                {new Outcome(0.5, 1, 0), new Outcome(0.5, 1, 1)},
                {new Outcome(0.2, -0.5, 0), new Outcome(0.5, -0.5, 1), new Outcome(0.3, -0.5, -1)}
            },
            {
                {new Outcome(0.6, 0.25, 0), new Outcome(0.1, 0.25, 1), new Outcome(0.3, 0.25, -1)},
                {new Outcome(0.25, 2, 0), new Outcome(0.75, 2, 1)}
            }
        };
        return new FiniteMdp("loop of " + horizon, new double[] {0.3, 0.7}, outcomes, horizon);
    }

    /** Two states with few ways on: an end by choice in one, by chance in the other. */
    public static FiniteMdp fork(int horizon) {
        Outcome[][][] outcomes = {
            {{new Outcome(0.5, 1, 0), new Outcome(0.5, 1, 1)}, {new Outcome(1, -0.5, -1)}},
            {{new Outcome(1, 0.25, 0)}, {new Outcome(0.4, 2, 1), new Outcome(0.6, 2, -1)}}
        };
        return new FiniteMdp("fork of " + horizon, new double[] {0.3, 0.7}, outcomes, horizon);
    }

    /** One state: go on for 1, or lose half, or win two and end, by chance. */
    public static FiniteMdp gamble(int horizon) {
        Outcome[][][] outcomes = {{{new Outcome(1, 1, 0)}, {new Outcome(0.5, -0.5, 0), new Outcome(0.5, 2, -1)}}};
        return new FiniteMdp("gamble of " + horizon, new double[] {1}, outcomes, horizon);
    }

    /** Two states, episodes of one length. */
    public static FiniteMdp steady(int horizon) {
        Outcome[][][] outcomes = {
            {{new Outcome(0.5, 1, 0), new Outcome(0.5, 0, 1)}, {new Outcome(1, -0.5, 1)}},
            {{new Outcome(1, 0.25, 0)}, {new Outcome(0.25, 2, 0), new Outcome(0.75, -1, 1)}}
        };
        return new FiniteMdp("steady for " + horizon, new double[] {0.4, 0.6}, outcomes, horizon);
    }

    /** Three places in a row: right is the way to the end's reward, left costs. */
    public static FiniteMdp chain(int horizon) {
        Outcome[][][] outcomes = {
            {{new Outcome(1, -0.1, 0)}, {new Outcome(1, 0, 1)}},
            {{new Outcome(1, -0.1, 0)}, {new Outcome(1, 0, 2)}},
            {{new Outcome(1, -0.1, 1)}, {new Outcome(1, 5, -1)}}
        };
        return new FiniteMdp("chain of " + horizon, new double[] {1, 0, 0}, outcomes, horizon);
    }

    /** Two arms with noise: rewards ±1 about 3, and −1 or 4 at odds 1 : 3. P(arm 0) = {@code p}. */
    public static FiniteMdp bandit(double p) {
        Outcome[][][] outcomes = {
            {
                {new Outcome(0.5, 2, -1), new Outcome(0.5, 4, -1)},
                {new Outcome(0.25, -1, -1), new Outcome(0.75, 4, -1)}
            }
        };
        return new FiniteMdp("bandit", new double[] {1}, outcomes, 1, new double[] {Math.log(p / (1 - p)), 0});
    }

    /** Two arms that pay {@code first} and {@code second}, always. P(arm 0) = {@code p}. */
    public static FiniteMdp sureBandit(double p, double first, double second) {
        Outcome[][][] outcomes = {{{new Outcome(1, first, -1)}, {new Outcome(1, second, -1)}}};
        return new FiniteMdp("sure bandit", new double[] {1}, outcomes, 1, new double[] {Math.log(p / (1 - p)), 0});
    }

    /** Whatever is done, 3 is paid first and −3 second. */
    public static FiniteMdp loan() {
        Outcome[][][] outcomes = {
            {{new Outcome(1, 3, 1)}, {new Outcome(1, 3, 1)}},
            {{new Outcome(1, -3, -1)}, {new Outcome(1, -3, -1)}}
        };
        return new FiniteMdp("loan", new double[] {1, 0}, outcomes, 2);
    }

    /** Returns some of each kind. */
    public static Stream<FiniteMdp> all() {
        return Stream.of(bandit(0.3), chain(4), loop(3), steady(3), loan());
    }

    /** Returns those with few enough trajectories for every pair and triple of them. */
    public static Stream<FiniteMdp> small() {
        return Stream.of(bandit(0.3), chain(3), loop(2), steady(2), loan());
    }
}
