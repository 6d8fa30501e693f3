package dev.gangway.environment.local;

import dev.gangway.environment.local.CartPoleOptions.Integrator;
import dev.gangway.environment.random.NumpyRandom;

/**
 * Simulates one cart-pole with plain scalar arithmetic. It is the reference that faster implementations are compared
 * with, and it has no time limit.
 *
 * <p>A pole is hinged to a cart on a frictionless track. Each step pushes the cart to the left (action 0) or to the
 * right (action 1) with a constant force. The episode terminates when the pole leans or the cart strays too far.
 *
 * <p>The problem comes from A. G. Barto, R. S. Sutton and C. W. Anderson, "Neuronlike Adaptive Elements That Can Solve
 * Difficult Learning Control Problems" (1983). The equations are those of R. V. Florian, "Correct equations for the
 * dynamics of the cart-pole system" (2007), <a href="https://coneural.org/florian/papers/05_cart_pole.pdf">equations 23
 * and 24</a>, without friction. Constants and order of evaluation are those of Gymnasium's <a
 * href="https://github.com/Farama-Foundation/Gymnasium/blob/main/gymnasium/envs/classic_control/cartpole.py">cartpole.py</a>,
 * so that float64 states agree up to the last bits of sine and cosine.
 *
 * <p>Not thread-safe.
 *
 * <table>
 * <caption>The state (float64) and the observation (float32)</caption>
 * <tr><th>index</th><th>meaning</th><th>unit</th><th>bounds of the space</th><th>terminates beyond</th></tr>
 * <tr><td>0</td><td>position of the cart, x</td><td>m</td><td>±4.8</td><td>±2.4</td></tr>
 * <tr><td>1</td><td>velocity of the cart</td><td>m/s</td><td>none</td><td></td></tr>
 * <tr><td>2</td><td>angle of the pole, θ, from upright, to the right</td><td>rad</td><td>±0.419 (24°)</td>
 *     <td>±0.2094 (12°)</td></tr>
 * <tr><td>3</td><td>angular velocity of the pole</td><td>rad/s</td><td>none</td><td></td></tr>
 * </table>
 */
public final class CartPole {
    /** The number of values in a state and in an observation. */
    public static final int STATE_SIZE = 4;

    static final double GRAVITY = 9.8; // m/s²
    static final double CART_MASS = 1.0; // kg
    static final double POLE_MASS = 0.1; // kg
    static final double TOTAL_MASS = POLE_MASS + CART_MASS; // kg
    static final double HALF_POLE_LENGTH = 0.5; // m, from the hinge to the pole's centre of mass
    static final double POLE_MASS_LENGTH = POLE_MASS * HALF_POLE_LENGTH; // kg·m
    static final double FORCE = 10.0; // N
    static final double TIME_STEP = 0.02; // s
    static final double ANGLE_LIMIT = 12 * 2 * Math.PI / 360; // rad
    static final double POSITION_LIMIT = 2.4; // m
    static final double RESET_LOW = -0.05; // of every number in the first state
    static final double RESET_HIGH = 0.05;

    private final Integrator integrator;
    private final boolean suttonBartoReward;

    private double x;
    private double xDot;
    private double theta;
    private double thetaDot;
    private boolean fallen;

    /**
     * Creates a cart-pole at rest in the origin. Call {@link #reset} before the first step. The caller enforces the
     * time limit of {@code options}.
     */
    public CartPole(CartPoleOptions options) {
        this.integrator = options.integrator();
        this.suttonBartoReward = options.suttonBartoReward();
    }

    /**
     * What a step returned besides the new state.
     *
     * @param reward 1 in every step, the terminating one included; with the Sutton–Barto reward −1 in the terminating
     *     step and 0 in all others
     * @param terminated whether the pole or the cart is beyond its limit
     */
    public record Outcome(double reward, boolean terminated) {}

    /** Starts an episode in a state that is uniform in [−0.05, 0.05)⁴. */
    public void reset(NumpyRandom random) {
        reset(random, RESET_LOW, RESET_HIGH);
    }

    /** Starts an episode in a state that is uniform in [low, high)⁴. */
    public void reset(NumpyRandom random, double low, double high) {
        double position = random.uniform(low, high);
        double velocity = random.uniform(low, high);
        double angle = random.uniform(low, high);
        double angularVelocity = random.uniform(low, high);
        setState(position, velocity, angle, angularVelocity);
    }

    /** Starts an episode in this state. */
    public void setState(double position, double velocity, double angle, double angularVelocity) {
        x = position;
        xDot = velocity;
        theta = angle;
        thetaDot = angularVelocity;
        fallen = false;
    }

    /** Returns a new array with the state, indexed as in the table above. */
    public double[] state() {
        return new double[] {x, xDot, theta, thetaDot};
    }

    /**
     * Writes the observation, which is the state rounded to float32, into {@code target}, beginning at index {@code
     * offset}.
     */
    public void observe(float[] target, int offset) {
        target[offset] = (float) x;
        target[offset + 1] = (float) xDot;
        target[offset + 2] = (float) theta;
        target[offset + 3] = (float) thetaDot;
    }

    /**
     * Advances the state by one time step of 0.02 s.
     *
     * <p>A step after the end of the episode continues from the fallen state. Its reward is 0, or −1 with the
     * Sutton–Barto reward.
     *
     * @param action 0 pushes to the left, 1 to the right
     * @throws IllegalArgumentException for any other action
     */
    public Outcome step(int action) {
        if (action != 0 && action != 1) {
            throw new IllegalArgumentException("Expected action 0 or 1, found " + action);
        }
        double force = action == 1 ? FORCE : -FORCE;
        double cosTheta = Math.cos(theta);
        double sinTheta = Math.sin(theta);

        double temp = (force + POLE_MASS_LENGTH * (thetaDot * thetaDot) * sinTheta) / TOTAL_MASS;
        double thetaAcceleration = (GRAVITY * sinTheta - cosTheta * temp)
                / (HALF_POLE_LENGTH * (4.0 / 3.0 - POLE_MASS * (cosTheta * cosTheta) / TOTAL_MASS));
        double xAcceleration = temp - POLE_MASS_LENGTH * thetaAcceleration * cosTheta / TOTAL_MASS;

        switch (integrator) {
            case EULER -> {
                x = x + TIME_STEP * xDot;
                xDot = xDot + TIME_STEP * xAcceleration;
                theta = theta + TIME_STEP * thetaDot;
                thetaDot = thetaDot + TIME_STEP * thetaAcceleration;
            }
            case SEMI_IMPLICIT_EULER -> {
                xDot = xDot + TIME_STEP * xAcceleration;
                x = x + TIME_STEP * xDot;
                thetaDot = thetaDot + TIME_STEP * thetaAcceleration;
                theta = theta + TIME_STEP * thetaDot;
            }
        }

        boolean terminated = x < -POSITION_LIMIT || x > POSITION_LIMIT || theta < -ANGLE_LIMIT || theta > ANGLE_LIMIT;
        double reward = reward(terminated);
        fallen |= terminated;
        return new Outcome(reward, terminated);
    }

    private double reward(boolean terminated) {
        if (suttonBartoReward) {
            return terminated ? -1.0 : 0.0;
        }
        return terminated && fallen ? 0.0 : 1.0;
    }
}
