package dev.gangway.bridge.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one JSON object whose values are strings, numbers, true, false or null: what a server prints when it listens. */
final class FlatJson {
    private static final String STRING = "\"((?:[^\"\\\\]|\\\\.)*)\"";
    private static final Pattern MEMBER = Pattern.compile(
            "\\s*" + STRING + "\\s*:\\s*(?:" + STRING + "|(-?[0-9][0-9.eE+-]*|true|false|null))\\s*(,|}\\s*$)");

    private FlatJson() {}

    /** Returns the members, values as text; empty when the line is no such object. */
    static Optional<Map<String, String>> parse(String line) {
        String text = line.strip();
        if (!text.startsWith("{")) {
            return Optional.empty();
        }
        Map<String, String> members = new LinkedHashMap<>();
        Matcher matcher = MEMBER.matcher(text).region(1, text.length());
        while (matcher.lookingAt()) {
            String value = matcher.group(2) == null ? matcher.group(3) : unescape(matcher.group(2));
            members.put(unescape(matcher.group(1)), value);
            if (matcher.end() == text.length()) {
                return Optional.of(members);
            }
            matcher.region(matcher.end(), text.length());
        }
        return Optional.empty();
    }

    private static String unescape(String escaped) {
        StringBuilder text = new StringBuilder(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char kind = escaped.charAt(++i);
            switch (kind) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'u' -> {
                    text.append((char) Integer.parseInt(escaped, i + 1, i + 5, 16));
                    i += 4;
                }
                default -> text.append(kind);
            }
        }
        return text.toString();
    }
}
