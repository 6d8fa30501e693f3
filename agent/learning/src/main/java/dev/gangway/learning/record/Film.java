package dev.gangway.learning.record;

import dev.gangway.environment.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * An animated GIF of an episode at its own speed. Steps are left out as far as that takes, because viewers slow down
 * frames that are shown for less than two hundredths of a second. The file begins with the first frame.
 */
public final class Film implements AutoCloseable {
    private static final double DEFAULT_FPS = 30;
    /** In hundredths of a second: twice what viewers take, because that keeps files small too. */
    private static final int SHORTEST_DELAY = 4;

    private final Path path;
    private final int stride;
    private final int delay;
    private GifFile file;
    private int steps;

    /**
     * Makes one without a frame.
     *
     * @param fps steps a second, if the environment says so
     */
    public Film(Path path, OptionalDouble fps) {
        this.path = path;
        double hundredthsPerStep = 100 / fps.orElse(DEFAULT_FPS);
        stride = Math.max(1, (int) Math.ceil(SHORTEST_DELAY / hundredthsPerStep));
        delay = (int) Math.round(stride * hundredthsPerStep);
    }

    /**
     * Shows the episode's next state.
     *
     * @param frame renders it as UINT8 [height, width, 3]; asked only when the state is shown
     * @param last whether it is shown in any case
     */
    public void show(Supplier<Tensor> frame, boolean last) throws IOException {
        if (steps++ % stride == 0 || last) {
            Tensor pixels = frame.get();
            if (file == null) {
                file = new GifFile(path, delay);
            }
            file.frame(pixels);
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
