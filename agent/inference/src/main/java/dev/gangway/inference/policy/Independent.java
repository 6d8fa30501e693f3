package dev.gangway.inference.policy;

import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Several distributions side by side, independent given the state: outputs and actions are those of the parts, one after
 * the other, so log π(a) = Σ_i log π_i(a_i), and entropies and divergences add up too.
 *
 * <p>Categorical parts make the policy of a MultiDiscrete space, Bernoulli parts that of a MultiBinary one, and whatever
 * fits the parts of a Tuple or Dict that of the whole.
 *
 * @param parts at least one
 */
public record Independent(List<Distribution> parts) implements Distribution {
    /**
     * Copies.
     *
     * @throws IllegalArgumentException when there is no part
     */
    public Independent {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("Expected at least 1 part, found none");
        }
    }

    /** Returns one categorical distribution for each count of values. */
    public static Independent categorical(long... counts) {
        return new Independent(LongStream.of(counts)
                .<Distribution>mapToObj(count -> new Categorical(Math.toIntExact(count)))
                .toList());
    }

    /** Returns {@code count} Bernoulli distributions. */
    public static Independent bernoulli(int count) {
        return new Independent(Collections.nCopies(count, new BernoulliLogit()));
    }

    @Override
    public int outputSize() {
        return parts.stream().mapToInt(Distribution::outputSize).reduce(0, Math::addExact);
    }

    @Override
    public int actionSize() {
        return parts.stream().mapToInt(Distribution::actionSize).reduce(0, Math::addExact);
    }

    @Override
    public IntStream logStdOutputs() {
        IntStream.Builder all = IntStream.builder();
        int output = 0;
        for (Distribution part : parts) {
            int from = output;
            part.logStdOutputs().forEach(i -> all.add(from + i));
            output += part.outputSize();
        }
        return all.build();
    }

    @Override
    public double logProb(double[] outputs, int offset, float[] actions, int actionOffset) {
        double sum = 0;
        int output = offset;
        int action = actionOffset;
        for (Distribution part : parts) {
            sum += part.logProb(outputs, output, actions, action);
            output += part.outputSize();
            action += part.actionSize();
        }
        return sum;
    }

    @Override
    public void addLogProbGradient(
            double[] outputs, int offset, float[] actions, int actionOffset, double weight, double[] gradient) {
        int output = offset;
        int action = actionOffset;
        for (Distribution part : parts) {
            part.addLogProbGradient(outputs, output, actions, action, weight, gradient);
            output += part.outputSize();
            action += part.actionSize();
        }
    }

    @Override
    public double entropy(double[] outputs, int offset) {
        double sum = 0;
        int output = offset;
        for (Distribution part : parts) {
            sum += part.entropy(outputs, output);
            output += part.outputSize();
        }
        return sum;
    }

    @Override
    public void addEntropyGradient(double[] outputs, int offset, double weight, double[] gradient) {
        int output = offset;
        for (Distribution part : parts) {
            part.addEntropyGradient(outputs, output, weight, gradient);
            output += part.outputSize();
        }
    }

    @Override
    public double kl(double[] oldOutputs, double[] newOutputs, int offset) {
        double sum = 0;
        int output = offset;
        for (Distribution part : parts) {
            sum += part.kl(oldOutputs, newOutputs, output);
            output += part.outputSize();
        }
        return sum;
    }

    @Override
    public void addFisherProduct(double[] outputs, int offset, double[] vector, double weight, double[] product) {
        int output = offset;
        for (Distribution part : parts) {
            part.addFisherProduct(outputs, output, vector, weight, product);
            output += part.outputSize();
        }
    }

    @Override
    public void sample(float[] outputs, int offset, RandomGenerator random, float[] actions, int actionOffset) {
        int output = offset;
        int action = actionOffset;
        for (Distribution part : parts) {
            part.sample(outputs, output, random, actions, action);
            output += part.outputSize();
            action += part.actionSize();
        }
    }

    @Override
    public void mode(float[] outputs, int offset, float[] actions, int actionOffset) {
        int output = offset;
        int action = actionOffset;
        for (Distribution part : parts) {
            part.mode(outputs, output, actions, action);
            output += part.outputSize();
            action += part.actionSize();
        }
    }
}
