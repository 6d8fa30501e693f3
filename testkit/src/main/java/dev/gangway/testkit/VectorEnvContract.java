package dev.gangway.testkit;

import dev.gangway.bridge.conformance.Check;
import dev.gangway.bridge.conformance.Subject;
import dev.gangway.environment.VectorEnv;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link VectorEnv} promises, as tests of an environment of your own: a subclass names it and opens it. For
 * which environments that is possible, see {@link Subject}.
 */
public abstract class VectorEnvContract {
    private final String id;
    private final int copies;

    /**
     * Names what the subclass opens.
     *
     * @param copies n ≥ 1 of the batches that are tested
     */
    protected VectorEnvContract(String id, int copies) {
        this.id = id;
        this.copies = copies;
    }

    /** Opens an environment; the suite closes it. */
    protected abstract VectorEnv open(Subject.Config config);

    /** Returns whether 120 random actions terminate an episode of this environment; empty when unknown. */
    protected Optional<Boolean> terminatesUnderRandomActions() {
        return Optional.empty();
    }

    @TestFactory
    final Stream<DynamicTest> contract() {
        return tests(new Subject(id, copies, this::open, terminatesUnderRandomActions()).checks().stream());
    }

    /** Returns checks as tests. */
    static Stream<DynamicTest> tests(Stream<Check> checks) {
        return checks.map(check -> DynamicTest.dynamicTest(check.name(), () -> run(check)));
    }

    /** Runs a check; what it throws names the promise, because reports may know a dynamic test by its number only. */
    private static void run(Check check) throws Exception {
        try {
            check.body().run();
        } catch (AssertionError broken) {
            throw new AssertionError("Expected: " + check.name() + ". " + broken.getMessage(), broken);
        }
    }
}
