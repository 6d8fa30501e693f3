package dev.gangway.learning.experiment;

import com.google.protobuf.TextFormat;
import dev.gangway.v1.Experiment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one field does: changed alone to another allowed value, it changes the named observation first, and nothing
 * before it.
 *
 * @param path of the field, as {@link ExperimentFields} lists it
 * @param base the experiment in which it is changed
 * @param given further settings {@code path=value} of the base
 * @param value another value, in text format
 * @param shows the first observation of {@link Trace} that is another
 */
record FieldEffect(String path, BaseExperiment base, List<String> given, String value, String shows) {

    /** Returns the experiment without the change. */
    Experiment before() {
        return experiment(given);
    }

    /** Returns the experiment with the change. */
    Experiment after() {
        List<String> settings = new ArrayList<>(given);
        settings.add(path + "=" + value);
        return experiment(settings);
    }

    private Experiment experiment(List<String> settings) {
        Experiment.Builder experiment = Experiment.newBuilder();
        try {
            TextFormat.merge(base.text(), experiment);
        } catch (TextFormat.ParseException e) {
            throw new IllegalArgumentException(base + ": " + e.getMessage(), e);
        }
        settings.forEach(setting -> ExperimentFields.set(experiment, setting));
        String text = TextFormat.printer().printToString(experiment);
        return ExperimentFile.parse(text, this.toString(), List.of());
    }

    /** Returns this effect in an experiment with further settings. */
    FieldEffect given(String... settings) {
        List<String> more = new ArrayList<>(given);
        more.addAll(Arrays.asList(settings));
        return new FieldEffect(path, base, more, value, shows);
    }

    @Override
    public String toString() {
        return "%s=%s in %s%s shows first in: %s"
                .formatted(path, value, base, given.isEmpty() ? "" : " with " + String.join(", ", given), shows);
    }
}
