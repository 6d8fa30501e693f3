package dev.gangway.learning.experiment;

import dev.gangway.v1.Experiment;
import dev.gangway.v1.KlAdaptiveSchedule;
import dev.gangway.v1.OptimizerConfig;
import java.util.ArrayList;
import java.util.List;

/** What must hold of learning rates that adapt to the policy's divergence. */
final class ScheduleConsistency {
    private ScheduleConsistency() {}

    /** Returns the problems, empty when there are none. */
    static List<String> problems(Experiment experiment) {
        List<String> problems = new ArrayList<>();
        OptimizerConfig optimizer = experiment.getOptimizer();
        if (optimizer.hasKlAdaptive() && experiment.getLearner().hasNaturalGradient()) {
            problems.add("optimizer.kl_adaptive: expected constant or linear with learner.natural_gradient, whose steps"
                    + " have a divergence of their own, found kl_adaptive");
        }
        if (optimizer.hasKlAdaptive()) {
            KlAdaptiveSchedule limits = optimizer.getKlAdaptive();
            double rate = ScheduleChoices.learningRate(optimizer);
            if (rate < limits.getMinLearningRate() || rate > limits.getMaxLearningRate()) {
                problems.add(
                        ("optimizer.kl_adaptive: expected the optimizer's learning_rate between min_learning_rate (%s)"
                                        + " and max_learning_rate (%s), found %s")
                                .formatted(limits.getMinLearningRate(), limits.getMaxLearningRate(), rate));
            }
        }
        if (experiment.getEstimator().getValueFunction().getOptimizer().hasKlAdaptive()) {
            problems.add(ofValue("estimator.value_function"));
        }
        if (experiment
                .getEstimator()
                .getActionValue()
                .getFunction()
                .getOptimizer()
                .hasKlAdaptive()) {
            problems.add(ofValue("estimator.action_value.function"));
        }
        return problems;
    }

    private static String ofValue(String function) {
        return function + ".optimizer.kl_adaptive: expected constant or linear, because a value function's fit has no"
                + " divergence of the policy, found kl_adaptive";
    }
}
