package dev.gangway.environment.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.local.CartPole.Outcome;
import dev.gangway.environment.local.CartPoleOptions.Integrator;
import dev.gangway.environment.random.NumpyRandom;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CartPoleTest {
    private static CartPole cartPole(Integrator integrator) {
        return new CartPole(CartPoleOptions.STANDARD.withIntegrator(integrator));
    }

    /**
     * The equations of motion before they are solved for the accelerations (Lagrange's, for a uniform pole): (M + m)ẍ +
     * ml(θ̈ cos θ − θ̇² sin θ) = F and ẍ cos θ + (4/3)lθ̈ = g sin θ.
     */
    @Test
    void accelerationsSolveTheEquationsOfMotion() {
        SplittableRandom random = new SplittableRandom(3);
        CartPole cartPole = cartPole(Integrator.EULER);
        for (int i = 0; i < 1000; i++) {
            double theta = random.nextDouble(-3, 3);
            double thetaDot = random.nextDouble(-5, 5);
            int action = random.nextInt(2);
            cartPole.setState(0, 0, theta, thetaDot);
            cartPole.step(action);
            double xAcceleration = cartPole.state()[1] / 0.02;
            double thetaAcceleration = (cartPole.state()[3] - thetaDot) / 0.02;
            double massTimesLength = 0.1 * 0.5;
            double force = 1.1 * xAcceleration
                    + massTimesLength * (thetaAcceleration * Math.cos(theta) - thetaDot * thetaDot * Math.sin(theta));
            assertEquals(action == 1 ? 10 : -10, force, 1e-11);
            assertEquals(
                    9.8 * Math.sin(theta),
                    xAcceleration * Math.cos(theta) + 4.0 / 3.0 * 0.5 * thetaAcceleration,
                    1e-11);
        }
    }

    @Test
    void explicitEulerAdvancesPositionsWithTheOldVelocities() {
        CartPole cartPole = cartPole(Integrator.EULER);
        cartPole.setState(1, 0.5, 0.1, -0.25);
        cartPole.step(1);
        assertEquals(1 + 0.02 * 0.5, cartPole.state()[0]);
        assertEquals(0.1 - 0.02 * 0.25, cartPole.state()[2]);
    }

    @Test
    void semiImplicitEulerAdvancesPositionsWithTheNewVelocities() {
        CartPole cartPole = cartPole(Integrator.SEMI_IMPLICIT_EULER);
        cartPole.setState(1, 0.5, 0.1, -0.25);
        cartPole.step(1);
        double[] state = cartPole.state();
        assertEquals(1 + 0.02 * state[1], state[0]);
        assertEquals(0.1 + 0.02 * state[3], state[2]);
        assertTrue(state[1] > 0.5 && state[3] < -0.25, "pushed to the right, the pole falls to the left");
    }

    @Test
    void bothIntegratorsHaveTheSameVelocities() {
        CartPole explicit = cartPole(Integrator.EULER);
        CartPole semiImplicit = cartPole(Integrator.SEMI_IMPLICIT_EULER);
        explicit.setState(0, 1, 0.1, 0.2);
        semiImplicit.setState(0, 1, 0.1, 0.2);
        explicit.step(0);
        semiImplicit.step(0);
        assertEquals(explicit.state()[1], semiImplicit.state()[1]);
        assertEquals(explicit.state()[3], semiImplicit.state()[3]);
    }

    @Test
    void theEpisodeTerminatesBeyond12DegreesAnd2Point4Metres() {
        double degrees12 = Math.toRadians(12);
        assertFalse(terminates(2.4, 0));
        assertTrue(terminates(Math.nextUp(2.4), 0));
        assertFalse(terminates(-2.4, 0));
        assertTrue(terminates(-Math.nextUp(2.4), 0));
        assertFalse(terminates(0, degrees12 - 1e-9));
        assertTrue(terminates(0, degrees12 + 1e-9));
        assertFalse(terminates(0, -degrees12 + 1e-9));
        assertTrue(terminates(0, -degrees12 - 1e-9));
    }

    private static boolean terminates(double x, double theta) {
        CartPole cartPole = cartPole(Integrator.EULER);
        cartPole.setState(x, 0, theta, 0); // at rest, explicit Euler leaves the positions
        return cartPole.step(0).terminated();
    }

    @Test
    void everyStepIsWorthOneAlsoTheLastButNoneAfterIt() {
        CartPole cartPole = cartPole(Integrator.EULER);
        cartPole.setState(0, 0, 0, 0);
        assertEquals(new Outcome(1, false), cartPole.step(0));
        cartPole.setState(3, 0, 0, 0);
        assertEquals(new Outcome(1, true), cartPole.step(0));
        assertEquals(new Outcome(0, true), cartPole.step(0));
        cartPole.reset(new NumpyRandom(0));
        assertEquals(new Outcome(1, false), cartPole.step(0));
    }

    @Test
    void suttonAndBartosRewardIsMinusOneForFalling() {
        CartPole cartPole = new CartPole(CartPoleOptions.STANDARD.withSuttonBartoReward(true));
        cartPole.setState(0, 0, 0, 0);
        assertEquals(new Outcome(0, false), cartPole.step(0));
        cartPole.setState(3, 0, 0, 0);
        assertEquals(new Outcome(-1, true), cartPole.step(0));
        assertEquals(new Outcome(-1, true), cartPole.step(0));
    }

    /** The state after {@code reset(seed=123, options={"low": -0.1, "high": 0.1})} in Gymnasium's own documentation. */
    @Test
    void aResetDrawsPositionVelocityAngleAndAngularVelocityInThisOrder() {
        CartPole cartPole = cartPole(Integrator.EULER);
        cartPole.reset(new NumpyRandom(123), -0.1, 0.1);
        float[] observation = new float[6];
        cartPole.observe(observation, 1);
        assertArrayEquals(new float[] {0, 0.03647037f, -0.0892358f, -0.05592803f, -0.06312564f, 0}, observation, 1e-8f);
    }

    @Test
    void anActionThatIsNeitherLeftNorRightIsRefused() {
        CartPole cartPole = cartPole(Integrator.EULER);
        assertThrows(IllegalArgumentException.class, () -> cartPole.step(2));
        assertThrows(IllegalArgumentException.class, () -> cartPole.step(-1));
        assertArrayEquals(new double[4], cartPole.state());
    }

    @Test
    void optionsChangeOneAtATime() {
        CartPoleOptions standard = CartPoleOptions.STANDARD;
        assertEquals(OptionalInt.of(500), standard.maxEpisodeSteps());
        assertEquals(
                new CartPoleOptions(Integrator.EULER, true, OptionalInt.of(500)), standard.withSuttonBartoReward(true));
        assertEquals(
                new CartPoleOptions(Integrator.SEMI_IMPLICIT_EULER, false, OptionalInt.of(9)),
                standard.withIntegrator(Integrator.SEMI_IMPLICIT_EULER).withMaxEpisodeSteps(9));
        assertEquals(OptionalInt.empty(), standard.withoutTimeLimit().maxEpisodeSteps());
        assertThrows(IllegalArgumentException.class, () -> standard.withMaxEpisodeSteps(0));
    }
}
