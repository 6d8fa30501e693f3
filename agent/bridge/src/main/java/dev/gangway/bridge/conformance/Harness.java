package dev.gangway.bridge.conformance;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Supports the checks of environments: it opens environments and closes them, and supplies seeds and actions. */
abstract class Harness {
    static final long SEED = 1234;
    static final OptionalInt REGISTERED_LIMIT = OptionalInt.empty();

    final Subject subject;
    final int copies;
    final String id;
    private final List<VectorEnv> opened = new ArrayList<>();

    Harness(Subject subject) {
        this.subject = subject;
        this.copies = subject.copies();
        this.id = subject.id();
    }

    /** Returns a check that closes the environments that it opened. */
    final Check check(String name, Check.Body body) {
        return new Check(name, () -> {
            try {
                body.run();
            } finally {
                opened.forEach(VectorEnv::close);
                opened.clear();
            }
        });
    }

    final VectorEnv open(AutoresetMode mode, OptionalInt limit) {
        return open(copies, mode, limit);
    }

    final VectorEnv open(int count, AutoresetMode mode, OptionalInt limit) {
        VectorEnv env = subject.opener().open(new Subject.Config(id, count, mode, limit));
        opened.add(env);
        return env;
    }

    final ResetRequest seeded() {
        return ResetRequest.seeded(SEED, copies);
    }

    /** Returns the same random actions at every call. */
    final List<Tensor> actions(VectorEnv env, int steps) {
        return Batches.random(env.spec().actionSpace(), copies, steps, 5);
    }
}
