package dev.gangway.learning.experiment;

import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.learning.estimator.SharedValue;
import dev.gangway.learning.estimator.ValueFunction;
import dev.gangway.learning.optimizer.Stateful;
import dev.gangway.v1.UsedProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a training was made of, by the part that each object plays, such as {@code estimator}: for the state that checkpoints
 * hold of parts that Gangway does not know.
 */
final class TrainingParts {
    private final Map<String, Object> parts = new LinkedHashMap<>();
    private Optional<CustomParts> custom = Optional.empty();

    /** Adds what plays a part. */
    void add(String part, Object made) {
        parts.put(part, made);
    }

    /** Says what made those parts that providers have made. */
    void madeBy(CustomParts makers) {
        custom = Optional.of(makers);
    }

    /** Returns the providers that have made parts, in the training or of its environments. */
    List<UsedProvider> providers() {
        return custom.map(CustomParts::used).orElse(List.of());
    }

    /** Returns the names of the classes that play the parts; a lambda has that of the class that it stands in. */
    Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        parts.forEach((part, made) -> names.put(part, made instanceof String name ? name : name(made.getClass())));
        return names;
    }

    private static String name(Class<?> made) {
        return made.isHidden() ? made.getName().replaceFirst("\\$\\$Lambda.*", "") + " (lambda)" : made.getName();
    }

    /** Returns the state of each part that has one, and that checkpoints have no field of their own for. */
    Map<String, Map<String, double[]>> states() {
        Map<String, Map<String, double[]>> states = new LinkedHashMap<>();
        parts.forEach((part, made) -> {
            if (made instanceof Stateful stateful && !hasOwnFields(made)) {
                Map<String, double[]> state = stateful.exportState();
                if (!state.isEmpty()) {
                    states.put(part, state);
                }
            }
        });
        return states;
    }

    /**
     * Gives every part the state that a checkpoint holds of it.
     *
     * @throws IllegalArgumentException when a state is there of something that is no stateful part here, or does not fit it
     */
    void restore(Map<String, Map<String, double[]>> states) {
        states.keySet().forEach(part -> {
            if (!(parts.get(part) instanceof Stateful made) || hasOwnFields(made)) {
                throw new IllegalArgumentException(
                        "Expected a checkpoint of the same parts, found one with the state of" + " the " + part
                                + ", which has none in this training: " + names().get(part));
            }
        });
        parts.forEach((part, made) -> {
            if (made instanceof Stateful stateful && !hasOwnFields(made)) {
                try {
                    stateful.importState(states.getOrDefault(part, Map.of()));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("The " + part + " of the checkpoint: " + e.getMessage(), e);
                }
            }
        });
    }

    private static boolean hasOwnFields(Object made) {
        return made instanceof ValueFunction || made instanceof SharedValue;
    }
}
