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
 * Keeps the order of use that {@link VectorEnv} promises for n copies in this process: which calls are allowed now, and
 * which copies were never reset, are in an episode, or have ended one. Not thread-safe.
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

    /** Makes the states of n copies that wait for their first reset; {@code id} is for the errors. */
    CopyStates(String id, int copies, AutoresetMode mode) {
        this.id = id;
        this.copies = copies;
        this.mode = mode;
        this.states = new State[copies];
        forget();
    }

    /**
     * Checks that this reset is allowed now.
     *
     * @param seeded whether a copy has a generator already, so that it may be reset without a seed
     * @throws EnvironmentException when seeds or mask do not fit, or a copy would start without a generator
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

    /** Returns whether a reset is of this copy. */
    static boolean chosen(ResetRequest request, int copy) {
        return request.mask().isEmpty() || request.mask().get(copy);
    }

    /** Returns the seed that a reset has for this copy. */
    static Optional<BigInteger> seed(ResetRequest request, int copy) {
        return request.seeds().isEmpty() ? Optional.empty() : request.seeds().get(copy);
    }

    /** The copy has begun an episode. */
    void started(int copy) {
        states[copy] = State.RUNNING;
    }

    /** No copy's state is known any more: every copy must be reset before the next step. */
    void forget() {
        Arrays.fill(states, State.NEVER_RESET);
    }

    /**
     * Checks that a step may be sent now.
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

    /** A step has been sent. */
    void sent() {
        inFlight = true;
    }

    /**
     * The step in flight is received.
     *
     * @throws IllegalStateException when none is in flight, or the environment is closed
     */
    void takeStep() {
        requireOpen("receive()");
        if (!inFlight) {
            throw new IllegalStateException("Expected send() before receive(), found no step in flight");
        }
        inFlight = false;
    }

    /** Every copy has been stepped, or reset where NEXT_STEP resets it. */
    void stepped(boolean[] terminated, boolean[] truncated) {
        if (mode != AutoresetMode.SAME_STEP) {
            for (int i = 0; i < copies; i++) {
                states[i] = terminated[i] || truncated[i] ? State.ENDED : State.RUNNING;
            }
        }
    }

    /** Returns whether the copy's last step ended its episode, and it has not been reset since. */
    boolean ended(int copy) {
        return states[copy] == State.ENDED;
    }

    /**
     * Checks that this copy may be rendered now.
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

    /** Closes; returns whether it was open. */
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
