package dev.gangway.cli;

import dev.gangway.environment.EnvSpec;
import dev.gangway.learning.experiment.Lanes;
import dev.gangway.v1.EnvironmentConfig;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Implements {@code gangway describe ENV_ID} and {@code gangway describe FILE}. */
@Command(
        name = "describe",
        description = "Prints one environment's spaces, limits and metadata.",
        mixinStandardHelpOptions = true)
final class DescribeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private EnvironmentChoice choice = new EnvironmentChoice();

    @Mixin
    private ServerOption serverOption = new ServerOption();

    @Override
    public Integer call() {
        EnvironmentConfig environment = choice.environment();
        serverOption.check(environment);
        EnvSpec env;
        try (Server server = serverOption.server()) {
            server.importFor(environment);
            env = Lanes.describe(environment, gymnasium -> server.client().describe(gymnasium));
        }
        PrintWriter out = spec.commandLine().getOut();
        line(out, "id", env.id());
        line(out, "observation space", env.observationSpace());
        line(out, "action space", env.actionSpace());
        line(
                out,
                "max episode steps",
                env.maxEpisodeSteps().isPresent() ? env.maxEpisodeSteps().getAsLong() : "none");
        line(
                out,
                "reward threshold",
                env.rewardThreshold().isPresent() ? env.rewardThreshold().getAsDouble() : "none");
        line(out, "nondeterministic", env.nondeterministic() ? "yes" : "no");
        line(out, "render modes", env.renderModes().isEmpty() ? "none" : String.join(", ", env.renderModes()));
        line(
                out,
                "frames per second",
                env.renderFps().isPresent() ? env.renderFps().getAsDouble() : "not said");
        out.flush();
        return 0;
    }

    private static void line(PrintWriter out, String name, Object value) {
        out.println("%-19s%s".formatted(name, value));
    }
}
