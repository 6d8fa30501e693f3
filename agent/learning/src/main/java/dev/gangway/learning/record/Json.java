package dev.gangway.learning.record;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;

/**
 * JSON as Gangway prints it: nulls are written, and numbers that JSON does not have are the strings "NaN", "Infinity" and
 * "-Infinity".
 */
public final class Json {
    private static final JsonSerializer<Double> NUMBER = (value, type, context) ->
            Double.isFinite(value) ? new JsonPrimitive(value) : new JsonPrimitive(Double.toString(value));
    private static final Gson COMPACT = new GsonBuilder()
            .serializeNulls()
            .disableHtmlEscaping()
            .registerTypeAdapter(Double.class, NUMBER)
            .create();
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
