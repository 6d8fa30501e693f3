package dev.gangway.environment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Tells the version of this build of Gangway. */
public final class Version {
    private static final String CURRENT = read();

    private Version() {}

    /** Returns the version that Maven built, for example {@code 0.1.0}. */
    public static String current() {
        return CURRENT;
    }

    private static String read() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("version.properties is missing from the jar: build with Maven", e);
        }
        return properties.getProperty("version");
    }
}
