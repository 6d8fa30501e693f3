package dev.gangway.env;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.testing.Batches;
import dev.gangway.testing.Trajectories;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * How every {@link VectorEnv} refuses what it is asked wrongly, and that it stands afterwards as if it had not been
 * asked. Part of {@link VectorEnvContract}.
 */
abstract class VectorEnvErrorContract extends VectorEnvHarness {
    private static final int STEPS = 10;
    private static final long OUTSIDE = 100; // beyond every element of the action spaces that the suite runs on

    VectorEnvErrorContract(String id, int copies) {
        super(id, copies);
    }

    private VectorEnv open() {
        return open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
    }

    /** Returns actions of which the last copy's is outside its space. */
    private Tensor withBadLast(VectorEnv env) {
        ArraySpace space = env.spec().actionSpace().asArraySpace();
        ByteBuffer data = Tensor.allocate(space.dtype(), space.shape());
        while (data.hasRemaining()) {
            if (space.dtype().isFloating()) {
                Elements.putDouble(data, space.dtype(), OUTSIDE);
            } else {
                Elements.putLong(data, space.dtype(), OUTSIDE);
            }
        }
        Tensor good = actions(env, 1).get(0);
        List<Tensor> rows = new ArrayList<>(
                IntStream.range(0, copies - 1).mapToObj(good::row).toList());
        rows.add(Tensor.wrap(space.dtype(), space.shape(), data.flip()));
        return Batches.stack(rows);
    }

    private static Tensor zeros(DType dtype, int[] shape) {
        return Tensor.wrap(dtype, shape, Tensor.allocate(dtype, shape));
    }

    /** The request is refused in the middle of a trajectory, which then goes on as if nothing had been asked. */
    private String assertRefusedWithoutATrace(VectorEnv env, Executable request) {
        List<Tensor> actions = actions(env, STEPS);
        List<Object> expected = Trajectories.run(env, seeded(), actions);
        List<Object> found = new ArrayList<>(Trajectories.run(env, seeded(), actions.subList(0, STEPS / 2)));
        EnvironmentException error = assertThrows(EnvironmentException.class, request);
        actions.subList(STEPS / 2, STEPS).forEach(batch -> found.add(Trajectories.comparable(env.step(batch))));
        assertEquals(expected, found);
        return error.getMessage();
    }

    /** A part may begin the sentence, so upper and lower case are the same. */
    private static void assertNames(String message, String... parts) {
        String lower = message.toLowerCase(Locale.ROOT);
        for (String part : parts) {
            assertTrue(lower.contains(part.toLowerCase(Locale.ROOT)), () -> "Expected \"" + part + "\" in: " + message);
        }
    }

    @Test
    void aStepBeforeTheFirstResetIsRefused() {
        VectorEnv env = open();
        Tensor action = actions(env, 1).get(0);
        EnvironmentException error = assertThrows(EnvironmentException.class, () -> env.step(action));
        assertNames(error.getMessage(), "reset");
        env.reset(seeded());
        env.step(action);
    }

    /** A Box's bounds are the environment's to enforce: many of Gymnasium's clip. */
    @Test
    void anActionOutsideItsSpaceIsRefusedNamingCopySpaceAndValueUnlessTheSpaceIsABox() {
        VectorEnv env = open();
        ArraySpace space = env.spec().actionSpace().asArraySpace();
        Tensor bad = withBadLast(env);
        if (space instanceof Box) {
            env.reset(seeded());
            assertEquals(copies, env.step(bad).rewards().length);
        } else {
            String message = assertRefusedWithoutATrace(env, () -> env.step(bad));
            assertNames(message, "copy " + (copies - 1), space.toString(), Long.toString(OUTSIDE));
        }
    }

    @Test
    void theActionOfACopyThatIsBeingResetIsIgnored() {
        VectorEnv env = open(AutoresetMode.NEXT_STEP, OptionalInt.of(1));
        env.reset(seeded());
        env.step(actions(env, 1).get(0)); // ends every episode
        assertEquals(0, env.step(withBadLast(env)).rewards()[copies - 1]);
    }

    @Test
    void actionsOfAnotherTypeAreRefused() {
        VectorEnv env = open();
        Tensor action = actions(env, 1).get(0);
        for (DType other : DType.values()) {
            boolean cast = other.isFloating() && action.dtype().isFloating(); // an implementation may
            if (other != action.dtype() && !cast) {
                String message = assertRefusedWithoutATrace(env, () -> env.step(zeros(other, action.shape())));
                assertNames(message, other.numpyName());
            }
        }
    }

    @Test
    void actionsForAnotherNumberOfCopiesAreRefused() {
        VectorEnv env = open();
        for (int count : new int[] {copies - 1, copies + 1}) {
            int[] shape = actions(env, 1).get(0).shape();
            shape[0] = count;
            assertRefusedWithoutATrace(
                    env,
                    () -> env.step(zeros(env.spec().actionSpace().asArraySpace().dtype(), shape)));
        }
    }

    @Test
    void actionsOfAnotherShapeAreRefused() {
        VectorEnv env = open();
        int[] shape = IntStream.concat(IntStream.of(actions(env, 1).get(0).shape()), IntStream.of(1))
                .toArray();
        assertRefusedWithoutATrace(
                env,
                () -> env.step(zeros(env.spec().actionSpace().asArraySpace().dtype(), shape)));
    }

    @Test
    void aResetWithTheWrongNumberOfSeedsIsRefused() {
        VectorEnv env = open();
        assertRefusedWithoutATrace(env, () -> env.reset(ResetRequest.seeded(SEED, copies + 1)));
    }

    @Test
    void aMaskOfTheWrongLengthOrWithoutACopyIsRefused() {
        VectorEnv env = open(AutoresetMode.DISABLED, OptionalInt.of(STEPS + 1));
        env.reset(seeded());
        for (List<Boolean> mask : List.of(Collections.nCopies(copies + 1, true), Collections.nCopies(copies, false))) {
            assertThrows(EnvironmentException.class, () -> env.reset(request(mask)));
        }
        env.step(actions(env, 1).get(0));
    }

    @Test
    void onlyDisabledAutoresetTakesAMaskThatLeavesCopiesOut() {
        List<Boolean> mask = new ArrayList<>(Collections.nCopies(copies, true));
        mask.set(0, false);
        for (AutoresetMode mode : List.of(AutoresetMode.SAME_STEP, AutoresetMode.NEXT_STEP)) {
            VectorEnv env = open(mode, REGISTERED_LIMIT);
            assertRefusedWithoutATrace(env, () -> env.reset(request(mask)));
        }
    }

    @Test
    void theFirstResetLeavesNoCopyOut() {
        VectorEnv env = open(AutoresetMode.DISABLED, REGISTERED_LIMIT);
        List<Boolean> mask = new ArrayList<>(Collections.nCopies(copies, true));
        mask.set(0, false);
        assertThrows(EnvironmentException.class, () -> env.reset(request(mask)));
        env.reset(seeded());
        env.step(actions(env, 1).get(0));
    }

    private ResetRequest request(List<Boolean> mask) {
        return new ResetRequest(Collections.nCopies(copies, OptionalLong.of(3)), Map.of(), mask);
    }

    @Test
    void aCopyThatEndedIsNotSteppedBeforeItIsResetByHand() {
        VectorEnv env = open(AutoresetMode.DISABLED, OptionalInt.of(2));
        List<Tensor> actions = actions(env, 2);
        env.reset(seeded());
        env.step(actions.get(0));
        List<Boolean> last = new ArrayList<>(Collections.nCopies(copies, false));
        last.set(copies - 1, true);
        env.reset(request(last)); // every other copy now ends one step earlier
        env.step(actions.get(1));
        if (copies == 1) {
            env.step(actions.get(1));
        }
        EnvironmentException error = assertThrows(EnvironmentException.class, () -> env.step(actions.get(0)));
        assertNames(error.getMessage(), "copy 0", "DISABLED");
        env.reset(seeded());
        env.step(actions.get(0));
    }

    @Test
    void receiveWithoutSendBreaksTheOrderOfUse() {
        VectorEnv env = open();
        assertThrows(IllegalStateException.class, env::receive);
        env.reset(seeded());
        assertThrows(IllegalStateException.class, env::receive);
        env.step(actions(env, 1).get(0));
        assertThrows(IllegalStateException.class, env::receive);
    }

    @Test
    void whileAStepIsInFlightOnlyReceiveIsAllowed() {
        VectorEnv env = open();
        List<Tensor> actions = actions(env, 2);
        List<Object> expected = Trajectories.run(env, seeded(), actions);
        List<Object> found = new ArrayList<>();
        found.add(Trajectories.comparable(env.reset(seeded())));
        for (Tensor action : actions) {
            env.send(action);
            assertThrows(IllegalStateException.class, () -> env.send(action));
            assertThrows(IllegalStateException.class, () -> env.reset(seeded()));
            assertThrows(IllegalStateException.class, () -> env.render(0));
            found.add(Trajectories.comparable(env.receive()));
        }
        assertEquals(expected, found);
    }

    @Test
    void closingTwiceDoesNothingAndAClosedEnvironmentRefuses() {
        VectorEnv env = open();
        env.reset(seeded());
        Tensor action = actions(env, 1).get(0);
        env.close();
        env.close();
        assertThrows(IllegalStateException.class, () -> env.reset(seeded()));
        assertThrows(IllegalStateException.class, () -> env.send(action));
        assertThrows(IllegalStateException.class, env::receive);
        assertThrows(IllegalStateException.class, () -> env.render(0));
    }

    @Test
    void anEnvironmentMayBeClosedWithAStepInFlight() {
        VectorEnv env = open();
        env.reset(seeded());
        env.send(actions(env, 1).get(0));
        env.close();
        assertThrows(IllegalStateException.class, env::receive);
    }
}
