package dev.gangway.env;

import dev.gangway.testing.Batches;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;

/** What the contract's tests share: opening environments and closing them, seeds and actions. */
abstract class VectorEnvHarness {
    static final long SEED = 1234;
    static final OptionalInt REGISTERED_LIMIT = OptionalInt.empty();

    final String id;
    final int copies;
    private final List<VectorEnv> opened = new ArrayList<>();

    VectorEnvHarness(String id, int copies) {
        this.id = id;
        this.copies = copies;
    }

    /**
     * What to open.
     *
     * @param id registered id
     * @param copies n
     * @param autoresetMode when copies that ended are reset
     * @param maxEpisodeSteps time limit instead of the registered one
     */
    public record Config(String id, int copies, AutoresetMode autoresetMode, OptionalInt maxEpisodeSteps) {}

    /** Opens an environment; the suite closes it. */
    protected abstract VectorEnv open(Config config);

    final VectorEnv open(AutoresetMode mode, OptionalInt limit) {
        return open(copies, mode, limit);
    }

    final VectorEnv open(int count, AutoresetMode mode, OptionalInt limit) {
        VectorEnv env = open(new Config(id, count, mode, limit));
        opened.add(env);
        return env;
    }

    @AfterEach
    final void closeWhatWasOpened() {
        opened.forEach(VectorEnv::close);
    }

    final ResetRequest seeded() {
        return ResetRequest.seeded(SEED, copies);
    }

    /** Returns the same random actions at every call. */
    final List<Tensor> actions(VectorEnv env, int steps) {
        return Batches.random(env.spec().actionSpace(), copies, steps, 5);
    }
}
