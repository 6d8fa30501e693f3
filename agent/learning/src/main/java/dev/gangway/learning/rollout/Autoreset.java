package dev.gangway.learning.rollout;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.StepResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When a copy whose episode has ended begins its next one: what whoever drives an environment has to know of its {@link
 * AutoresetMode}, with one implementation for each mode. An object belongs to one lane, and hears of all its resets and
 * steps.
 */
sealed interface Autoreset {
    /** Makes the strategy of a mode for a lane of so many copies. */
    static Autoreset of(AutoresetMode mode, int copies) {
        return switch (mode) {
            case SAME_STEP -> new SameStep();
            case NEXT_STEP -> new NextStep(copies);
            case DISABLED -> new Disabled(copies);
        };
    }

    /** Hears that all copies were reset, which forgets every end. */
    void reset();

    /** Hears of a step before anything is asked about it. */
    void stepped(StepResult result);

    /** Returns whether the last step only reset this copy, ignoring its action, and so was no step of an episode. */
    boolean onlyReset(int copy);

    /** Returns whether the observation of the last step, in which this copy ended or not, is the first of an episode. */
    boolean isFirst(int copy, boolean ended);

    /** Returns the reset that the environment needs before its next step, if it needs one; again it is empty. */
    Optional<ResetRequest> neededReset();

    /** A copy that ends is reset in the same step, whose final observations come apart from the others. */
    final class SameStep implements Autoreset {
        @Override
        public void reset() {}

        @Override
        public void stepped(StepResult result) {}

        @Override
        public boolean onlyReset(int copy) {
            return false;
        }

        @Override
        public boolean isFirst(int copy, boolean ended) {
            return ended;
        }

        @Override
        public Optional<ResetRequest> neededReset() {
            return Optional.empty();
        }
    }

    /** A copy that ended is reset by the next step, which does nothing else to it. */
    final class NextStep implements Autoreset {
        private boolean[] resetByLast;
        private boolean[] resetByNext;

        NextStep(int copies) {
            resetByLast = new boolean[copies];
            resetByNext = new boolean[copies];
        }

        @Override
        public void reset() {
            Arrays.fill(resetByLast, false);
            Arrays.fill(resetByNext, false);
        }

        @Override
        public void stepped(StepResult result) {
            boolean[] reused = resetByLast;
            resetByLast = resetByNext;
            resetByNext = reused;
            for (int i = 0; i < reused.length; i++) {
                reused[i] = result.terminated()[i] || result.truncated()[i];
            }
        }

        @Override
        public boolean onlyReset(int copy) {
            return resetByLast[copy];
        }

        @Override
        public boolean isFirst(int copy, boolean ended) {
            return resetByLast[copy];
        }

        @Override
        public Optional<ResetRequest> neededReset() {
            return Optional.empty();
        }
    }

    /** A copy that ended stands in its final state until it is reset by mask, with its generator as it is. */
    final class Disabled implements Autoreset {
        private final boolean[] ended;
        private boolean any;

        Disabled(int copies) {
            ended = new boolean[copies];
        }

        @Override
        public void reset() {
            Arrays.fill(ended, false);
            any = false;
        }

        @Override
        public void stepped(StepResult result) {
            for (int i = 0; i < ended.length; i++) {
                ended[i] = result.terminated()[i] || result.truncated()[i];
                any |= ended[i];
            }
        }

        @Override
        public boolean onlyReset(int copy) {
            return false;
        }

        @Override
        public boolean isFirst(int copy, boolean endedNow) {
            return false;
        }

        @Override
        public Optional<ResetRequest> neededReset() {
            if (!any) {
                return Optional.empty();
            }
            List<Boolean> mask = new ArrayList<>();
            for (boolean copy : ended) {
                mask.add(copy);
            }
            any = false;
            return Optional.of(new ResetRequest(List.of(), Map.of(), mask));
        }
    }
}
