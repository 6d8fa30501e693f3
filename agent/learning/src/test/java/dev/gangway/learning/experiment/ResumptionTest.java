package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.Version;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a run that another version of Gangway trained. */
class ResumptionTest {
    private static final Experiment TODAY = Experiments.cartPole();

    private static Optional<String> changes(String version, Experiment trained) {
        Checkpoint checkpoint = Checkpoint.newBuilder()
                .setGangwayVersion(version)
                .setExperiment(trained)
                .build();
        return new Resumption(Path.of("checkpoint.pb"), checkpoint).changes(TODAY);
    }

    @Test
    void aRunOfThisVersionHasNoChanges() {
        assertEquals(Optional.empty(), changes(Version.current(), TODAY));
    }

    @Test
    void anotherVersionIsNamed() {
        String note = changes("0.0.9", TODAY).orElseThrow();
        assertTrue(
                note.startsWith("The run was trained with Gangway 0.0.9 and goes on with " + Version.current() + "."),
                note);
        assertTrue(note.contains("linear schedules and the entropy bonus"), note);
    }

    @Test
    void settingsThatTheRunDidNotHaveAreNamedWithTheirDefaults() {
        Experiment.Builder trained = TODAY.toBuilder();
        trained.getEstimatorBuilder().clearNormalizationFloor();
        String note = changes(Version.current(), trained.build()).orElseThrow();
        assertTrue(note.contains("adds settings with their defaults: estimator.normalization_floor: "), note);
    }
}
