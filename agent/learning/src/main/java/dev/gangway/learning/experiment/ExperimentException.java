package dev.gangway.learning.experiment;

import java.util.List;

/** An experiment that cannot be run; one problem a line, each with path, found and allowed. */
public final class ExperimentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes one from the file's name and its problems. */
    public ExperimentException(String source, List<String> problems) {
        super(String.join(
                "\n", problems.stream().map(problem -> source + ": " + problem).toList()));
    }
}
