package dev.gangway.inference.configuration;

/** The error of an experiment whose defaults have not been written out. */
public final class Unresolved {
    private Unresolved() {}

    /** Returns the error of a field that is unset. */
    public static IllegalArgumentException field(String field) {
        return new IllegalArgumentException(field + ": expected a resolved experiment, found the field unset; "
                + "read experiments with ExperimentFile");
    }
}
