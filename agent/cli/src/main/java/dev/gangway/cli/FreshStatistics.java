package dev.gangway.cli;

import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.Wrapper;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * Warns that a trained policy will receive observations or rewards that are not normalised as they were in its
 * training.
 */
final class FreshStatistics {
    private FreshStatistics() {}

    /**
     * Prints a warning if the environment normalises. Its running statistics lived in a session of a server and ended
     * with that session.
     */
    static void warn(EnvironmentConfig environment, PrintWriter screen) {
        warn(
                environment,
                "with fresh statistics in %s: those of the training ended with its environment server",
                screen);
    }

    /** Prints a warning if the evaluations during training will not normalise as training does. */
    static void warnOfEvaluations(EnvironmentConfig environment, PrintWriter screen) {
        warn(
                environment,
                "each evaluation begins with fresh statistics in %s: those of the training are its sessions' own",
                screen);
    }

    private static void warn(EnvironmentConfig environment, String text, PrintWriter screen) {
        List<String> names = environment.getGymnasium().getWrappersList().stream()
                .filter(wrapper -> wrapper.hasNormalizeObservation() || wrapper.hasNormalizeReward())
                .map(Wrapper::getKindCase)
                .distinct()
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .toList();
        if (!names.isEmpty()) {
            screen.println("gangway: " + text.formatted(String.join(" and ", names)));
            screen.flush();
        }
    }
}
