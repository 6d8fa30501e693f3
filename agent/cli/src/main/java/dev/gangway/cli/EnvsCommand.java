package dev.gangway.cli;

import dev.gangway.bridge.client.OfferedEnvironment;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Implements {@code gangway envs}. */
@Command(name = "envs", description = "Lists the environments that the server offers.", mixinStandardHelpOptions = true)
final class EnvsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PART", arity = "0..1", description = "Lists only ids with this in them, in either case.")
    private String part = "";

    @Mixin
    private ServerOption serverOption = new ServerOption();

    @Override
    public Integer call() {
        List<OfferedEnvironment> offered;
        try (Server server = serverOption.server()) {
            offered = server.client().listEnvironments().stream()
                    .filter(env -> lowerCase(env.id()).contains(lowerCase(part)))
                    .toList();
        }
        if (offered.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "the server has no id with '" + part + "' in it: gangway envs lists all");
        }
        int width = offered.stream().mapToInt(env -> env.id().length()).max().orElse(2);
        String row = "%-" + width + "s  %9s  %9s  %s";
        PrintWriter out = spec.commandLine().getOut();
        out.println(row.formatted("id", "max steps", "solved at", "installed"));
        for (OfferedEnvironment env : offered) {
            out.println(row.formatted(
                    env.id(),
                    env.maxEpisodeSteps().isPresent() ? env.maxEpisodeSteps().getAsLong() : "–",
                    env.rewardThreshold().isPresent() ? env.rewardThreshold().getAsDouble() : "–",
                    env.installed() ? "yes" : "no"));
        }
        if (!offered.stream().allMatch(OfferedEnvironment::installed)) {
            out.println();
            out.println("'gangway describe ID' says what one that is not installed lacks.");
        }
        out.flush();
        return 0;
    }

    private static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
