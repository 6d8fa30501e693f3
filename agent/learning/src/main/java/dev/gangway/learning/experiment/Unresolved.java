package dev.gangway.learning.experiment;

/** The error of an experiment whose defaults have not been written out. */
final class Unresolved {
    private Unresolved() {}

    static IllegalArgumentException field(String field) {
        return new IllegalArgumentException(field + ": expected a resolved experiment, found the field unset; "
                + "read experiments with ExperimentFile");
    }
}
