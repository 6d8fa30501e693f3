import org.jspecify.annotations.NullMarked;

/**
 * Defines environments as Gymnasium does: spaces, values, {@code VectorEnv}, and environments that are written in Java.
 * The module needs nothing but the JDK.
 */
@NullMarked
module dev.gangway.environment {
    exports dev.gangway.environment;
    exports dev.gangway.environment.local;
    exports dev.gangway.environment.provider;
    exports dev.gangway.environment.random;

    requires java.desktop; // environments draw their pictures with AWT
    requires static transitive org.jspecify;
}
