package dev.gangway.record;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

/** JSON as Gangway prints it: nulls are written, and numbers that JSON does not have are refused. */
public final class Json {
    private static final Gson COMPACT =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
    private static final Gson PRETTY = COMPACT.newBuilder().setPrettyPrinting().create();

    private Json() {}

    /** Prints on one line. */
    public static String line(Object value) {
        return COMPACT.toJson(value);
    }

    /** Prints indented, one key a line. */
    public static String pretty(Object value) {
        return PRETTY.toJson(value);
    }
}
