package dev.gangway.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Runs commands in this process, and reads what a run directory holds. */
public final class Gangway {
    private Gangway() {}

    /** What a command left behind. */
    public record Result(int exitCode, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }

        JsonObject json() {
            return JsonParser.parseString(out).getAsJsonObject();
        }
    }

    public static Result run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Result(exitCode, out.toString(), err.toString());
    }

    /** Returns the result of a command that must succeed. */
    static Result done(String... arguments) {
        Result result = run(arguments);
        if (result.exitCode() != 0) {
            throw new AssertionError(
                    Arrays.toString(arguments) + " ended with " + result.exitCode() + ":\n" + result.err());
        }
        return result;
    }

    /** Returns the path of a file in the checkout's experiments. */
    static String experiment(String name) {
        return Path.of(System.getProperty("gangway.home"), "experiments", name).toString();
    }

    /** Returns {@code prefix} and then {@code more}. */
    static String[] join(List<String> prefix, String... more) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** Returns a table's rows, the header first, without the named columns. */
    public static List<List<String>> table(Path csv, String... without) {
        List<String> lines;
        try {
            lines = Files.readAllLines(csv);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> header = List.of(lines.get(0).split(",", -1));
        return lines.stream()
                .map(line -> {
                    String[] cells = line.split(",", -1);
                    List<String> kept = new ArrayList<>();
                    for (int i = 0; i < cells.length; i++) {
                        if (!List.of(without).contains(header.get(i))) {
                            kept.add(cells[i]);
                        }
                    }
                    return kept;
                })
                .collect(Collectors.toList());
    }

    /** Returns one column of a table, without its header, as numbers. */
    static double[] column(Path csv, String name) {
        List<List<String>> rows = table(csv);
        int index = rows.get(0).indexOf(name);
        return rows.stream()
                .skip(1)
                .mapToDouble(row -> Double.parseDouble(row.get(index)))
                .toArray();
    }
}
