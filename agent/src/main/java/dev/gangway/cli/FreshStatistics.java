package dev.gangway.cli;

import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.Wrapper;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Says that a trained policy meets observations or rewards that are not normalised as they were in its training. */
final class FreshStatistics {
    private FreshStatistics() {}

    /** Prints a warning when the environment normalises: its statistics lived in a server's session and ended with it. */
    static void warn(EnvironmentConfig environment, PrintWriter screen) {
        List<String> names = environment.getGymnasium().getWrappersList().stream()
                .filter(wrapper -> wrapper.hasNormalizeObservation() || wrapper.hasNormalizeReward())
                .map(Wrapper::getKindCase)
                .distinct()
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .toList();
        if (!names.isEmpty()) {
            screen.println("gangway: with fresh statistics in " + String.join(" and ", names)
                    + ": those of the training ended with its environment server");
            screen.flush();
        }
    }
}
