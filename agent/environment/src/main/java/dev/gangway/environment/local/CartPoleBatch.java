package dev.gangway.environment.local;

import dev.gangway.environment.local.CartPoleOptions.Integrator;
import dev.gangway.environment.random.NumpyRandom;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Simulates n cart-poles together. Each equals {@link CartPole} with a time limit, bit for bit; the state is kept as
 * one array per quantity.
 *
 * <p>Every copy has a random generator of its own, so that its episodes do not depend on the other copies. A step
 * allocates no memory. Not thread-safe.
 */
public final class CartPoleBatch {
    private final int copies;
    private final boolean semiImplicit;
    private final boolean suttonBartoReward;
    private final int maxEpisodeSteps;

    private final double[] x;
    private final double[] xDot;
    private final double[] theta;
    private final double[] thetaDot;
    private final int[] elapsed;
    private final NumpyRandom[] randoms;

    /**
     * Creates n cart-poles. Each has to be seeded and reset before its first step.
     *
     * @param copies n ≥ 1
     */
    public CartPoleBatch(int copies, CartPoleOptions options) {
        if (copies < 1) {
            throw new IllegalArgumentException("Expected at least 1 copy, found " + copies);
        }
        this.copies = copies;
        this.semiImplicit = options.integrator() == Integrator.SEMI_IMPLICIT_EULER;
        this.suttonBartoReward = options.suttonBartoReward();
        this.maxEpisodeSteps = options.maxEpisodeSteps().orElse(Integer.MAX_VALUE);
        this.x = new double[copies];
        this.xDot = new double[copies];
        this.theta = new double[copies];
        this.thetaDot = new double[copies];
        this.elapsed = new int[copies];
        this.randoms = new NumpyRandom[copies];
    }

    /**
     * The arrays that a step writes. The next step that is given the same object overwrites all of them.
     *
     * @param observations shape [n, 4], row-major: the state rounded to float32, taken after the automatic reset if the
     *     copy was reset
     * @param rewards shape [n]
     * @param terminated shape [n]: whether the pole or the cart is beyond its limit
     * @param truncated shape [n]: whether the time limit is reached
     * @param ended shape [n]: its first k entries are the copies whose episodes ended in this step, ascending
     * @param finalObservations shape [n, 4]: its first k rows are the last observations of those episodes
     */
    public record Output(
            float[] observations,
            double[] rewards,
            boolean[] terminated,
            boolean[] truncated,
            int[] ended,
            float[] finalObservations) {
        /** Returns new arrays for n copies. */
        public static Output of(int copies) {
            return new Output(
                    new float[copies * CartPole.STATE_SIZE],
                    new double[copies],
                    new boolean[copies],
                    new boolean[copies],
                    new int[copies],
                    new float[copies * CartPole.STATE_SIZE]);
        }

        /**
         * Returns an output with new arrays of rewards and flags, which the caller may give away. All other arrays are
         * shared with this output.
         */
        Output withFreshResults() {
            int copies = rewards.length;
            return new Output(
                    observations,
                    new double[copies],
                    new boolean[copies],
                    new boolean[copies],
                    ended,
                    finalObservations);
        }
    }

    /**
     * Seeds the random generator of a copy as {@code numpy.random.default_rng(seed)} does.
     *
     * @param seed ≥ 0
     */
    public void seed(int copy, BigInteger seed) {
        randoms[copy] = new NumpyRandom(seed);
    }

    /** Returns whether a copy has a random generator. */
    public boolean seeded(int copy) {
        return randoms[copy] != null;
    }

    /** Starts the next episode of a copy in a state that its generator draws uniformly from [−0.05, 0.05)⁴. */
    public void reset(int copy) {
        reset(copy, CartPole.RESET_LOW, CartPole.RESET_HIGH);
    }

    /** Starts the next episode of a copy in a state that its generator draws uniformly from [low, high)⁴. */
    public void reset(int copy, double low, double high) {
        NumpyRandom random = randoms[copy];
        x[copy] = random.uniform(low, high);
        xDot[copy] = random.uniform(low, high);
        theta[copy] = random.uniform(low, high);
        thetaDot[copy] = random.uniform(low, high);
        elapsed[copy] = 0;
    }

    /** Returns a new array with the state of a copy, indexed as in {@link CartPole}. */
    public double[] state(int copy) {
        return new double[] {x[copy], xDot[copy], theta[copy], thetaDot[copy]};
    }

    /** Writes the observation of a copy into {@code target}, beginning at index {@code offset}. */
    public void observe(int copy, float[] target, int offset) {
        target[offset] = (float) x[copy];
        target[offset + 1] = (float) xDot[copy];
        target[offset + 2] = (float) theta[copy];
        target[offset + 3] = (float) thetaDot[copy];
    }

    /**
     * Steps every copy once and resets those whose episode ended. Their rows of observations are then the first of the
     * next episode.
     *
     * @param actions shape [n], each 0 or 1, which is not checked
     * @return k, the number of episodes that ended
     */
    public int stepAndReset(int[] actions, Output output) {
        int count = step(actions, output);
        for (int k = 0; k < count; k++) {
            int copy = output.ended[k];
            reset(copy);
            observe(copy, output.observations, copy * CartPole.STATE_SIZE);
        }
        return count;
    }

    /**
     * Steps every copy once and resets none.
     *
     * @param actions shape [n], each 0 or 1, which is not checked
     * @return k, the number of episodes that ended
     */
    public int step(int[] actions, Output output) {
        advance(actions, output.observations);
        Arrays.fill(output.rewards, suttonBartoReward ? 0.0 : 1.0);
        int count = 0;
        for (int i = 0; i < copies; i++) {
            double position = x[i];
            double angle = theta[i];
            boolean terminated = position < -CartPole.POSITION_LIMIT
                    || position > CartPole.POSITION_LIMIT
                    || angle < -CartPole.ANGLE_LIMIT
                    || angle > CartPole.ANGLE_LIMIT;
            boolean truncated = ++elapsed[i] >= maxEpisodeSteps;
            output.terminated[i] = terminated;
            output.truncated[i] = truncated;
            if (terminated || truncated) {
                observe(i, output.finalObservations, count * CartPole.STATE_SIZE);
                output.ended[count++] = i;
                if (terminated && suttonBartoReward) {
                    output.rewards[i] = -1.0;
                }
            }
        }
        return count;
    }

    /** Advances every copy by the equations of {@link CartPole#step}, in the same order of operations. */
    private void advance(int[] actions, float[] observations) {
        for (int i = 0; i < copies; i++) {
            double position = x[i];
            double velocity = xDot[i];
            double angle = theta[i];
            double angularVelocity = thetaDot[i];

            // Arithmetic instead of a branch, which the processor would mispredict for random actions.
            double force = CartPole.FORCE * (2 * actions[i] - 1);
            double cos = Math.cos(angle);
            double sin = Math.sin(angle);
            double temp = (force + CartPole.POLE_MASS_LENGTH * (angularVelocity * angularVelocity) * sin)
                    / CartPole.TOTAL_MASS;
            double angularAcceleration = (CartPole.GRAVITY * sin - cos * temp)
                    / (CartPole.HALF_POLE_LENGTH
                            * (4.0 / 3.0 - CartPole.POLE_MASS * (cos * cos) / CartPole.TOTAL_MASS));
            double acceleration = temp - CartPole.POLE_MASS_LENGTH * angularAcceleration * cos / CartPole.TOTAL_MASS;

            double nextVelocity = velocity + CartPole.TIME_STEP * acceleration;
            double nextAngularVelocity = angularVelocity + CartPole.TIME_STEP * angularAcceleration;
            position += CartPole.TIME_STEP * (semiImplicit ? nextVelocity : velocity);
            angle += CartPole.TIME_STEP * (semiImplicit ? nextAngularVelocity : angularVelocity);

            x[i] = position;
            xDot[i] = nextVelocity;
            theta[i] = angle;
            thetaDot[i] = nextAngularVelocity;
            int row = i * CartPole.STATE_SIZE;
            observations[row] = (float) position;
            observations[row + 1] = (float) nextVelocity;
            observations[row + 2] = (float) angle;
            observations[row + 3] = (float) nextAngularVelocity;
        }
    }
}
