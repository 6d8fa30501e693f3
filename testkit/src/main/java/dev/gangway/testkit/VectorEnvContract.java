package dev.gangway.testkit;

import dev.gangway.bridge.conformance.Check;
import dev.gangway.bridge.conformance.Subject;
import dev.gangway.environment.VectorEnv;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Tests that an environment of your own keeps every promise of {@link VectorEnv}. A subclass names the environment and
 * opens it. {@link Subject} says which environments can be tested.
 */
public abstract class VectorEnvContract {
    private final String id;
    private final int copies;

    /**
     * Names the environment that the subclass opens.
     *
     * @param id id of the environment, as the open environment must report it
     * @param copies number of copies in the tested batches, n ≥ 1
     */
    protected VectorEnvContract(String id, int copies) {
        this.id = id;
        this.copies = copies;
    }

    /** Opens the environment under test. The tests close it. */
    protected abstract VectorEnv open(Subject.Config config);

    /** Returns whether 120 random actions terminate an episode of this environment; empty when that is unknown. */
    protected Optional<Boolean> terminatesUnderRandomActions() {
        return Optional.empty();
    }

    @TestFactory
    final Stream<DynamicTest> contract() {
        return tests(new Subject(id, copies, this::open, terminatesUnderRandomActions()).checks().stream());
    }

    /** Returns one test per check. */
    static Stream<DynamicTest> tests(Stream<Check> checks) {
        return checks.map(check -> DynamicTest.dynamicTest(check.name(), () -> run(check)));
    }

    /**
     * Runs a check. The error of a broken promise contains the promise, because some reports know a dynamic test by its
     * number only.
     */
    private static void run(Check check) throws Exception {
        try {
            check.body().run();
        } catch (AssertionError broken) {
            throw new AssertionError("Expected: " + check.name() + ". " + broken.getMessage(), broken);
        }
    }
}
