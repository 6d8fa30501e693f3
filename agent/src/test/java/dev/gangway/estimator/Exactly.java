package dev.gangway.estimator;

import dev.gangway.estimator.FiniteMdp.Trajectory;
import dev.gangway.rollout.TrajectoryBatch;
import java.util.ArrayList;
import java.util.List;

/** Expectation and covariance of an estimate, over every batch that can be. */
final class Exactly {
    private Exactly() {}

    /**
     * Moments of ĝ.
     *
     * @param mean E[ĝ], shape [P]
     * @param covariance Cov[ĝ], shape [P, P]
     */
    record Moments(double[] mean, double[][] covariance) {
        /** Returns the trace of the covariance. */
        double variance() {
            double trace = 0;
            for (int i = 0; i < mean.length; i++) {
                trace += covariance[i][i];
            }
            return trace;
        }
    }

    /** Returns the moments of ĝ averaged per trajectory, over batches of {@code n} whole episodes. */
    static Moments moments(FiniteMdp mdp, GradientEstimator estimator, int n) {
        return moments(mdp, estimator, mdp.episodes(), n);
    }

    /** Returns the moments of ĝ averaged per trajectory, over batches of {@code n} independent trajectories. */
    static Moments moments(FiniteMdp mdp, GradientEstimator estimator, List<Trajectory> trajectories, int n) {
        Sums sums = new Sums(mdp.parameters());
        visit(mdp, estimator, trajectories, new ArrayList<>(), n, 1, sums);
        return sums.moments();
    }

    private static void visit(
            FiniteMdp mdp,
            GradientEstimator estimator,
            List<Trajectory> trajectories,
            List<Columns.Column> chosen,
            int n,
            double probability,
            Sums sums) {
        if (chosen.size() == n) {
            sums.add(probability, estimate(mdp, estimator, Columns.batch(chosen)));
            return;
        }
        for (Trajectory trajectory : trajectories) {
            chosen.add(new Columns.Column(0, trajectory.steps()));
            visit(mdp, estimator, trajectories, chosen, n, probability * trajectory.probability(), sums);
            chosen.remove(chosen.size() - 1);
        }
    }

    /** Returns (1/N) Σ ψ ∇log π with the library's ψ and scores of closed form. */
    static double[] estimate(FiniteMdp mdp, GradientEstimator estimator, TrajectoryBatch batch) {
        Weights weights = estimator.weights(batch);
        double[] sum = mdp.scores().sum(batch.decisions(), weights.rows(), weights.psi());
        for (int i = 0; i < sum.length; i++) {
            sum[i] *= weights.scale(Averaging.PER_TRAJECTORY);
        }
        return sum;
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
