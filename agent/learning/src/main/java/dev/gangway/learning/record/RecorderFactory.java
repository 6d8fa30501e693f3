package dev.gangway.learning.record;

import java.nio.file.Path;

/** Makes a recorder for one run. */
@FunctionalInterface
public interface RecorderFactory {

    /**
     * Returns a new recorder.
     *
     * @param run the run directory, into which it may write files of names of its own
     */
    Recorder make(Path run);
}
