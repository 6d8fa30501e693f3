package dev.gangway.cli;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.gangway.v1.DynamicDict;
import dev.gangway.v1.DynamicEntry;
import dev.gangway.v1.DynamicList;
import dev.gangway.v1.DynamicNone;
import dev.gangway.v1.DynamicValue;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses values for Python that are written as JSON. {@code null} becomes None, and a number without point and exponent
 * becomes an int.
 */
final class DynamicJson {
    private static final TypeAdapter<JsonElement> READER = new Gson().getAdapter(JsonElement.class);
    private static final Pattern INTEGER = Pattern.compile("-?\\d+");
    private static final Pattern COLUMN = Pattern.compile("column (\\d+)");
    private static final Map<String, String> OF_PYTHON = Map.of("None", "null", "True", "true", "False", "false");

    private DynamicJson() {}

    /**
     * Returns the value of a text. A text that is not JSON is a string, unless it begins with a quote or a bracket.
     *
     * @param place names the text in the error, for example {@code --argument config}
     * @throws UsageException when the text begins like JSON and is malformed, or is Python's spelling of a JSON
     *     constant
     */
    static DynamicValue parse(String place, String text) {
        String stripped = text.strip();
        if (OF_PYTHON.containsKey(stripped)) {
            throw new UsageException(
                    "%s: expected JSON, found %s; write %s, or \"%s\" in double quotes for the string"
                            .formatted(place, stripped, OF_PYTHON.get(stripped), stripped),
                    null);
        }
        try {
            return value(read(stripped));
        } catch (JsonParseException | IOException invalid) {
            if (!stripped.isEmpty() && "{[\"".indexOf(stripped.charAt(0)) >= 0) {
                throw new UsageException(
                        "%s: expected JSON, such as {\"a\": [1, 2.5, true, null, \"b\"]}, found %s (%s)"
                                .formatted(place, stripped, reason(invalid)),
                        invalid);
            }
            return DynamicValue.newBuilder().setText(text).build();
        }
    }

    private static JsonElement read(String text) throws IOException {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        JsonElement element = READER.read(reader);
        JsonToken unused = reader.peek(); // throws an exception unless the text ends here
        return element;
    }

    /** Returns where the text stops being JSON. The message of the JSON library would address programmers. */
    private static String reason(Exception error) {
        Matcher column = COLUMN.matcher(String.valueOf(error.getMessage()));
        return column.find() ? "not JSON at column " + column.group(1) : "it ends too early";
    }

    private static DynamicValue value(JsonElement json) {
        DynamicValue.Builder value = DynamicValue.newBuilder();
        if (json.isJsonNull()) {
            value.setNone(DynamicNone.getDefaultInstance());
        } else if (json.isJsonArray()) {
            DynamicList.Builder list = DynamicList.newBuilder();
            json.getAsJsonArray().forEach(element -> list.addValues(value(element)));
            value.setList(list);
        } else if (json.isJsonObject()) {
            DynamicDict.Builder dict = DynamicDict.newBuilder();
            json.getAsJsonObject()
                    .entrySet()
                    .forEach(entry -> dict.addEntries(
                            DynamicEntry.newBuilder().setKey(entry.getKey()).setValue(value(entry.getValue()))));
            value.setDict(dict);
        } else {
            fill(value, json.getAsJsonPrimitive());
        }
        return value.build();
    }

    private static void fill(DynamicValue.Builder value, JsonPrimitive json) {
        if (json.isBoolean()) {
            value.setBoolean(json.getAsBoolean());
        } else if (json.isString()) {
            value.setText(json.getAsString());
        } else if (!INTEGER.matcher(json.getAsString()).matches()) {
            value.setFloating(json.getAsDouble());
        } else {
            BigInteger integer = new BigInteger(json.getAsString());
            if (integer.bitLength() < Long.SIZE) {
                value.setInteger(integer.longValueExact());
            } else {
                value.setBigInteger(integer.toString());
            }
        }
    }
}
