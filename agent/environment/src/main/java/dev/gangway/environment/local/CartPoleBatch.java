package dev.gangway.environment.local;

import dev.gangway.environment.local.CartPoleOptions.Integrator;
import dev.gangway.environment.random.NumpyRandom;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * n cart-poles stepped together: {@link CartPole} with a time limit, as a structure of arrays, equal to it bit for bit.
 *
 * <p>Every copy has a generator of its own, so that its episodes do not depend on the other copies. Nothing is allocated
 * in a step. Not thread-safe.
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
     * Makes n cart-poles that {@link #reset} must start.
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
     * What a step writes; all of it is overwritten by the next step that is given the same object.
     *
     * @param observations shape [n, 4], row-major: state rounded to float32, after autoreset if the copy was reset
     * @param rewards shape [n]
     * @param terminated shape [n]: the pole or the cart is beyond its limit
     * @param truncated shape [n]: the time limit is reached
     * @param ended shape [n], its first k entries: the copies whose episode ended in this step, ascending
     * @param finalObservations shape [n, 4], its first k rows: the last observations of these copies' episodes
     */
    public record Output(
            float[] observations,
            double[] rewards,
            boolean[] terminated,
            boolean[] truncated,
            int[] ended,
            float[] finalObservations) {
        /** Returns arrays for n copies. */
        public static Output of(int copies) {
            return new Output(
                    new float[copies * CartPole.STATE_SIZE],
                    new double[copies],
                    new boolean[copies],
                    new boolean[copies],
                    new int[copies],
                    new float[copies * CartPole.STATE_SIZE]);
        }

        /** Returns new rewards and flags, for a caller who gives them away, with the other arrays shared. */
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

    /** Gives a copy a generator seeded as {@code numpy.random.default_rng(seed)}, seed ≥ 0. */
    public void seed(int copy, BigInteger seed) {
        randoms[copy] = new NumpyRandom(seed);
    }

    /** Returns whether a copy has been seeded. */
    public boolean seeded(int copy) {
        return randoms[copy] != null;
    }

    /** Starts a copy's next episode in a state uniform in [−0.05, 0.05)⁴ from its generator. */
    public void reset(int copy) {
        reset(copy, CartPole.RESET_LOW, CartPole.RESET_HIGH);
    }

    /** Starts a copy's next episode in a state uniform in [low, high)⁴ from its generator. */
    public void reset(int copy, double low, double high) {
        NumpyRandom random = randoms[copy];
        x[copy] = random.uniform(low, high);
        xDot[copy] = random.uniform(low, high);
        theta[copy] = random.uniform(low, high);
        thetaDot[copy] = random.uniform(low, high);
        elapsed[copy] = 0;
    }

    /** Returns a copy's state, indexed as in {@link CartPole}. */
    public double[] state(int copy) {
        return new double[] {x[copy], xDot[copy], theta[copy], thetaDot[copy]};
    }

    /** Writes a copy's observation into {@code target} from {@code offset} on. */
    public void observe(int copy, float[] target, int offset) {
        target[offset] = (float) x[copy];
        target[offset + 1] = (float) xDot[copy];
        target[offset + 2] = (float) theta[copy];
        target[offset + 3] = (float) thetaDot[copy];
    }

    /**
     * Steps every copy once and resets those whose episode ended, so that their row of observations is the first of the
     * next episode.
     *
     * @param actions shape [n], each 0 or 1 (not checked here)
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
     * @param actions shape [n], each 0 or 1 (not checked here)
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

    /** The equations of {@link CartPole#step}, operation for operation. */
    private void advance(int[] actions, float[] observations) {
        for (int i = 0; i < copies; i++) {
            double position = x[i];
            double velocity = xDot[i];
            double angle = theta[i];
            double angularVelocity = thetaDot[i];

            // Without a branch, which random actions would mispredict.
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
