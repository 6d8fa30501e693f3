package dev.gangway.cli;

import dev.gangway.inference.provider.Providers;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The option of the commands that use providers of jars of one's own. */
final class JarOption {
    @Option(
            names = "--jar",
            paramLabel = "FILE",
            description = "A jar or directory of classes with providers, found as services, which experiments name as"
                    + " custom; may be repeated.")
    private List<Path> jars = List.of();

    private Providers found;

    /** Returns the providers of the jars and of the class path. */
    Providers providers() {
        if (found == null) {
            found = Providers.of(jars);
        }
        return found;
    }
}
