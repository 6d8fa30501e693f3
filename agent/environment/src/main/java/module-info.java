import org.jspecify.annotations.NullMarked;

/** Environments as Gymnasium defines them: spaces, values, {@code VectorEnv}, and environments in Java. */
@NullMarked
module dev.gangway.environment {
    exports dev.gangway.environment;
    exports dev.gangway.environment.local;
    exports dev.gangway.environment.provider;
    exports dev.gangway.environment.random;

    requires java.desktop; // pictures that environments draw
    requires static transitive org.jspecify;
}
