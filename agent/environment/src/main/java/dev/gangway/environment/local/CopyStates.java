package dev.gangway.environment.local;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.VectorEnv;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Enforces the order of use that {@link VectorEnv} promises for n copies in this process. It knows which calls are
 * allowed at present, and whether each copy was never reset, is in an episode, or has ended one. Not thread-safe.
 */
final class CopyStates {
    private enum State {
        NEVER_RESET,
        RUNNING,
        ENDED
    }

    private final String id;
    private final int copies;
    private final AutoresetMode mode;
    private final State[] states;
    private boolean inFlight;
    private boolean closed;

    /**
     * Creates the states of n copies that wait for their first reset.
     *
     * @param id id of the environment, which the errors name
     */
    CopyStates(String id, int copies, AutoresetMode mode) {
        this.id = id;
        this.copies = copies;
        this.mode = mode;
        this.states = new State[copies];
        forget();
    }

    /**
     * Checks that a reset is allowed at present.
     *
     * @param seeded whether a copy has a generator already, and may be reset without a seed
     * @throws EnvironmentException when seeds or mask do not fit, or when a copy would start without a generator
     * @throws IllegalStateException when a step is in flight, or the environment is closed
     */
    void checkReset(ResetRequest request, IntPredicate seeded) {
        requireIdle("reset()");
        checkLengths(request);
        for (int i = 0; i < copies; i++) {
            if (!chosen(request, i) && states[i] == State.NEVER_RESET) {
                throw new EnvironmentException("Expected the first reset of " + id + " to be of every copy, found copy "
                        + i + " left out by the mask");
            }
            if (chosen(request, i) && seed(request, i).isEmpty() && !seeded.test(i)) {
                throw new EnvironmentException("Expected a seed for copy " + i + " of " + id
                        + " in its first reset, found none; pass ResetRequest.seeded(seed, copies)");
            }
        }
    }

    private void checkLengths(ResetRequest request) {
        int seeds = request.seeds().size();
        if (seeds != 0 && seeds != copies) {
            throw new EnvironmentException("Expected no seeds or one per copy, " + copies + ", found " + seeds);
        }
        int mask = request.mask().size();
        if (mask != 0 && mask != copies) {
            throw new EnvironmentException(
                    "Expected an empty reset mask or one entry per copy, " + copies + ", found " + mask);
        }
        if (mask != 0 && !request.mask().contains(true)) {
            throw new EnvironmentException(
                    "Expected a reset mask that chooses at least one copy, found " + request.mask());
        }
        if (mode != AutoresetMode.DISABLED && request.mask().contains(false)) {
            throw new EnvironmentException("Expected a reset mask that chooses every copy with autoreset " + mode
                    + ", found " + request.mask() + "; only DISABLED may leave copies out");
        }
    }

    /** Returns whether the request resets this copy. */
    static boolean chosen(ResetRequest request, int copy) {
        return request.mask().isEmpty() || request.mask().get(copy);
    }

    /** Returns the seed that the request has for this copy. */
    static Optional<BigInteger> seed(ResetRequest request, int copy) {
        return request.seeds().isEmpty() ? Optional.empty() : request.seeds().get(copy);
    }

    /** Records that the copy has begun an episode. */
    void started(int copy) {
        states[copy] = State.RUNNING;
    }

    /** Records that the state of every copy is unknown. Every copy must be reset before the next step. */
    void forget() {
        Arrays.fill(states, State.NEVER_RESET);
    }

    /**
     * Checks that a step may be sent at present.
     *
     * @throws EnvironmentException when a copy must be reset first
     * @throws IllegalStateException when a step is in flight, or the environment is closed
     */
    void checkSend() {
        requireIdle("send()");
        for (int i = 0; i < copies; i++) {
            if (states[i] == State.NEVER_RESET) {
                throw new EnvironmentException("Expected a reset before the first step of " + id + ", found copy " + i
                        + " not yet reset; call reset() first");
            }
            if (states[i] == State.ENDED && mode == AutoresetMode.DISABLED) {
                throw new EnvironmentException("Expected running copies of " + id + ", found copy " + i
                        + " at the end of its episode; with autoreset DISABLED, reset it by ResetRequest.mask()");
            }
        }
    }

    /** Records that a step has been sent. */
    void sent() {
        inFlight = true;
    }

    /**
     * Records that the step in flight is being received.
     *
     * @throws IllegalStateException when no step is in flight, or the environment is closed
     */
    void takeStep() {
        requireOpen("receive()");
        if (!inFlight) {
            throw new IllegalStateException("Expected send() before receive(), found no step in flight");
        }
        inFlight = false;
    }

    /** Records the flags of a step, in which every copy was stepped or, with NEXT_STEP, reset. */
    void stepped(boolean[] terminated, boolean[] truncated) {
        if (mode != AutoresetMode.SAME_STEP) {
            for (int i = 0; i < copies; i++) {
                states[i] = terminated[i] || truncated[i] ? State.ENDED : State.RUNNING;
            }
        }
    }

    /** Returns whether the last step of the copy ended its episode and the copy has not been reset since. */
    boolean ended(int copy) {
        return states[copy] == State.ENDED;
    }

    /**
     * Checks that this copy may be rendered at present.
     *
     * @throws EnvironmentException when there is no such copy, or it was never reset
     * @throws IllegalStateException when a step is in flight, or the environment is closed
     */
    void checkRender(int copy) {
        requireIdle("render()");
        if (copy < 0 || copy >= copies) {
            throw new EnvironmentException("Expected a copy in [0, " + copies + ") to render, found " + copy);
        }
        if (states[copy] == State.NEVER_RESET) {
            throw new EnvironmentException(
                    "Expected a reset before rendering " + id + ", found copy " + copy + " not yet reset");
        }
    }

    /** Records that the environment is closed, and returns whether it was open before. */
    boolean close() {
        boolean wasOpen = !closed;
        closed = true;
        return wasOpen;
    }

    private void requireIdle(String call) {
        requireOpen(call);
        if (inFlight) {
            throw new IllegalStateException("Expected receive() before " + call + ", found a step in flight");
        }
    }

    private void requireOpen(String call) {
        if (closed) {
            throw new IllegalStateException("Expected an open " + id + " for " + call + ", found it closed");
        }
    }
}
