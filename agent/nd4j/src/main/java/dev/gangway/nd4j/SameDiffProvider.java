package dev.gangway.nd4j;

import dev.gangway.inference.policy.ArchitectureFactory;
import dev.gangway.inference.policy.ObservationEncoder;
import dev.gangway.inference.provider.NetworkProvider;
import dev.gangway.inference.provider.Settings;
import java.nio.file.Path;

/**
 * Offers networks of files that {@code SameDiff.save} has written, for a policy or a value function:
 * {@code custom { provider: "same_diff" settings { key: "file" value { text: "policy.fb" } } }}. Settings: {@code file}, and the names of the
 * placeholder and of the output, {@code input} ("features") and {@code output} ("outputs"). Training begins with the values
 * in the file.
 */
public final class SameDiffProvider implements NetworkProvider {

    @Override
    public String name() {
        return "same_diff";
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public ArchitectureFactory create(Settings settings) {
        Path file = Path.of(settings.text("file"));
        String input = settings.text("input", "features");
        String output = settings.text("output", "outputs");
        SameDiffPlan plan = SameDiffPlan.read(file, input, output);
        return observations -> {
            int features = new ObservationEncoder(observations).size();
            return outputs -> {
                if (plan.inputs() != features || plan.outputs() != outputs) {
                    throw new IllegalArgumentException(
                            "Expected a graph from %d features to %d outputs in %s, found one from %d to %d"
                                    .formatted(features, outputs, file, plan.inputs(), plan.outputs()));
                }
                return plan;
            };
        };
    }
}
