package dev.gangway.learning.experiment;

import dev.gangway.inference.checkpoint.CheckpointTensors;
import dev.gangway.learning.estimator.ValueFit;
import dev.gangway.learning.rollout.Episode;
import dev.gangway.learning.rollout.Rollout;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.NamedTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What can be observed of a short training, by name, in the order in which one thing leads to the next: what a setting
 * changes first is the place where it takes effect. Values are arrays of numbers, or anything else with {@code equals}.
 */
final class Trace {
    /** Much more than two ways of rounding to 32 bits differ by, and much less than what a setting changes. */
    private static final double TOLERANCE = 1e-5;

    private final Map<String, Object> observed = new LinkedHashMap<>();

    void add(String name, Object value) {
        observed.put(name, value);
    }

    /**
     * Returns the first thing that is another in {@code other}. What only one of the two has is left out: a training that
     * ends early differs in its end.
     */
    Optional<String> firstDifference(Trace other) {
        return differences(other).stream().findFirst();
    }

    /** Returns everything that is another in {@code other}. */
    List<String> differences(Trace other) {
        return observed.keySet().stream()
                .filter(other.observed::containsKey)
                .filter(name -> !same(observed.get(name), other.observed.get(name)))
                .toList();
    }

    private static boolean same(Object one, Object other) {
        if (one instanceof double[] a && other instanceof double[] b) {
            return a.length == b.length && IntStream.range(0, a.length).allMatch(i -> same(a[i], b[i]));
        }
        return Objects.equals(one, other);
    }

    private static boolean same(double a, double b) {
        return Double.compare(a, b) == 0
                || Math.abs(a - b) <= TOLERANCE * Math.max(1e-3, Math.max(Math.abs(a), Math.abs(b)));
    }

    /** Trains for at most so many updates and observes every step of it. */
    static Trace of(Training training, int updates) {
        Trace trace = new Trace();
        trace.addParameters("start", training.checkpoint());
        Progress progress =
                training.run(trace.new Observer(training), () -> trace.observed.containsKey(updates + " moments"));
        trace.add(
                "stop",
                List.of(
                        progress.stopReason().orElse("goes on"),
                        progress.updates(),
                        progress.envSteps(),
                        progress.episodes()));
        return trace;
    }

    private void addParameters(String when, Checkpoint checkpoint) {
        add(when + " policy", numbers(checkpoint.getPolicyList()));
        add(when + " critic", numbers(checkpoint.getValueFunctionList()));
        List<NamedTensor> moments = new ArrayList<>(checkpoint.getObservationNormalizationList());
        moments.addAll(checkpoint.getRewardNormalizationList());
        add(when + " moments", numbers(moments));
    }

    private static double[] numbers(List<NamedTensor> tensors) {
        return tensors.stream()
                .flatMapToDouble(tensor -> DoubleStream.of(CheckpointTensors.doubles(tensor.getTensor())))
                .toArray();
    }

    private final class Observer implements TrainingObserver {
        private final Training training;

        Observer(Training training) {
            this.training = training;
        }

        @Override
        public void started(Progress progress) {}

        @Override
        public void rolledOut(Rollout rollout, Progress progress) {
            TrajectoryBatch batch = rollout.batch();
            int[] first = IntStream.range(0, batch.copies())
                    .filter(row -> batch.valid()[row])
                    .toArray();
            String update = progress.updates() + 1 + " ";
            double[] observations = wide(batch.features());
            add(update + "first observations", Arrays.copyOf(observations, batch.copies() * batch.featureSize()));
            add(update + "first chances", training.policy().logProb(batch.decisions(), first));
            add(update + "observations", observations);
            add(update + "actions", wide(batch.actions()));
            add(update + "rewards", batch.rewards().clone());
            add(
                    update + "returns",
                    rollout.episodes().stream()
                            .mapToDouble(Episode::episodeReturn)
                            .toArray());
        }

        @Override
        public void updated(Update update, Progress progress) {
            String number = progress.updates() + " ";
            add(number + "psi", update.weights().psi());
            add(number + "fit", update.valueFit().map(Observer::numbers).orElse(new double[0]));
            add(number + "entropy", new double[] {update.step().entropy()});
            add(number + "gradient", new double[] {update.step().gradientNorm()});
            add(number + "rate", new double[] {update.step().learningRate()});
            add(
                    number + "divergence",
                    new double[] {update.step().clipFraction(), update.step().approximateKl()});
            addParameters(String.valueOf(progress.updates()), training.checkpoint());
        }

        private static double[] numbers(ValueFit fit) {
            return new double[] {fit.loss(), fit.explainedVariance()};
        }

        private static double[] wide(float[] values) {
            return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
        }
    }
}
