package dev.gangway.learning.experiment;

import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.Unresolved;
import dev.gangway.learning.learner.LearnerFactory;
import dev.gangway.learning.learner.NaturalGradient;
import dev.gangway.learning.learner.Ppo;
import dev.gangway.learning.learner.ScheduledLearner;
import dev.gangway.learning.optimizer.Schedule;
import dev.gangway.learning.provider.LearnerProvider;
import dev.gangway.learning.rollout.Minibatches;
import dev.gangway.v1.LearnerConfig;
import dev.gangway.v1.NaturalGradientLearner;
import dev.gangway.v1.PpoLearner;

/** Maps the learner of a resolved experiment. */
final class LearnerChoices {
    private LearnerChoices() {}

    static LearnerFactory of(LearnerConfig config, CustomParts custom) {
        return switch (config.getKindCase()) {
            case POLICY_GRADIENT -> LearnerFactory.policyGradient();
            case PPO ->
                parts -> new ScheduledLearner(progress ->
                        new Ppo(parts.objective(progress), parts.optimizer(), settings(config.getPpo(), progress)));
            case NATURAL_GRADIENT -> LearnerFactory.naturalGradient(settings(config.getNaturalGradient()));
            case CUSTOM -> custom.make(LearnerProvider.class, config.getCustom(), "learner.custom");
            case KIND_NOT_SET -> throw Unresolved.field("learner");
        };
    }

    private static Ppo.Settings settings(PpoLearner config, double progress) {
        Schedule clip = new Schedule.Linear(
                config.getClip(),
                config.hasClipSchedule() ? config.getClipSchedule().getFinalFraction() : 1);
        return new Ppo.Settings(
                clip.at(progress),
                config.getEpochs(),
                new Minibatches(config.getMinibatches()),
                config.getNormalizeMinibatches(),
                config.hasTargetKl() ? config.getTargetKl() : Double.POSITIVE_INFINITY);
    }

    private static NaturalGradient.Settings settings(NaturalGradientLearner config) {
        return new NaturalGradient.Settings(
                config.getDivergence(),
                config.getDamping(),
                config.getIterations(),
                config.hasLineSearch() ? config.getLineSearch().getHalvings() : -1);
    }
}
