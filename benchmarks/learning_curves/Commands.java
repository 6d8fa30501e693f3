package dev.gangway.cli;

import dev.gangway.learning.record.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * Runs Gangway's commands one after another in one process, which spares each of them the start of Java and the compiling of
 * its loops: most of the time of a run of a few seconds. Each line of the input is a command line with tabs between its
 * arguments. Each is answered by a line of JSON: {@code code}, {@code out} and {@code err}.
 */
public final class Commands {
    public static void main(String[] arguments) throws IOException {
        Locale.setDefault(Locale.ROOT);
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            int code = Main.run(new PrintWriter(out), new PrintWriter(err), line.split("\t", -1));
            answers.println(Json.line(Map.of("code", code, "out", out.toString(), "err", err.toString())));
        }
    }
}
