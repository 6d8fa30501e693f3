package dev.gangway.learning.experiment;

import dev.gangway.inference.policy.DivergedException;
import dev.gangway.learning.learner.Learner;
import dev.gangway.learning.learner.ObjectiveSettings;
import dev.gangway.learning.learner.Ppo;
import dev.gangway.learning.learner.ScheduledLearner;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.function.Consumer;

/** Finds in a training's batches what makes learning fail although every number is valid. */
final class BatchDiagnosis {
    /** The square of such a reward is near the end of float32's precision, in which networks compute. */
    private static final double LARGE_REWARD = 1e6;

    private final boolean normalizesAdvantages;
    private final Consumer<String> note;
    private double largestReward;
    private boolean singleStepTold;

    private BatchDiagnosis(boolean normalizesAdvantages, Consumer<String> note) {
        this.normalizesAdvantages = normalizesAdvantages;
        this.note = note;
    }

    /** Returns what looks at the batches of a training; {@code note} hears what its user should know. */
    static BatchDiagnosis of(ObjectiveSettings objective, Learner learner, Consumer<String> note) {
        Learner first =
                learner instanceof ScheduledLearner scheduled ? scheduled.at().apply(0) : learner;
        boolean byPart = first instanceof Ppo ppo && ppo.settings().normalizeMinibatches();
        return new BatchDiagnosis(objective.normalized() || byPart, note);
    }

    /** Looks at a batch whose rewards are those that are learnt from. */
    void saw(TrajectoryBatch batch) {
        for (double reward : batch.rewards()) {
            largestReward = Math.max(largestReward, Math.abs(reward));
        }
        if (normalizesAdvantages && !singleStepTold && batch.validRows() == 1) {
            singleStepTold = true;
            note.accept(
                    "A batch held one step alone, whose normalized advantage is 0, so that nothing was learnt of it."
                            + " Collect more in a batch, by rollout.episodes or environment.copies, or learn without"
                            + " estimator.normalize_advantages and learner.ppo.normalize_minibatches");
        }
    }

    /** Returns the failure of the policy with the cause that the batches show, if they show one. */
    DivergedException explained(DivergedException failure) {
        return largestReward < LARGE_REWARD
                ? failure
                : failure.withAdvice("training has diverged with rewards as large as %.1E, of which networks compute"
                                .formatted(largestReward)
                        + " returns and their squares with float32: scale or clip them with a wrapper transform_reward"
                        + " or clip_reward, or set estimator.normalize_rewards {}");
    }
}
