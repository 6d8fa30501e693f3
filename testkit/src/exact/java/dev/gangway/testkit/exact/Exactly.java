package dev.gangway.testkit.exact;

import dev.gangway.learning.estimator.Averaging;
import dev.gangway.learning.estimator.GradientEstimator;
import dev.gangway.learning.learner.Objective;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.testkit.exact.FiniteMdp.Trajectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Expectation and covariance of an estimate, over every batch that can be. */
public final class Exactly {
    private Exactly() {}

    /**
     * Moments of ĝ.
     *
     * @param mean E[ĝ], shape [P]
     * @param covariance Cov[ĝ], shape [P, P]
     */
    public record Moments(double[] mean, double[][] covariance) {
        /** Returns the trace of the covariance. */
        public double variance() {
            double trace = 0;
            for (int i = 0; i < mean.length; i++) {
                trace += covariance[i][i];
            }
            return trace;
        }
    }

    /** Returns the moments of ĝ averaged per trajectory, over batches of {@code n} whole episodes. */
    public static Moments moments(FiniteMdp mdp, GradientEstimator estimator, int n) {
        return moments(mdp, estimator, mdp.episodes(), n);
    }

    /** Returns the moments of ĝ averaged per trajectory, over batches of {@code n} independent trajectories. */
    public static Moments moments(FiniteMdp mdp, GradientEstimator estimator, List<Trajectory> trajectories, int n) {
        return moments(mdp.parameters(), trajectories, n, library(mdp, estimator, Averaging.PER_TRAJECTORY));
    }

    /** ĝ of one batch, a trajectory to a column. */
    @FunctionalInterface
    public interface Estimate {
        double[] of(List<Columns.Column> batch);
    }

    /** Returns the moments of ĝ, P numbers, over batches of {@code n} independent trajectories. */
    public static Moments moments(int parameters, List<Trajectory> trajectories, int n, Estimate estimate) {
        Sums sums = new Sums(parameters);
        visit(estimate, trajectories, new ArrayList<>(), n, 1, sums);
        return sums.moments();
    }

    private static void visit(
            Estimate estimate,
            List<Trajectory> trajectories,
            List<Columns.Column> chosen,
            int n,
            double probability,
            Sums sums) {
        if (chosen.size() == n) {
            sums.add(probability, estimate.of(chosen));
            return;
        }
        for (Trajectory trajectory : trajectories) {
            chosen.add(new Columns.Column(0, trajectory.steps()));
            visit(estimate, trajectories, chosen, n, probability * trajectory.probability(), sums);
            chosen.remove(chosen.size() - 1);
        }
    }

    /** Returns the library's estimate: its ψ, its scores, its averaging. */
    public static Estimate library(FiniteMdp mdp, GradientEstimator estimator, Averaging averaging) {
        Objective objective = new Objective(mdp.policy(), false, averaging, 0, Optional.empty());
        return columns -> {
            TrajectoryBatch batch = Columns.batch(columns);
            return objective
                    .gradient(batch, objective.prepared(estimator.weights(batch)))
                    .gradient();
        };
    }

    private static final class Sums {
        private final double[] first;
        private final double[][] second;

        Sums(int size) {
            first = new double[size];
            second = new double[size][size];
        }

        void add(double probability, double[] estimate) {
            for (int i = 0; i < first.length; i++) {
                first[i] += probability * estimate[i];
                for (int j = 0; j < first.length; j++) {
                    second[i][j] += probability * estimate[i] * estimate[j];
                }
            }
        }

        Moments moments() {
            double[][] covariance = new double[first.length][first.length];
            for (int i = 0; i < first.length; i++) {
                for (int j = 0; j < first.length; j++) {
                    covariance[i][j] = second[i][j] - first[i] * first[j];
                }
            }
            return new Moments(first, covariance);
        }
    }
}
