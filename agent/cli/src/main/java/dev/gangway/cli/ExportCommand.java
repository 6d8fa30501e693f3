package dev.gangway.cli;

import dev.gangway.inference.TrainedPolicy;
import dev.gangway.inference.onnx.OnnxPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Implements {@code gangway export RUN_DIR --format onnx}. */
@Command(
        name = "export",
        description = "Writes a trained policy as a file for other programs.",
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    /** The file formats that can be written. */
    enum Format {
        ONNX
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN_DIR", description = "The run directory of a training.")
    private Path run;

    @Option(
            names = "--best",
            description = "Takes the best policy by the evaluations during training, not the last one.")
    private boolean best;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            required = true,
            description = "onnx: from observations to the probabilities, or mean and log_std, of actions.")
    private Format format;

    @Option(names = "--out", paramLabel = "FILE", description = "The file to write; by default RUN_DIR/policy.onnx.")
    private Path out;

    @Mixin
    private JarOption jars = new JarOption();

    @Override
    public Integer call() {
        TrainedPolicy policy =
                best ? TrainedPolicy.loadBest(run, jars.providers()) : TrainedPolicy.load(run, jars.providers());
        Path file = out != null ? out : run.resolve("policy.onnx");
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("observation_space", policy.observationSpace().toString());
        metadata.put("action_space", policy.actionSpace().toString());
        byte[] model = switch (format) {
            case ONNX -> OnnxPolicy.of(policy.snapshot(), policy.isMasked(), "policy", metadata);
        };
        try {
            Files.write(file, model);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
        }
        spec.commandLine().getOut().println(file);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
