package dev.gangway.learning.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One step of an override's path: {@code hidden}, {@code hidden[0]}, {@code arguments[key]} or {@code arguments["a key"]}.
 *
 * @param text as the user gave it
 * @param name of the field
 * @param element what stands between the brackets, without quotes
 */
record OverrideStep(String text, String name, Optional<String> element) {
    private static final Pattern BRACKETED = Pattern.compile("(?s)([^\\[\\]]*)\\[(.*)\\]\\s*");

    /** Returns where the first equals sign outside of brackets is, or −1. */
    static int endOfPath(String text) {
        return next(text, 0, '=');
    }

    /** Splits a path at the dots outside of brackets. */
    static List<OverrideStep> path(String text) {
        List<OverrideStep> steps = new ArrayList<>();
        int from = 0;
        for (int dot = next(text, 0, '.'); dot >= 0; dot = next(text, from, '.')) {
            steps.add(of(text.substring(from, dot)));
            from = dot + 1;
        }
        steps.add(of(text.substring(from)));
        return steps;
    }

    private static OverrideStep of(String text) {
        Matcher bracketed = BRACKETED.matcher(text);
        return bracketed.matches()
                ? new OverrideStep(
                        text,
                        bracketed.group(1).strip(),
                        Optional.of(unquoted(bracketed.group(2).strip())))
                : new OverrideStep(text, text, Optional.empty());
    }

    private static String unquoted(String text) {
        return text.length() >= 2 && text.charAt(0) == '"' && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
    }

    private static int next(String text, int from, char wanted) {
        boolean inside = false;
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == wanted && !inside) {
                return i;
            }
            quoted ^= inside && c == '"';
            inside = quoted || (inside ? c != ']' : c == '[');
        }
        return -1;
    }
}
