package dev.gangway.inference.policy;

import dev.gangway.environment.Box;
import dev.gangway.environment.Dict;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.MultiBinary;
import dev.gangway.environment.MultiDiscrete;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Which distribution an action space gets, and errors that distributions share. */
public final class Distributions {
    private Distributions() {}

    /**
     * Returns {@link Categorical} for a Discrete and for each element of a MultiDiscrete, {@link BernoulliLogit} for each
     * element of a MultiBinary, {@link DiagonalGaussian} or {@link SquashedGaussian} for a Box, and
     * {@link Independent} ones, in the space's order, for the parts of a Tuple or Dict.
     *
     * @param squashed whether the actions of a Box are squashed into its bounds
     * @param minLogStd floor of log σ of a Box's numbers
     * @throws IllegalArgumentException when there is none, or bounds that actions are squashed into are not finite
     */
    public static Distribution of(Space actions, boolean squashed, double minLogStd) {
        if (actions instanceof Discrete discrete) {
            return new Categorical(Math.toIntExact(discrete.n()));
        }
        if (actions instanceof MultiDiscrete multi && multi.nvec().size() > 0) {
            Tensor counts = multi.nvec();
            return Independent.categorical(
                    IntStream.range(0, counts.size()).mapToLong(counts::getLong).toArray());
        }
        if (actions instanceof MultiBinary binary) {
            return Independent.bernoulli(Tensor.elementCount(binary.shape()));
        }
        if (actions instanceof Box box && Tensor.elementCount(box.shape()) > 0) {
            DiagonalGaussian gaussian = new DiagonalGaussian(Tensor.elementCount(box.shape()), minLogStd);
            return squashed ? new SquashedGaussian(bounded(box, gaussian)) : gaussian;
        }
        if (actions instanceof Tuple tuple && !tuple.spaces().isEmpty()) {
            return product(tuple.spaces(), squashed, minLogStd);
        }
        if (actions instanceof Dict dict && !dict.spaces().isEmpty()) {
            return product(List.copyOf(dict.spaces().values()), squashed, minLogStd);
        }
        throw new IllegalArgumentException("Expected an action space that is Discrete (policies linear_softmax and mlp,"
                + " and linear_logistic when it has two actions), MultiDiscrete, MultiBinary,"
                + " a Box, or a Tuple or Dict of such (policy mlp), found "
                + actions + ": no policy acts in such a space yet");
    }

    /** As above, with the floor that experiments have by default. */
    public static Distribution of(Space actions, boolean squashed) {
        return of(actions, squashed, DiagonalGaussian.MIN_LOG_STD);
    }

    private static Independent product(List<Space> parts, boolean squashed, double minLogStd) {
        return new Independent(
                parts.stream().map(part -> of(part, squashed, minLogStd)).toList());
    }

    private static DiagonalGaussian bounded(Box box, DiagonalGaussian gaussian) {
        boolean[] below = box.boundedBelow(); // an integer type has no infinity
        boolean[] above = box.boundedAbove();
        for (int i = 0; i < gaussian.actionSize(); i++) {
            if (!below[i]
                    || !above[i]
                    || !Double.isFinite(box.low().getDouble(i))
                    || !Double.isFinite(box.high().getDouble(i))) {
                throw new IllegalArgumentException("Expected finite bounds to squash actions into, found " + box
                        + "; set policy.gaussian.squash to SQUASH_NONE, or register the environment with"
                        + " finite bounds");
            }
        }
        return gaussian;
    }

    /** Returns the error of network outputs from which nothing can be drawn. */
    public static DivergedException notFinite(float[] outputs, int offset, int size) {
        return new DivergedException(Arrays.toString(Arrays.copyOfRange(outputs, offset, offset + size)));
    }
}
