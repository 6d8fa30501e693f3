package dev.gangway.cli;

import dev.gangway.v1.Experiment;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The option {@code --argument} of the commands that make an environment of an experiment. */
final class ArgumentOption implements Consumer<Experiment.Builder> {
    private static final String NAME = "--argument";

    @Option(
            names = NAME,
            paramLabel = "KEY=VALUE",
            description = "Gives the environment's constructor a keyword argument, in JSON or as a bare word, e.g."
                    + " config='{\"lanes_count\": 3}'; may be repeated.")
    private List<String> texts = List.of();

    /** Returns whether the option was used. */
    boolean isGiven() {
        return !texts.isEmpty();
    }

    /** Adds the arguments to an experiment. They replace arguments of the same names. */
    @Override
    public void accept(Experiment.Builder experiment) {
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals <= 0) {
                throw new UsageException(NAME + " " + text + ": expected KEY=VALUE, found no \"=\" after a key", null);
            }
            if (!experiment.getEnvironment().hasGymnasium()) {
                throw new UsageException(
                        NAME + ": expected only with a Gymnasium environment, found another in the experiment", null);
            }
            String key = text.substring(0, equals).strip();
            experiment
                    .getEnvironmentBuilder()
                    .getGymnasiumBuilder()
                    .putArguments(key, DynamicJson.parse(NAME + " " + key, text.substring(equals + 1)));
        }
    }
}
