package dev.gangway.cli;

import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.Version;
import dev.gangway.inference.policy.DivergedException;
import dev.gangway.inference.provider.SettingsException;
import dev.gangway.learning.experiment.ExperimentException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/**
 * The program {@code gangway}. Its exit codes are 0 when done, 1 when something failed, 2 for wrong usage, and 130 when
 * interrupted.
 */
@Command(
        name = "gangway",
        description = "Trains Java agents on Gymnasium environments.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionProvider.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TrainCommand.class,
            EvalCommand.class,
            RolloutCommand.class,
            WatchCommand.class,
            ExportCommand.class,
            GradientsCommand.class,
            ServeCommand.class,
            ServeNativeCommand.class,
            ConformanceCommand.class,
            AddCommand.class,
            EnvsCommand.class,
            DescribeCommand.class
        },
        footer = {"", "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted."})
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT); // output must not depend on the language of the machine
        System.exit(run(writer(System.out), writer(System.err), arguments));
    }

    static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, Charset.defaultCharset());
    }

    /** Runs one command and returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new Main());
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.getSubcommands().get("serve").setUnmatchedOptionsArePositionalParams(true);
        line.setExecutionExceptionHandler((failure, command, parsed) -> fail(failure, command));
        return line.execute(arguments);
    }

    private static int fail(Exception failure, CommandLine command) throws Exception {
        boolean usage = failure instanceof ExperimentException
                || failure instanceof UsageException
                || failure instanceof SettingsException;
        boolean known = usage
                || failure instanceof EnvironmentException
                || failure instanceof DivergedException
                || failure instanceof UncheckedIOException
                || failure instanceof IllegalArgumentException;
        if (!known) {
            throw failure; // a defect of the program: picocli prints the stack trace
        }
        if (failure instanceof EnvironmentException && Interrupt.isShuttingDown()) {
            return Interrupt.EXIT_CODE; // the same signal ended the server first, which caused the failure
        }
        PrintWriter err = command.getErr();
        for (String text : String.valueOf(failure.getMessage()).split("\n", -1)) {
            err.println("gangway: " + text);
        }
        err.flush();
        LoggerFactory.getLogger(Main.class).debug("The command failed", failure);
        return usage ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
    }

    /** Tells picocli the version of the program. */
    static final class VersionProvider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"gangway " + Version.current()};
        }
    }
}
