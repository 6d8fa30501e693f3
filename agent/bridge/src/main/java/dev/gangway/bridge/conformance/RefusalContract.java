package dev.gangway.bridge.conformance;

import static dev.gangway.bridge.conformance.Expect.equal;
import static dev.gangway.bridge.conformance.Expect.refused;
import static dev.gangway.bridge.conformance.Expect.that;

import dev.gangway.environment.ArraySpace;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.Box;
import dev.gangway.environment.DType;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Checks how every {@link VectorEnv} refuses wrong requests, and that it goes on afterwards as if the request had not
 * been made.
 */
final class RefusalContract extends Harness {
    private static final int STEPS = 10;
    private static final int OUTSIDE = 100; // beyond every element of the action spaces that the suite runs on

    RefusalContract(Subject subject) {
        super(subject);
    }

    List<Check> checks() {
        return List.of(
                check("a step before the first reset is refused", this::aStepBeforeTheFirstResetIsRefused),
                check(
                        "an action outside its space is refused naming copy space and value unless it is a Box",
                        this::anActionOutsideItsSpaceIsRefusedNamingCopySpaceAndValueUnlessTheSpaceIsABox),
                check(
                        "the action of a copy that is being reset is ignored",
                        this::theActionOfACopyThatIsBeingResetIsIgnored),
                check("actions of another type are refused", this::actionsOfAnotherTypeAreRefused),
                check(
                        "actions for another number of copies are refused",
                        this::actionsForAnotherNumberOfCopiesAreRefused),
                check("actions of another shape are refused", this::actionsOfAnotherShapeAreRefused),
                check(
                        "a reset with the wrong number of seeds is refused",
                        this::aResetWithTheWrongNumberOfSeedsIsRefused),
                check(
                        "a mask of the wrong length or without a copy is refused",
                        this::aMaskOfTheWrongLengthOrWithoutACopyIsRefused),
                check(
                        "only DISABLED autoreset takes a mask that leaves copies out",
                        this::onlyDisabledAutoresetTakesAMaskThatLeavesCopiesOut),
                check("the first reset leaves no copy out", this::theFirstResetLeavesNoCopyOut),
                check(
                        "a copy that ended is not stepped before it is reset by hand",
                        this::aCopyThatEndedIsNotSteppedBeforeItIsResetByHand),
                check("receive without send breaks the order of use", this::receiveWithoutSendBreaksTheOrderOfUse),
                check(
                        "while a step is in flight only receive is allowed",
                        this::whileAStepIsInFlightOnlyReceiveIsAllowed),
                check(
                        "closing twice does nothing and a closed environment refuses",
                        this::closingTwiceDoesNothingAndAClosedEnvironmentRefuses),
                check(
                        "an environment may be closed with a step in flight",
                        this::anEnvironmentMayBeClosedWithAStepInFlight));
    }

    private VectorEnv open() {
        return open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
    }

    /** Returns a batch of actions in which the last copy's action lies outside its space. */
    private Tensor withBadLast(VectorEnv env) {
        ArraySpace space = env.spec().actionSpace().asArraySpace();
        ByteBuffer data = Tensor.allocate(space.dtype(), space.shape());
        while (data.hasRemaining()) {
            switch (space.dtype()) {
                case FLOAT16 -> data.putShort((short) 0x5640);
                case FLOAT32 -> data.putFloat(OUTSIDE);
                case FLOAT64 -> data.putDouble(OUTSIDE);
                default -> data.put((byte) OUTSIDE).put(new byte[space.dtype().itemSize() - 1]);
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

    /**
     * Makes a request in the middle of a trajectory, and checks that it is refused and that the trajectory continues as
     * if the request had not been made. Returns the message of the refusal.
     */
    private String assertRefusedWithoutATrace(VectorEnv env, Expect.Request request) {
        List<Tensor> actions = actions(env, STEPS);
        List<Object> expected = Trajectories.run(env, seeded(), actions);
        List<Object> found = new ArrayList<>(Trajectories.run(env, seeded(), actions.subList(0, STEPS / 2)));
        EnvironmentException error = refused(EnvironmentException.class, request);
        actions.subList(STEPS / 2, STEPS).forEach(batch -> found.add(Trajectories.comparable(env.step(batch))));
        equal(expected, found);
        return error.getMessage();
    }

    /**
     * Checks that a message names these parts. Upper and lower case are the same, because a part may begin the
     * sentence.
     */
    private static void assertNames(String message, String... parts) {
        String lower = message.toLowerCase(Locale.ROOT);
        for (String part : parts) {
            that(lower.contains(part.toLowerCase(Locale.ROOT)), () -> "Expected \"" + part + "\" in: " + message);
        }
    }

    private void aStepBeforeTheFirstResetIsRefused() {
        VectorEnv env = open();
        Tensor action = actions(env, 1).get(0);
        EnvironmentException error = refused(EnvironmentException.class, () -> env.step(action));
        assertNames(error.getMessage(), "reset");
        env.reset(seeded());
        env.step(action);
    }

    /**
     * Checks the refusal of actions outside their space. The bounds of a Box are not checked, because the environment
     * enforces them and many of Gymnasium's environments clip.
     */
    private void anActionOutsideItsSpaceIsRefusedNamingCopySpaceAndValueUnlessTheSpaceIsABox() {
        VectorEnv env = open();
        ArraySpace space = env.spec().actionSpace().asArraySpace();
        Tensor bad = withBadLast(env);
        if (space instanceof Box) {
            env.reset(seeded());
            equal(copies, env.step(bad).rewards().length);
        } else {
            String message = assertRefusedWithoutATrace(env, () -> env.step(bad));
            assertNames(message, "copy " + (copies - 1), space.toString(), Integer.toString(OUTSIDE));
        }
    }

    private void theActionOfACopyThatIsBeingResetIsIgnored() {
        VectorEnv env = open(AutoresetMode.NEXT_STEP, OptionalInt.of(1));
        env.reset(seeded());
        env.step(actions(env, 1).get(0)); // ends every episode
        equal(0, env.step(withBadLast(env)).rewards()[copies - 1]);
    }

    private void actionsOfAnotherTypeAreRefused() {
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

    private void actionsForAnotherNumberOfCopiesAreRefused() {
        VectorEnv env = open();
        for (int count : new int[] {copies - 1, copies + 1}) {
            int[] shape = actions(env, 1).get(0).shape();
            shape[0] = count;
            assertRefusedWithoutATrace(
                    env,
                    () -> env.step(zeros(env.spec().actionSpace().asArraySpace().dtype(), shape)));
        }
    }

    private void actionsOfAnotherShapeAreRefused() {
        VectorEnv env = open();
        int[] shape = IntStream.concat(IntStream.of(actions(env, 1).get(0).shape()), IntStream.of(1))
                .toArray();
        assertRefusedWithoutATrace(
                env,
                () -> env.step(zeros(env.spec().actionSpace().asArraySpace().dtype(), shape)));
    }

    private void aResetWithTheWrongNumberOfSeedsIsRefused() {
        VectorEnv env = open();
        assertRefusedWithoutATrace(env, () -> env.reset(ResetRequest.seeded(SEED, copies + 1)));
    }

    private void aMaskOfTheWrongLengthOrWithoutACopyIsRefused() {
        VectorEnv env = open(AutoresetMode.DISABLED, OptionalInt.of(STEPS + 1));
        env.reset(seeded());
        for (List<Boolean> mask : List.of(Collections.nCopies(copies + 1, true), Collections.nCopies(copies, false))) {
            refused(EnvironmentException.class, () -> env.reset(request(mask)));
        }
        env.step(actions(env, 1).get(0));
    }

    private void onlyDisabledAutoresetTakesAMaskThatLeavesCopiesOut() {
        List<Boolean> mask = new ArrayList<>(Collections.nCopies(copies, true));
        mask.set(0, false);
        for (AutoresetMode mode : List.of(AutoresetMode.SAME_STEP, AutoresetMode.NEXT_STEP)) {
            VectorEnv env = open(mode, REGISTERED_LIMIT);
            assertRefusedWithoutATrace(env, () -> env.reset(request(mask)));
        }
    }

    private void theFirstResetLeavesNoCopyOut() {
        VectorEnv env = open(AutoresetMode.DISABLED, REGISTERED_LIMIT);
        List<Boolean> mask = new ArrayList<>(Collections.nCopies(copies, true));
        mask.set(0, false);
        refused(EnvironmentException.class, () -> env.reset(request(mask)));
        env.reset(seeded());
        env.step(actions(env, 1).get(0));
    }

    private ResetRequest request(List<Boolean> mask) {
        return new ResetRequest(Collections.nCopies(copies, Optional.of(BigInteger.valueOf(3))), Map.of(), mask);
    }

    private void aCopyThatEndedIsNotSteppedBeforeItIsResetByHand() {
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
        EnvironmentException error = refused(EnvironmentException.class, () -> env.step(actions.get(0)));
        assertNames(error.getMessage(), "copy 0", "DISABLED");
        env.reset(seeded());
        env.step(actions.get(0));
    }

    private void receiveWithoutSendBreaksTheOrderOfUse() {
        VectorEnv env = open();
        refused(IllegalStateException.class, env::receive);
        env.reset(seeded());
        refused(IllegalStateException.class, env::receive);
        env.step(actions(env, 1).get(0));
        refused(IllegalStateException.class, env::receive);
    }

    private void whileAStepIsInFlightOnlyReceiveIsAllowed() {
        VectorEnv env = open();
        List<Tensor> actions = actions(env, 2);
        List<Object> expected = Trajectories.run(env, seeded(), actions);
        List<Object> found = new ArrayList<>();
        found.add(Trajectories.comparable(env.reset(seeded())));
        for (Tensor action : actions) {
            env.send(action);
            refused(IllegalStateException.class, () -> env.send(action));
            refused(IllegalStateException.class, () -> env.reset(seeded()));
            refused(IllegalStateException.class, () -> env.render(0));
            found.add(Trajectories.comparable(env.receive()));
        }
        equal(expected, found);
    }

    private void closingTwiceDoesNothingAndAClosedEnvironmentRefuses() {
        VectorEnv env = open();
        env.reset(seeded());
        Tensor action = actions(env, 1).get(0);
        env.close();
        env.close();
        refused(IllegalStateException.class, () -> env.reset(seeded()));
        refused(IllegalStateException.class, () -> env.send(action));
        refused(IllegalStateException.class, env::receive);
        refused(IllegalStateException.class, () -> env.render(0));
    }

    private void anEnvironmentMayBeClosedWithAStepInFlight() {
        VectorEnv env = open();
        env.reset(seeded());
        env.send(actions(env, 1).get(0));
        env.close();
        refused(IllegalStateException.class, env::receive);
    }
}
